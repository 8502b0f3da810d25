import type { Page } from 'playwright-core';
import { isWeak } from '../../../apps/web/src/answer/fills.ts';
import { answerOf } from '../open-page.ts';
import { area, below, cellsIn, kit, openAt, queryOf, section } from './kit.ts';

describe('an area among its neighbours', () => {
  it('is ranked by what is cached, nothing is computed by itself, and the rest when somebody asks for it', async () => {
    const near = ['990101010101', '990101010102', '990101010103'];
    const answers = await Promise.all(near.map((id) => answerOf(kit.served.service, `huc12/${id}`, 'landcover_soil')));
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
    // The plot is drawn a moment after the words are there.
    const dots = ranking.locator('.strip circle');
    await dots.nth(2).waitFor({ state: 'attached' });
    expect(await dots.count()).toBe(3);
    await ranking.getByRole('button', { name: 'Count them' }).click();
    await ranking.getByText('highest of the 14 Synthetic subwatersheds in').waitFor();
    await dots.nth(13).waitFor({ state: 'attached' });
    expect(await dots.count()).toBe(14);
    await ranking.getByText('All 14, in order').click();
    const first = ranking.locator('li').first();
    const name = await first.getByRole('button').innerText();
    await first.getByRole('button').click();
    await page.locator('.place', { hasText: name }).waitFor();
    await ranking.getByText('it is the highest of the 14').waitFor();
    expect(faults).toEqual([]);
  });

  it('is ranked by the net change of a class, and goes to the area of a dot', async () => {
    for (const one of [area, below]) await answerOf(kit.served.service, one, 'landcover_change');
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

describe('the stream', () => {
  it('leads down and up, and adds all that lies above beside the area’s own', async () => {
    await using opened = await openAt({ operation: 'landcover', area, unit: 'cells' });
    const { page, faults } = opened;
    const stream = section(page, 'The stream');
    await stream.getByText('No other area drains into it').waitFor();
    await stream.getByRole('button').click();
    await page.waitForURL((url) => url.searchParams.get('area') === below);
    await stream.getByText('It receives').waitFor();
    const outlines = page.waitForResponse((one) => one.url().includes(`upstreamOf=${below.split('/')[1]}`));
    await stream.getByRole('button', { name: 'With all upstream' }).click();
    const { features } = (await (await outlines).json()) as { features: { id: string }[] };
    expect(features.map(({ id }) => id)).toEqual(expect.arrayContaining([area, below].map((one) => one.split('/')[1])));
    await page.getByRole('heading', { name: /with all upstream$/ }).waitFor();
    await page.locator('.compared').waitFor();
    const cells = await cellsIn(page);
    const [own, total] = await Promise.all([
      answerOf(kit.served.service, below, 'landcover'),
      answerOf(kit.served.service, below, 'landcover', 'upstream=true'),
    ]);
    expect(cells).toEqual([own.cells, total.cells]);
    expect(total.cells).toBeGreaterThan(own.cells);
    await page.reload();
    await page.locator('.compared').waitFor();
    expect(await cellsIn(page)).toEqual(cells);
    // Cells that are only touched cannot be added up: the page says so, and what to do.
    await page.getByRole('combobox', { name: 'Which cells count' }).selectOption('touched');
    await page.getByText('cannot be added up over several areas').waitFor();
    await page.getByRole('heading', { name: 'Take away' }).waitFor();
    await page.getByRole('button', { name: 'Count by cell centres' }).click();
    await page.locator('.compared').waitFor();
    expect(faults).toEqual([]);
  });
});

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
    const titles = (await page.locator('article h2').allInnerTexts()).map((text) => text.split(',')[0]);
    expect(titles).toEqual(['Land cover of a year', 'Elevation and slope']);
    // Each has its own choices.
    const first = page.locator('.further article').first();
    expect(await first.getByRole('combobox', { name: 'Year' }).inputValue()).toBe('2021');
    await first.getByRole('combobox', { name: 'Year' }).selectOption('2001');
    await first.locator('th', { hasText: 'Land cover in 2001' }).waitFor();
    expect(faults).toEqual([]);
  });
});

describe('the colours of classes', () => {
  it.each(['light', 'dark'] as const)('are seen on paper: %s', async (colorScheme) => {
    const query = queryOf({ operation: 'landcover_in', area, every: 'year' });
    await using opened = await kit.served.open(query, { colorScheme });
    const { page, faults } = opened;
    await page.locator('.years svg').nth(1).waitFor();
    await page.locator('article [aria-label=bar] rect').nth(10).waitFor({ state: 'attached' });
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
      ['2001', '2011'].map((year) => answerOf(kit.served.service, area, 'landcover_in', `year=${year}`)),
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

describe('comparing', () => {
  it('takes the next area that is clicked, a third one in place of the first, and a link restores both', async () => {
    await using opened = await openAt({ operation: 'landcover', area });
    const { page, faults } = opened;
    await page.locator('.summary').waitFor();
    await page.getByText('Compare with another area').click();
    const second = await clickAnother(page, await page.locator('.place').innerText());
    await page.getByRole('heading', { name: second }).waitFor();
    await page.locator('article .summary').nth(1).waitFor();
    const members = () => Object.fromEntries(new URL(page.url()).searchParams);
    const { beside } = members();
    expect([members()['area'], beside]).toEqual([area, expect.stringMatching(/^huc12\//)]);
    await section(page, 'The stream').getByRole('button').first().click();
    await page.waitForURL((url) => url.searchParams.get('area') === below);
    expect(members()).toMatchObject({ area: below, beside });
    await page.reload();
    await page.locator('article .summary').nth(1).waitFor();
    expect(await page.locator('article h2').nth(1).innerText()).toBe(second);
    expect(faults).toEqual([]);
  });
});

/** Clicks an area on the map that is not the one with this name. Resolves to its name. */
async function clickAnother(page: Page, name: string): Promise<string> {
  const { x, y, width, height } = (await page.locator('.canvas').boundingBox()) as NonNullable<
    Awaited<ReturnType<ReturnType<Page['locator']>['boundingBox']>>
  >;
  for (let step = 0; ; step++) {
    const [right, down] = [x + (width * (1 + (step % 9))) / 10, y + (height * (1 + (step % 7))) / 8];
    await page.mouse.move(right, down);
    await page.waitForTimeout(50);
    const hover = page.locator('.hover').first();
    const found = (await hover.count()) > 0 ? await hover.innerText() : name;
    if (found === name || (await page.locator('.canvas[aria-busy=true]').count()) > 0) continue;
    await page.mouse.click(right, down);
    return found;
  }
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

function sum(groups: readonly { readonly cells: number }[]): number {
  return groups.reduce((all, { cells }) => all + cells, 0);
}

/** A colour `rgb(1, 2, 3)` as `#010203`. */
function hex(rgb: string): string {
  return `#${(rgb.match(/\d+/g) ?? []).map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
