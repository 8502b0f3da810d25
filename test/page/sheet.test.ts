import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { isWeak } from '../../apps/web/src/answer/fills.ts';
import { boxRing } from '../box-ring.ts';
import { gatewayReady, startCatchment } from '../processes.ts';
import { filesOf } from './area-files.ts';
import { answerOf, type Opened, type Served, servePage } from './open-page.ts';

let served: Served;

const folder = mkdtempSync(join(tmpdir(), 'sheet-'));
const root = join(import.meta.dirname, '../..');

/** The sample with a raster that says where it is from. */
const cited = readFileSync(join(root, 'sample/catalog.yaml'), 'utf8')
  .replace(
    'url: landcover.tif\n',
    'url: landcover.tif\n    version: "7"\n    date: "2021"\n    citation: A. Maker, 2021\n',
  )
  .replaceAll(/(url|source): (?=\w)/g, `$1: ${join(root, '.catchment/sample')}/`);

beforeAll(async () => {
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(catalog, cited);
  served = await servePage({ CATCHMENT_CATALOG: catalog });
});

afterAll(async () => {
  await served?.stop();
  rmSync(folder, { recursive: true });
});

/** Another gateway for the same results, with these settings. */
async function gatewayWith(settings: NodeJS.ProcessEnv) {
  const { env } = served.service;
  return startCatchment(['gateway'], { ...env, WEB_FOLDER: join(root, '.catchment/web'), ...settings }, gatewayReady);
}

const [area, below] = ['huc12/990101010101', 'huc12/990101010106'];

/** The query of a link. */
function queryOf(members: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(members).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return `?${new URLSearchParams(pairs as [string, string][])}`;
}

async function openAt(members: Parameters<typeof queryOf>[0]): Promise<Opened> {
  return served.open(queryOf(members));
}

const section = (page: Page, name: string) => page.getByRole('region', { name });

describe('an area among its neighbours', () => {
  it('is ranked by what is cached, nothing is computed by itself, and the rest when somebody asks for it', async () => {
    const near = ['990101010101', '990101010102', '990101010103'];
    const answers = await Promise.all(near.map((id) => answerOf(served.service, `huc12/${id}`, 'landcover_soil')));
    const shares = answers.map(({ groups, cells }) => {
      const [largest] = [...Map.groupBy(answers[0]?.groups ?? [], (one) => one.labels[0])].toSorted(
        ([, a], [, b]) => sum(b) - sum(a),
      );
      return sum(groups.filter(({ labels }) => labels[0] === largest?.[0])) / cells;
    });
    const rank = 1 + shares.filter((one) => one > (shares[0] as number)).length;
    await using opened = await openAt({ operation: 'landcover_soil', area });
    const { page, faults } = opened;
    const ranking = section(page, 'Among its neighbours');
    await ranking
      .getByText(`it is the ${rank === 1 ? '' : rank === 2 ? '2nd ' : '3rd '}highest of the 3 of 14`)
      .waitFor();
    await ranking.getByText('11 of 14 are not counted yet').waitFor();
    expect(await ranking.locator('.strip circle').count()).toBe(3);
    await ranking.getByRole('button', { name: 'Count them' }).click();
    await ranking.getByText('highest of the 14 Synthetic subwatersheds in').waitFor();
    expect(await ranking.locator('.strip circle').count()).toBe(14);
    await ranking.getByText('All 14, in order').click();
    const first = ranking.locator('li').first();
    const name = await first.getByRole('button').innerText();
    await first.getByRole('button').click();
    await page.locator('.place', { hasText: name }).waitFor();
    await ranking.getByText('it is the highest of the 14').waitFor();
    expect(faults).toEqual([]);
  });

  it('is ranked by the net change of a class, and goes to the area of a dot', async () => {
    for (const one of [area, below]) await answerOf(served.service, one, 'landcover_change');
    await using opened = await openAt({ operation: 'landcover_change', area });
    const { page, faults } = opened;
    const ranking = section(page, 'Among its neighbours');
    await ranking.getByText('of the 2 of 14').waitFor();
    expect(await ranking.getByRole('combobox').inputValue()).toMatch(/^net change of /);
    await ranking.locator('.strip circle[fill="var(--accent)"]').click();
    await page.waitForURL((url) => url.searchParams.get('area') === below);
    expect(faults).toEqual([]);
  });
});

function sum(groups: readonly { readonly cells: number }[]): number {
  return groups.reduce((all, { cells }) => all + cells, 0);
}

describe('the stream', () => {
  it('leads down and up, and adds all that lies above beside the area’s own', async () => {
    await using opened = await openAt({ operation: 'landcover', area, unit: 'cells' });
    const { page, faults } = opened;
    const stream = section(page, 'The stream');
    await stream.getByText('No other area drains into it').waitFor();
    await stream.getByRole('button').click();
    await page.waitForURL((url) => url.searchParams.get('area') === below);
    await stream.getByText('It receives').waitFor();
    await stream.getByRole('button', { name: 'Add all that lies above' }).click();
    await page.getByRole('heading', { name: /and all that drains into it$/ }).waitFor();
    await page.locator('article .summary').nth(1).waitFor();
    const cells = await cellsIn(page);
    const [own, total] = await Promise.all([
      answerOf(served.service, below, 'landcover'),
      answerOf(served.service, below, 'landcover', 'upstream=true'),
    ]);
    expect(cells).toEqual([own.cells, total.cells]);
    expect(total.cells).toBeGreaterThan(own.cells);
    expect(faults).toEqual([]);
  });
});

/** The cells of each answer on the page, whose unit is cells: the sum of its table. */
async function cellsIn(page: Page): Promise<readonly number[]> {
  const tables = await page
    .locator('article table')
    .evaluateAll((all) =>
      all.map((table) => [...table.querySelectorAll('td:last-child')].map((cell) => cell.textContent ?? '')),
    );
  return tables.map((texts) => texts.reduce((all, text) => all + Number(text.replaceAll(',', '')), 0));
}

describe('further operations', () => {
  it('are answered below in one request, and a link restores them', async () => {
    await using opened = await openAt({ operation: 'landcover', area });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    const requests: string[] = [];
    page.on('request', (one) => one.method() === 'POST' && requests.push(new URL(one.url()).pathname));
    await page.getByText('More questions about this area').click();
    await page.getByLabel('Elevation and slope').check();
    await page.getByRole('heading', { name: 'Elevation and slope' }).waitFor();
    await page.getByLabel('Land cover of a year').check();
    await page.locator('article', { hasText: 'Land cover of a year' }).locator('.summary').waitFor();
    expect(requests).toEqual(Array(2).fill('/api/processes/multi/execution'));
    await page.reload();
    await page.locator('article .summary').nth(2).waitFor();
    expect(await page.locator('article h2').allInnerTexts()).toEqual(['Land cover of a year', 'Elevation and slope']);
    expect(faults).toEqual([]);
  });
});

describe('the colours of classes', () => {
  it.each(['light', 'dark'] as const)('are seen on paper: %s', async (colorScheme) => {
    const query = queryOf({ operation: 'landcover_in', area, every: 'year' });
    await using opened = await served.open(query, { colorScheme });
    const { page, faults } = opened;
    await page.locator('.years svg').nth(1).waitFor();
    const paper: string = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    const bars = await page
      .locator('article [aria-label=bar] rect')
      .evaluateAll((all) => all.map((bar) => [bar.getAttribute('fill'), bar.getAttribute('stroke')]));
    expect(bars.length).toBeGreaterThan(10);
    for (const [fill, stroke] of bars) {
      if (fill?.startsWith('#'))
        expect([fill, stroke]).toEqual([fill, isWeak(fill, hex(paper)) ? 'currentColor' : 'none']);
    }
    // Shrub and mixed forest have nearly the same colour in the legend of the NLCD.
    const id = /url\(#(.*)\)/.exec(bars.find(([fill]) => fill?.startsWith('url'))?.[0] as string)?.[1];
    expect(await page.locator(`article .chart #${id} path`).count()).toBe(1);
    expect(await page.locator('.swatch path').count()).toBe(1);
    expect(faults).toEqual([]);
  });
});

/** A colour `rgb(1, 2, 3)` as `#010203`. */
function hex(rgb: string): string {
  return `#${(rgb.match(/\d+/g) ?? []).map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}

describe('years', () => {
  it('have a small chart each, on one scale', async () => {
    await using opened = await openAt({ operation: 'landcover_in', area, every: 'year', unit: 'percent' });
    const { page, faults } = opened;
    await page.locator('.years svg').nth(1).waitFor();
    const small = page.locator('.years svg').nth(1);
    expect(await small.locator('[aria-label="fx-axis tick label"] text').allTextContents()).toEqual(
      expect.arrayContaining(['2001', '2011']),
    );
    const answers = await Promise.all(
      ['2001', '2011'].map((year) => answerOf(served.service, area, 'landcover_in', `year=${year}`)),
    );
    const widths = await small
      .locator('[aria-label=bar] > g')
      .evaluateAll((all) =>
        all.map((one) => [...one.querySelectorAll('rect')].map((bar) => bar.getBoundingClientRect().width)),
      );
    const shares = answers.map(({ groups, cells }) => groups.map((one) => one.cells / cells));
    const ratio = Math.max(...(widths[0] as number[])) / Math.max(...(widths[1] as number[]));
    expect(ratio).toBeCloseTo(Math.max(...(shares[0] as number[])) / Math.max(...(shares[1] as number[])), 1);
    expect(faults).toEqual([]);
  });
});

/** A ring in the sample, clockwise. */
const ring = [
  [-100.2, 41.5],
  [-100.2, 41.6],
  [-100, 41.6],
  [-100, 41.5],
  [-100.2, 41.5],
] as const;
const drawn = ring
  .slice(1)
  .map((corner) => corner.join(','))
  .join(';');

/** Drops a file onto the page. */
async function drop(page: Page, { name, bytes }: { readonly name: string; readonly bytes: Buffer }): Promise<void> {
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (one) => one.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], '${name}'));
    document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }`);
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }`);
}

const place = (page: Page, name: string) => page.locator('.place', { hasText: name }).waitFor();

describe('an area from a file or a text', () => {
  it('has the same cells in every format that is dropped, and as text that is pasted', async () => {
    await using opened = await openAt({ operation: 'landcover', unit: 'cells', drawn });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    const [cells] = await cellsIn(page);
    expect(cells).toBeGreaterThan(100_000);
    for (const file of filesOf(ring)) {
      await drop(page, file);
      await place(page, file.name.endsWith('.wkt') ? 'place.wkt' : file.name);
      await page.locator('.summary').waitFor();
      expect([file.name, await cellsIn(page)]).toEqual([file.name, [cells]]);
    }
    for (const text of [
      `SRID=4326;MULTIPOLYGON (((${ring.map((corner) => corner.join(' ')).join(', ')})))`,
      ring.map((corner) => corner.join(', ')).join('\n'),
    ]) {
      await openNothing(page);
      await paste(page, text);
      await page.locator('.summary').waitFor();
      expect(await cellsIn(page)).toEqual([cells]);
    }
    expect(faults).toEqual([]);
  });

  it('is chosen where a file has several, or all of them are one', async () => {
    const square = (west: number, name: string) => ({
      type: 'Feature',
      properties: { name },
      geometry: { type: 'Polygon', coordinates: [boxRing(west, 41.5, west + 0.05, 41.55)] },
    });
    const features = [square(-100.2, 'West'), square(-100.1, 'East')];
    const file = {
      name: 'two.geojson',
      bytes: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })),
    };
    await using opened = await openAt({ operation: 'landcover', unit: 'cells' });
    const { page, faults } = opened;
    await page.locator('.word').first().waitFor();
    const cells: number[] = [];
    for (const [button, name] of [
      ['West', 'West'],
      ['East', 'East'],
      ['All as one', 'two.geojson'],
    ] as const) {
      await drop(page, file);
      const dialog = page.getByRole('dialog', { name: 'two.geojson has 2 areas' });
      await dialog.getByRole('button', { name: button }).click();
      await place(page, name);
      await page.locator('.summary').waitFor();
      cells.push((await cellsIn(page))[0] as number);
    }
    const [west, east, both] = cells as [number, number, number];
    expect(both).toBe(west + east);
    expect(west).not.toBe(east);
    await drop(page, file);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await place(page, 'two.geojson');
    expect(faults).toEqual([]);
  });

  it.each([
    [
      'a picture',
      { name: 'a.png', bytes: Buffer.from('\x89PNG') },
      /Save it as GeoJSON, KML, a GeoPackage or a zipped/,
    ],
    ['no JSON', { name: 'a.geojson', bytes: Buffer.from('{') }, /^a.geojson is not JSON; expected GeoJSON\.$/],
    [
      'points',
      { name: 'a.wkt', bytes: Buffer.from('POLYGON EMPTY 1') },
      /^a.wkt (is no well-known text|has no polygons)/,
    ],
    ['metres', { name: 'a.wkt', bytes: Buffer.from('SRID=3857;POLYGON ((0 0, 1 0, 1 1, 0 0))') }, /is in EPSG:3857/],
  ] as const)('is refused with what to do: %s', async (_what, file, sentence) => {
    await using opened = await openAt({ operation: 'landcover' });
    const { page } = opened;
    await page.locator('.word').first().waitFor();
    await drop(page, file);
    const alert = page.locator('.floating [role=alert]');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(sentence);
    await page.getByRole('button', { name: 'Close' }).click();
    await alert.waitFor({ state: 'detached' });
  });
});

/** Leaves the area that is asked about. */
async function openNothing(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/${queryOf({ operation: 'landcover', unit: 'cells' })}`);
  await page.locator('.word').first().waitFor();
}

describe('comparing', () => {
  it('takes the next area that is clicked, and a third one in place of the first', async () => {
    await using opened = await openAt({ operation: 'landcover', area });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    await page.getByText('Compare with another area').click();
    const search = page.getByRole('combobox', { name: 'Compare with another area' });
    await search.fill('990101010109');
    await page.locator('.compare [role=option]').first().click();
    await page.locator('article .summary').nth(1).waitFor();
    const members = () => Object.fromEntries(new URL(page.url()).searchParams);
    expect(members()).toMatchObject({ area, beside: 'huc12/990101010109' });
    await section(page, 'The stream').getByRole('button').first().click();
    await page.waitForURL((url) => url.searchParams.get('area') === below);
    expect(members()).toMatchObject({ area: below, beside: 'huc12/990101010109' });
    await page.reload();
    await page.locator('article .summary').nth(1).waitFor();
    expect(faults).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('an area that is not there: how to find another', async () => {
    await using opened = await openAt({ operation: 'landcover', area: 'huc12/nowhere' });
    const alert = opened.page.locator('article [role=alert]');
    expect(await alert.innerText()).toBe(
      'Area table huc12 has no area "nowhere". Find another area by its name or code, or click one on the map.',
    );
  });

  it('an area outside the rasters, or partly', async () => {
    await using opened = await openAt({ operation: 'landcover', drawn: '0,0;1,0;1,1' });
    const { page } = opened;
    await page.getByText('It lies outside the rasters: nothing was counted. Choose one where').waitFor();
    await page.goto(
      `${served.service.url}/${queryOf({ operation: 'landcover', drawn: '-100.2,41.5;-80,41.5;-80,41.6' })}`,
    );
    await page.getByText(/covered; .* lies outside the raster “Land cover \(synthetic\)”/).waitFor();
  });

  it('one that is too large, and one that is asked for too often, until the time is over', async () => {
    await using gateway = disposable(await gatewayWith({ AREA_VERTEX_LIMIT: '5', CLIENT_REQUESTS_PER_MINUTE: '1' }));
    const many = `${drawn};-100.15,41.49;-100.17,41.49`;
    await using opened = await served.open(`${gateway.said}/${queryOf({ operation: 'landcover', drawn: many })}`);
    const { page } = opened;
    const alert = page.locator('article [role=alert]');
    expect(await alert.innerText()).toMatch(
      /at most 5 are allowed\. Take a smaller area, or one with fewer corners\.$/,
    );
    await page.goto(`${gateway.said}/${queryOf({ operation: 'landcover', drawn })}`);
    await page.getByText('This was too often. Wait a while').waitFor();
    const again = page.getByRole('button', { name: /^Try again in \d+ s$/ });
    expect(await again.isDisabled()).toBe(true);
    const first = await again.innerText();
    await page.locator('article button', { hasNotText: first }).waitFor();
    expect(Number(/\d+/.exec(await again.innerText()))).toBeLessThan(Number(/\d+/.exec(first)));
  });

  it('nobody who counts, and no room for more questions', async () => {
    const { QUEUE_REDIS_URL } = served.service.env;
    await using gateway = disposable(
      await gatewayWith({ QUEUE_REDIS_URL: `${QUEUE_REDIS_URL}/1`, WAITING_LIMIT: '1' }),
    );
    await using opened = await served.open(`${gateway.said}/${queryOf({ operation: 'landcover', drawn })}`);
    const { page } = opened;
    await page.getByText('No worker takes this now.').waitFor();
    await using other = await served.open(`${gateway.said}/${queryOf({ operation: 'terrain', drawn })}`);
    await other.page.getByText('The service has much to do just now.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. Nothing was counted.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('an answer that is no longer kept is made anew', async () => {
    await using opened = await openAt({ operation: 'landcover', drawn });
    const { page } = opened;
    await page.locator('.summary').waitFor();
    const csv = page.locator('.take a', { hasText: 'CSV' });
    const url = (await csv.getAttribute('href')) as string;
    const [, job] = /(.*)\/results/.exec(url) as RegExpExecArray;
    const theirs = await (await fetch(url)).text();
    const [kept] = await Promise.all([page.waitForEvent('download'), csv.click()]);
    expect(readFileSync(await kept.path(), 'utf8')).toBe(theirs);
    await fetch(job as string, { method: 'DELETE' });
    await csv.click();
    await page.getByText('This answer is no longer kept.').waitFor();
    await page.locator('.take').getByRole('button', { name: 'Try again' }).click();
    await page.locator(`.take a[href^="${job}"]`).first().waitFor({ state: 'detached' });
    const [anew] = await Promise.all([page.waitForEvent('download'), csv.click()]);
    expect(readFileSync(await anew.path(), 'utf8').split('\n').length).toBe(theirs.split('\n').length);
  });

  it('an answer that the page cannot show leaves the map and the way back', async () => {
    await using opened = await openAt({ operation: 'landcover', area: below });
    const { page } = opened;
    await page.locator('.summary').waitFor();
    // The page trusts the service: only an answer that was damaged on the way is not as it expects.
    await page.route(/\/api\/areas\//, async (route) => {
      const answer = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...answer, groups: [null] } });
    });
    await page.getByRole('combobox', { name: 'Which cells count' }).selectOption('touched');
    await page.getByText('This cannot be shown').waitFor();
    await page.unroute(/\/api\/areas\//);
    await page.getByRole('button', { name: 'Start anew' }).click();
    await page.getByText('Click an area on the map').waitFor();
    await page.getByRole('combobox', { name: 'Area', exact: true }).fill('990101010101');
    await page.locator('.search [role=option]').first().click();
    await page.locator('.summary').waitFor();
  });
});

/** A process that ends with its scope. */
function disposable<Process extends { stop(): Promise<void> }>(process: Process) {
  return Object.assign(process, { [Symbol.asyncDispose]: () => process.stop() });
}

describe('a print', () => {
  it('says what was asked, when and where, shows the map, and names the sources', async () => {
    await using opened = await openAt({ operation: 'landcover', area });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    await page.getByText('version 7 · 2021 · A. Maker, 2021').waitFor();
    await page.locator('.canvas[aria-busy=false]').waitFor();
    await page.evaluate('void (globalThis.printed = new Promise((resolve) => { globalThis.print = resolve; }))');
    await page.getByRole('button', { name: 'Print' }).click();
    await page.evaluate('globalThis.printed');
    await page.emulateMedia({ media: 'print' });
    const report = page.locator('.report');
    expect(await report.locator('h1').innerText()).toMatch(/^Land cover in .*, by cell centres$/);
    expect(await report.locator('.link').innerText()).toBe(page.url());
    expect(await report.innerText()).toMatch(/\d{1,2} [A-Z][a-z]+ \d{4} · http/);
    expect(
      await report.locator('img').evaluate((image) => (image as { naturalWidth?: number }).naturalWidth),
    ).toBeGreaterThan(300);
    const shown = (selector: string) => page.locator(selector).first().isVisible();
    expect(await Promise.all(['.summary', '.chart svg', 'table', '.sources'].map(shown))).toEqual(Array(4).fill(true));
    expect(await Promise.all(['.map', '.ask', '.options', '.take'].map(shown))).toEqual(Array(4).fill(false));
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
    expect(faults).toEqual([]);
  });
});
