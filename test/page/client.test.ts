import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type * as client from '@cellshed/client';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { boxRing } from '../box-ring.ts';
import { type Service, startService } from '../service.ts';
import { launch } from './launch.ts';

const root = join(import.meta.dirname, '../..');

/** The bundle, as scripts of the page see it. */
declare const cellshed: typeof client;
declare const Image: new () => { src: string; readonly naturalWidth: number; decode(): Promise<void> };

let service: Service;
let site: Server;
let browser: Browser;
let page: Page;

/** A site of its own, whose page brings the bundled client: for the gateway it is another's. */
beforeAll(async () => {
  service = await startService(join(root, '.catchment/sample/catalog.yaml'), { EVENTS_LIMIT: '1' });
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@cellshed/client'`, resolveDir: root },
    ...{ bundle: true, minify: true, format: 'iife', globalName: 'cellshed', platform: 'browser', write: false },
  });
  const html = `<!doctype html><meta charset="utf-8"><script>${outputFiles[0]?.text}</script>`;
  site = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  browser = await launch();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await service?.stop();
});

const huc12 = 'huc12/990101010101';

it('asks, and waits for a result', async () => {
  const cells = await page.evaluate(
    async ([url, area]) => {
      const asking = cellshed.createClient<{ landcover: 'groupedCount' }>(url);
      return (await asking.ask('landcover', { area })).cells;
    },
    [service.url, huc12] as const,
  );
  expect(cells).toBe(86_835);
});

it('listens to a job, and has its table', async () => {
  const drawn = { type: 'Polygon', coordinates: [boxRing(-99.98, 41.84, -99.9, 41.9)] };
  const [seen, table] = await page.evaluate(
    async ([url, area]) => {
      const asking = cellshed.createClient(url);
      const job = await asking.execute('landcover', { area });
      const statuses: string[] = [];
      await asking.wait(job, { onStatus: ({ status }) => statuses.push(status) });
      return [statuses, await (await asking.table(job, 'csv')).text()] as const;
    },
    [service.url, drawn] as const,
  );
  expect(seen.at(-1)).toBe('successful');
  expect(table).toMatch(/^area_table,id,name,/);
});

it('waits also where another one listens already, and there is no room for more', async () => {
  const states = await page.evaluate(async (url) => {
    const asking = cellshed.createClient(url);
    const ring = (west: number) => [
      [west, 41.5],
      [west + 0.01, 41.5],
      [west + 0.01, 41.51],
      [west, 41.5],
    ];
    const wests = [-100.1, -100.2, -100.3, -100.4];
    const jobs = await Promise.all(
      wests.map((west) => asking.execute('landcover', { area: { type: 'Polygon', coordinates: [ring(west)] } })),
    );
    return (await Promise.all(jobs.map((job) => asking.wait(job)))).map(({ status }) => status);
  }, service.url);
  expect(states).toEqual(Array(4).fill('successful'));
});

it('reads the headers of answers and refusals, which are those of another site', async () => {
  const [first, again, refusal] = await page.evaluate(
    async ([url, area]) => {
      const asking = cellshed.createClient(url);
      const answer = await asking.answer('landcover', area, { coverage: 'touched' }, { waitSeconds: 30 });
      const etag = 'etag' in answer ? answer.etag : undefined;
      const same = await asking.answer('landcover', area, { coverage: 'touched' }, { etag });
      const error = await asking.status('nothing').catch((one: client.GatewayError) => one);
      return [answer, same, { ...error, is: error instanceof cellshed.GatewayError }] as const;
    },
    [service.url, huc12] as const,
  );
  expect(first).toMatchObject({ cache: 'miss', etag: expect.stringMatching(/^"/), result: { coverage: 'touched' } });
  expect(again).toEqual({ unchanged: true });
  expect(refusal).toMatchObject({ is: true, status: 404, detail: expect.stringContaining('there is no job') });
});

it('finds areas, converts a file that somebody has chosen, and shows pictures of rasters', async () => {
  const [found, converted, width] = await page.evaluate(async (url) => {
    const asking = cellshed.createClient(url);
    const { features } = await asking.areas('huc12', { within: 'huc8/99010101', limit: 3 });
    const kml = `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing>
      <coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`;
    const file = new File([kml], 'a.kml');
    const [raster] = await asking.mappedRasters();
    const image = new Image();
    image.src = (raster?.tiles.href ?? '').replace('{z}', '9').replace('{x}', '113').replace('{y}', '190');
    await image.decode();
    return [features.length, await asking.convert(file), image.naturalWidth] as const;
  }, service.url);
  expect(found).toBe(3);
  expect(converted).toMatchObject({ found: { format: 'KML' }, features: [{ properties: { name: 'A' } }] });
  expect(width).toBe(256);
});

it('stops when it is told to', async () => {
  const reason = await page.evaluate(
    async ([url, area]) => {
      const signal = AbortSignal.abort(new Error('enough'));
      const asking = cellshed.createClient(url);
      return asking.ask('landcover', { area }, { signal }).catch((error: Error) => error.message);
    },
    [service.url, huc12] as const,
  );
  expect(reason).toBe('enough');
});
