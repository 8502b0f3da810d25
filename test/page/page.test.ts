import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Served, servePage } from './open-page.ts';

let served: Served;

beforeAll(async () => {
  served = await servePage();
});

afterAll(async () => {
  await served.stop();
});

const area = 'huc12/990101010101';
const areaQuery = encodeURIComponent(area);

/** The text of the answer, once it is there. */
async function summaryOn(page: Page): Promise<string> {
  return (await page.locator('.summary').first().innerText()).replaceAll('\u00a0', ' ');
}

/** The figures of the table, by the names in its first columns. */
async function tableOn(page: Page): Promise<readonly string[][]> {
  await page.locator('.table tbody tr').first().waitFor();
  return page
    .locator('article')
    .first()
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
}

/** The cells of an area by the API. */
async function cellsByApi(
  operation: string,
  query = '',
): Promise<{ cells: number; groups: { labels: string[]; cells: number }[] }> {
  const url = `${served.service.url}/api/areas/${area}/${operation}?f=labelled${query}`;
  return (await (await fetch(url, { headers: { prefer: 'wait=600' } })).json()) as never;
}

describe('an area is found', () => {
  it('by search, with keys alone', async () => {
    await using opened = await served.open();
    const { page, faults } = opened;
    await page.getByRole('combobox', { name: 'Area', exact: true }).focus();
    await page.keyboard.type('990101010101');
    await page.locator('.search [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    expect(await summaryOn(page)).toMatch(/^[\d.]+ km²\. /);
    expect(new URL(page.url()).searchParams.get('area')).toBe(area);
    await page.getByRole('combobox', { name: 'Choose another area' }).focus();
    await page.keyboard.type('no such name');
    await page.getByText('No area is called “no such name”.').waitFor();
    expect(faults).toEqual([]);
  });

  it('by a click on the map, and again when one goes back', async () => {
    await using opened = await served.open();
    const { page, faults } = opened;
    const canvas = page.locator('canvas.maplibregl-canvas');
    const { x, y, width, height } = (await canvas.boundingBox()) as NonNullable<
      Awaited<ReturnType<typeof canvas.boundingBox>>
    >;
    // The tiles have come when the pointer finds an area.
    while ((await page.locator('.hover').count()) === 0) {
      await page.mouse.move(x + width / 2, y + height / 2 + Math.random());
      await page.waitForTimeout(50);
    }
    const name = await page.locator('.hover').innerText();
    await page.mouse.click(x + width / 2, y + height / 2);
    await page.locator('.place', { hasText: name }).waitFor();
    await summaryOn(page);
    await page.goBack();
    await page.getByText('Click an area on the map').waitFor();
    expect(faults).toEqual([]);
  });
});

describe('an answer', () => {
  it('has the cells that the API has, in each unit', async () => {
    const { groups, cells } = await cellsByApi('landcover_soil');
    await using opened = await served.open(`?operation=landcover_soil&area=${areaQuery}&unit=cells`);
    const { page, faults } = opened;
    const rows = await tableOn(page);
    const sorted = groups.toSorted((a, b) => b.cells - a.cells);
    expect(rows.map((row) => row.at(-1))).toEqual(sorted.map((one) => one.cells.toLocaleString('en')));
    await page.getByText('%', { exact: true }).click();
    const shares = (await tableOn(page)).map((row) => row.at(-1));
    expect(shares[0]).toBe(((100 * (sorted[0]?.cells as number)) / cells).toFixed(1));
    // All have as many decimals, and none is more exact than it is worth.
    expect(shares.filter((one) => !/^(< )?\d+\.\d$/.test(one ?? ''))).toEqual([]);
    await page.locator('.chart svg').waitFor();
    expect(faults).toEqual([]);
  });

  it.each([
    ['landcover_change', /grew by|shrank by/],
    ['mean_elevation', /Elevation \(synthetic\): [\d.]+ m on average\./],
    ['slope_by_landcover', /It is highest for/],
    ['terrain', /on average/],
    ['elevation_statistics', /Half of the cells lie between/],
    ['precipitation', /Precipitation/],
    ['slope', /Slope \(synthetic\): 0 % to \d+ %, [\d.]+ % on average/],
    ['landcover_soil', /By Hydrologic soil group \(synthetic\), \d+ % is [A-D]:/],
    ['elevation_of_people', /Weighted by “People living in a cell \(synthetic\)”, it is [\d.]+ m on average/],
  ])('of %s is said in words, drawn and listed', async (operation, words) => {
    await using opened = await served.open(`?operation=${operation}&area=${areaQuery}`);
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    expect(await summaryOn(page)).toMatch(words);
    expect((await tableOn(page)).length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });

  it('is that of another year when the year is changed, and has all years as lines', async () => {
    await using opened = await served.open(`?operation=landcover_in&area=${areaQuery}&unit=cells&p.year=2001`);
    const { page, faults } = opened;
    const before = await tableOn(page);
    await page.getByRole('combobox', { name: 'Year' }).selectOption('2021');
    await page.locator('th', { hasText: 'Land cover in 2021' }).waitFor();
    expect(await tableOn(page)).not.toEqual(before);
    expect(new URL(page.url()).searchParams.get('p.year')).toBe('2021');
    await page.getByLabel('Every year').check();
    await page.locator('.years svg').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('stands beside that of another area, on the same scale', async () => {
    await using opened = await served.open(
      `?operation=landcover&area=${areaQuery}&beside=${encodeURIComponent('huc12/990101010109')}`,
    );
    const { page, faults } = opened;
    await page.locator('article .chart svg').nth(1).waitFor();
    const ticks = await page
      .locator('article .chart svg')
      .evaluateAll((charts) =>
        charts.map((chart) => chart.querySelector('[aria-label="x-axis tick label"]')?.textContent),
      );
    expect(ticks[0]).toBe(ticks[1]);
    const names = await page
      .locator('article .chart svg')
      .evaluateAll((charts) =>
        charts.map((chart) => chart.querySelector('[aria-label="y-axis tick label"]')?.textContent),
      );
    expect(names[0]).toBe(names[1]);
    await page.getByText(/^They differ most in /).waitFor();
    const heads = await page.locator('.compared th').allInnerTexts();
    const places = await page.locator('.place').allInnerTexts();
    expect(heads).toEqual(['Land cover (synthetic)', ...places.map((place) => `${place}, km²`), 'Difference']);
    // The outlines have the names of the areas.
    expect(await page.locator('.area-name').allInnerTexts()).toEqual(expect.arrayContaining(places));
    await page.getByText('Stop comparing').click();
    await page.locator('article').nth(1).waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('has the raster under it, drawn by the service', async () => {
    await using opened = await served.open(`?operation=landcover&area=${areaQuery}`);
    const { page, faults } = opened;
    const picture = page.waitForResponse(/\/api\/rasters\/landcover\/tiles\/\d+\/\d+\/\d+\.png$/);
    await page.getByRole('combobox', { name: 'Raster' }).selectOption('landcover');
    expect((await picture).headers()['content-type']).toBe('image/png');
    await page.getByRole('slider', { name: 'Opacity' }).fill('0.3');
    await page.getByRole('combobox', { name: 'Raster' }).selectOption('');
    expect(faults).toEqual([]);
  });

  it('is taken away as the API has it', async () => {
    await using opened = await served.open(`?operation=landcover&area=${areaQuery}&unit=cells`);
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    const { groups } = await cellsByApi('landcover');
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByText('Table as CSV').click()]);
    expect(table.suggestedFilename()).toMatch(/^land-cover-in-.*-by-cell-centres\.csv$/);
    const [head, ...lines] = readFileSync(await table.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(head).toBe('area,Land cover (synthetic),cells');
    const place = await page.locator('.place').innerText();
    expect(lines.every((line) => line.startsWith(`${place},`))).toBe(true);
    expect(lines.map((line) => Number(line.split(',').at(-1))).sort()).toEqual(groups.map((one) => one.cells).sort());
    await page.getByText('For programs').click();
    for (const [title, format] of [
      ['CSV', 'csv'],
      ['GeoJSON', 'geojson'],
      ['Parquet', 'parquet'],
      ['JSON', 'labelled'],
    ] as const) {
      const href = await page.locator('.take a', { hasText: new RegExp(`^${title}$`) }).getAttribute('href');
      const [mine, theirs] = await Promise.all(
        [href as string, `${served.service.url}/api/areas/${area}/landcover?f=${format}`].map(async (url) =>
          Buffer.from(await (await fetch(url)).arrayBuffer()),
        ),
      );
      expect(mine?.equals(theirs as Buffer)).toBe(true);
    }
    const code = await page.locator('.take pre').first().innerText();
    const url = /'(http[^']+)'/.exec(code)?.[1] as string;
    expect(((await (await fetch(url)).json()) as { cells: number }).cells).toBe((await cellsByApi('landcover')).cells);
    for (const name of ['Chart as SVG', 'Chart as PNG']) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByText(name).click()]);
      expect(download.suggestedFilename()).toMatch(/^land-cover-in-.*\.(svg|png)$/);
      const bytes = readFileSync(await download.path());
      if (name.endsWith('SVG')) expect(bytes.toString()).toContain(`Land cover in ${place}, by cell centres`);
      expect(name.endsWith('PNG') ? bytes.subarray(1, 4).toString() : bytes.toString().slice(0, 4)).toBe(
        name.endsWith('PNG') ? 'PNG' : '<svg',
      );
    }
    expect(faults).toEqual([]);
  });
});

describe('an area of one’s own', () => {
  const ring = [
    [-100.2, 41.5],
    [-100.0, 41.5],
    [-100.0, 41.6],
    [-100.2, 41.6],
    [-100.2, 41.5],
  ];
  const polygon = { type: 'Polygon', coordinates: [ring] };

  it('is drawn by keyboard', async () => {
    await using opened = await served.open();
    const { page, faults } = opened;
    await page.locator('canvas.maplibregl-canvas').waitFor();
    await page.getByRole('button', { name: 'Draw an area' }).click();
    const cornersNow = async () => {
      const text = await page.locator('.tools [role=status]').innerText();
      if (text.startsWith('Click on the map')) return 0;
      return text === 'One corner' ? 1 : Number.parseInt(text, 10);
    };
    const corner = async (count: number, ...keys: string[]) => {
      for (const key of keys) {
        await page.keyboard.press(key);
        await page.waitForTimeout(100);
      }
      // The drawing library is loaded at the first time, and no corner is set twice.
      while ((await cornersNow()) < count) {
        await page.keyboard.press('Enter');
        await page.waitForTimeout(300);
      }
    };
    await corner(1);
    await corner(2, 'ArrowRight', 'ArrowRight');
    await corner(3, 'ArrowDown', 'ArrowDown');
    await page.keyboard.press('f');
    expect(await summaryOn(page)).toMatch(/km²/);
    expect(new URL(page.url()).searchParams.get('drawn')?.split(';').length).toBeGreaterThanOrEqual(3);
    expect(faults).toEqual([]);
  });

  it('is typed, with a sentence for what is wrong', async () => {
    await using opened = await served.open();
    const { page, faults } = opened;
    await page.getByText('Type coordinates').click();
    const field = page.getByLabel('One corner a line');
    await field.fill('-100.2, 41.5\nhere');
    await page.getByRole('button', { name: 'Use these' }).click();
    await page.getByText('Line 2 is “here”').waitFor();
    await field.fill(ring.map((corner) => corner.join(', ')).join('\n'));
    await page.getByRole('button', { name: 'Use these' }).click();
    expect(await summaryOn(page)).toMatch(/km²/);
    expect(faults).toEqual([]);
  });

  const kml = `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>${ring.map((corner) => corner.join(',')).join(' ')}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`;
  it.each([
    ['place.geojson', JSON.stringify({ type: 'Feature', properties: {}, geometry: polygon })],
    ['place.kml', kml],
  ])('is opened from %s', async (name, text) => {
    await using opened = await served.open('?unit=cells');
    const { page, faults } = opened;
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
    await page.locator('.place', { hasText: name }).waitFor();
    await page.locator('.summary').waitFor();
    const cells = (await tableOn(page)).reduce((sum, row) => sum + Number(row.at(-1)?.replaceAll(',', '')), 0);
    const client = await fetch(`${served.service.url}/api/processes/landcover/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=600' },
      body: JSON.stringify({ inputs: { area: polygon } }),
    });
    expect(cells).toBe(((await client.json()) as { cells: number }).cells);
    expect(faults).toEqual([]);
  });

  it('is pasted; what is no area is refused with a sentence', async () => {
    await using opened = await served.open();
    const { page, faults } = opened;
    await page.locator('.word').first().waitFor();
    const paste = (text: string) =>
      page.evaluate(`
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', ${JSON.stringify(text)});
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      `);
    await paste('{"type":"Point","coordinates":[1,2]}');
    await page.getByText('the pasted text has no polygons').waitFor();
    await paste(JSON.stringify(polygon));
    expect(await summaryOn(page)).toMatch(/km²/);
    expect(faults).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('an area that does not exist is said, and can be left', async () => {
    await using opened = await served.open(`?operation=landcover&area=${encodeURIComponent('huc12/nowhere')}`);
    const { page } = opened;
    await page.locator('article .problem').waitFor();
    expect(await page.locator('article .problem').innerText()).toMatch(/There is no area with the code “nowhere” here/);
    // The same question has the same answer.
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('a link with what is not known is said, until something else is asked', async () => {
    await using opened = await served.open(`?operation=foo&coverage=zzz&area=${areaQuery}`);
    const { page, faults } = opened;
    await page.getByText('This link asks for “foo” and “zzz”, which is not known here.').waitFor();
    await page.getByRole('combobox', { name: 'What is counted' }).selectOption('terrain');
    await page.getByText('This link asks for').waitFor({ state: 'detached' });
    expect(faults.every((one) => one.includes('foo') || one.includes('404'))).toBe(true);
  });

  it('a service that is away is said', async () => {
    await using opened = await served.open(`?operation=landcover&area=${areaQuery}`);
    const { page } = opened;
    await page.locator('.summary').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('combobox', { name: 'Which cells count' }).selectOption('touched');
    await page.getByText('The service cannot be reached').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.summary').waitFor();
  });
});

describe('the page', () => {
  const axe = readFileSync(
    createRequire(join(import.meta.dirname, '../..', 'package.json')).resolve('axe-core/axe.min.js'),
    'utf8',
  );

  it.each([
    ['light', 'landcover_soil', { colorScheme: 'light' }],
    ['dark', 'landcover_in&every=year&also=terrain', { colorScheme: 'dark' }],
    ['on a phone', 'landcover&upstream=true', { viewport: { width: 390, height: 800 } }],
  ] as const)('has nothing that keeps people out: %s', async (_name, operation, options) => {
    await using opened = await served.open(`?operation=${operation}&area=${areaQuery}`, options);
    const { page, faults } = opened;
    await page.locator('.chart svg').first().waitFor();
    await page.locator('.neighbours').waitFor();
    await page.evaluate(axe);
    const serious = await page.evaluate(async () => {
      const { violations } = await (
        globalThis as never as {
          axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
    expect(serious).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(width).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  });

  it('is served with a strict policy, and its files for ever', async () => {
    const { url } = served.service;
    const page = await fetch(`${url}/`);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none';script-src 'self';/);
    expect(page.headers.get('cache-control')).not.toMatch(/immutable/);
    const [script] = /assets\/page-\w+\.js/.exec(await page.text()) as RegExpExecArray;
    const file = await fetch(`${url}/${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-encoding')).toBe('br');
    for (const outside of [
      'assets/../sources.txt',
      'assets/%2e%2e/sources.txt',
      'sources.txt',
      'assets/nothing.js',
      'docs/nothing.html',
    ])
      expect((await fetch(`${url}/${outside}`)).status).toBe(404);
  });

  it('has the documentation, and the API as pages that make no other requests', async () => {
    for (const [path, heading] of [
      ['docs', 'Catchment'],
      ['docs/guides/cache.html', 'Running the cache'],
      ['api/docs', 'Catchment'],
    ] as const) {
      await using opened = await served.open(path);
      const { page, faults } = opened;
      await page.getByRole('heading', { name: heading }).first().waitFor();
      expect(faults).toEqual([]);
    }
  });

  it('needs no more than 380 kB of packed scripts at first', async () => {
    await using opened = await served.open();
    const { page, answers } = opened;
    await page.locator('canvas.maplibregl-canvas').waitFor();
    const scripts = answers.filter((one) => /assets\/(?!map-worker).*\.js$/.test(one.url()));
    const sizes = scripts.map((one) => Number(one.headers()['content-length']));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThan(380_000);
  });
});
