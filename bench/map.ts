import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launch } from '../test/page/launch.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { basinCorners, idOf, tables, writeMapInputs } from './map-areas.ts';

const root = join(import.meta.dirname, '..');
const rounds = 5;
const dragMilliseconds = 2000;
/** The most milliseconds of a processor for a frame of a pan, without those that draw it. */
const mostOfPage = 16;

/** The page in a real browser: the first content, a pan, many areas, and one with many corners. */
export async function benchMap(): Promise<Findings> {
  execFileSync(process.execPath, [join(root, 'apps/web/build.ts')], { stdio: 'inherit' });
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(folder, { recursive: true }));
  const env = { WEB_FOLDER: join(root, '.catchment/web'), COUNT_THREADS: '1' };
  const start = async (catalog: string) =>
    opened.adopt(await startCluster({ catalog, workers: ['all'], env }), (one) => one.stop());
  const sample = await start(join(root, '.catchment/sample/catalog.yaml'));
  const many = await start(await writeMapInputs(folder));
  const browser = opened.adopt(await launch(), (one) => one.close());
  const frames = [
    await panned(browser, many, { table: 'view', name: `${tables.view} areas` }),
    await panned(browser, many, {
      ...{ table: 'basin', area: idOf(0) },
      name: `an area of ${basinCorners.toLocaleString('en')} corners, and its raster`,
    }),
  ];
  const wrong = frames
    .filter(({ page }) => page > mostOfPage)
    .map(({ name, page }) => `a frame of a pan of ${name} takes the page ${page} ms, expected ${mostOfPage} at most`);
  return {
    tables: [
      await firstContent(browser, sample),
      {
        title: 'A pan, milliseconds',
        columns: [
          'in view',
          'between frames, p50',
          'p95',
          'CPU of the page for a frame',
          'CPU of drawing it',
          'frames',
        ],
        rows: frames.map(({ name, p50, p95, page, drawing, count }): Value[] => [name, p50, p95, page, drawing, count]),
        notes: [
          `${rounds} drags of two seconds each. The browser draws by the processor, with SwiftShader: a graphics card does what is in the fifth column. The time between frames depends on what else the machine does; CPU does not.`,
        ],
      },
      await largeTables(browser, many),
    ],
    wrong,
  };
}

/** A page in a browser that has no file of it yet. */
async function openPage(browser: Browser, { url }: Cluster, query = ''): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}/${query}`);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

/** Waits until the map has drawn what it has. */
async function untilDrawn(page: Page): Promise<void> {
  await page.locator('.canvas[aria-busy=false]').waitFor();
}

/** The milliseconds since the page was asked for. */
async function sinceAsked(page: Page): Promise<number> {
  return page.evaluate('performance.now()');
}

async function firstContent(browser: Browser, cluster: Cluster) {
  const area = 'huc12%2F990101010101';
  const found: (readonly number[])[] = [];
  // The first round warms up, and has the answer computed.
  for (let round = 0; round <= rounds; round++) {
    await using page = await openPage(browser, cluster, `?operation=landcover&area=${area}`);
    await page.locator('.summary').waitFor();
    const answered = await sinceAsked(page);
    await untilDrawn(page);
    const drawn = await sinceAsked(page);
    const painted = await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`);
    if (round > 0) found.push([painted, answered, drawn]);
  }
  return {
    title: 'The page of the demo, milliseconds since it was asked for',
    columns: ['', 'first content', 'a cached answer', 'the map with its raster'],
    rows: [[`median of ${rounds}`, ...[0, 1, 2].map((at) => median(found.map((one) => one[at] as number)))] as Value[]],
    notes: ['The browser has no file of the page before. Its server is on the same machine.'],
  };
}

interface Panned {
  readonly table: keyof typeof tables;
  readonly area?: string;
  readonly name: string;
}

/** Drags the map to and fro, and measures the time between its frames. */
async function panned(browser: Browser, cluster: Cluster, { table, area, name }: Panned) {
  const query = area === undefined ? '?raster=' : `?operation=landcover&area=${table}%2F${area}`;
  await using page = await openPage(browser, cluster, query);
  await page.locator('.levels input').nth(Object.keys(tables).indexOf(table)).check({ force: true });
  await untilDrawn(page);
  const { x, y, width, height } = (await page.locator('.canvas').boundingBox()) as NonNullable<
    Awaited<ReturnType<ReturnType<Page['locator']>['boundingBox']>>
  >;
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  const times: number[] = [];
  const before = await cpuOf(browser);
  for (let round = 0; round < rounds; round++) {
    await page.mouse.move(middleX, middleY);
    await page.mouse.down();
    const frames = page.evaluate<number[]>(recordFrames);
    for (const begun = performance.now(); performance.now() - begun < dragMilliseconds; ) {
      const turn = (2 * Math.PI * (performance.now() - begun)) / dragMilliseconds;
      await page.mouse.move(middleX + 150 * Math.sin(turn), middleY + 90 * Math.sin(2 * turn));
    }
    times.push(...(await frames));
    await page.mouse.up();
  }
  const after = await cpuOf(browser);
  const perFrame = (type: string) => ((after(type) - before(type)) * 1000) / times.length;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const cpu = { page: perFrame('renderer'), drawing: perFrame('GPU') };
  return { name, p50: at(0.5), p95: at(0.95), ...cpu, count: sorted.length };
}

/** The seconds that processes of a type have used of processors. */
async function cpuOf(browser: Browser): Promise<(type: string) => number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return (type) => processInfo.filter((one) => one.type === type).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** The frames of a drag, as the times between them. */
const recordFrames = `new Promise((resolve) => {
  const times = [];
  const begun = performance.now();
  let before;
  const onFrame = (now) => {
    if (before !== undefined) times.push(now - before);
    before = now;
    if (now - begun > ${dragMilliseconds}) resolve(times);
    else requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
})`;

async function largeTables(browser: Browser, cluster: Cluster) {
  const rows: Value[][] = [];
  const put = (name: string, times: readonly number[]) => rows.push([name, median(times), Math.max(...times)]);
  await using page = await openPage(browser, cluster, '?raster=');
  await untilDrawn(page);
  const field = page.getByRole('combobox', { name: 'Area', exact: true });
  const search = async (text: string) => {
    const begun = performance.now();
    await field.fill(text);
    await page.locator('[role=option]', { hasText: text }).first().waitFor();
    const took = performance.now() - begun;
    await field.fill('');
    await page.locator('[role=option]').first().waitFor({ state: 'detached' });
    return took;
  };
  await search(idOf(1));
  const [codes, names]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    codes.push(await search(idOf(70_000 + round)));
    names.push(await search(`Creek 8${round}123`));
  }
  put(`a code among ${(100_000).toLocaleString('en')} is found`, codes);
  put('a part of a name among them', names);
  const tiles: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [x, y] = [904 + round, 1523];
    const begun = performance.now();
    const response = await fetch(`${cluster.url}/api/collections/country/tiles/12/${x}/${y}`);
    await response.arrayBuffer();
    tiles.push(performance.now() - begun);
  }
  put('a tile of them at zoom 12', tiles);
  const [shown, answered]: [number[], number[]] = [[], []];
  for (const coverage of ['centre', 'touched', 'fraction']) {
    await using one = await openPage(
      browser,
      cluster,
      `?operation=landcover&area=basin%2F${idOf(0)}&coverage=${coverage}`,
    );
    await one.locator('.summary').waitFor();
    answered.push(await sinceAsked(one));
    await untilDrawn(one);
    shown.push(await sinceAsked(one));
  }
  const corners = basinCorners.toLocaleString('en');
  put(`an area of ${corners} corners is answered for, not from the cache`, answered);
  put('and is shown with its raster', shown);
  return {
    title: 'Large tables and areas, milliseconds',
    columns: ['', 'median', 'longest'],
    rows,
    notes: ['The time of a search has the 0.15 s in which more may be typed. Those of the area begin with the page.'],
  };
}
