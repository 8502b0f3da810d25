import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCatchment } from '../processes.ts';
import { until } from '../until.ts';
import { dumpEntries, loadEntries } from './entries.ts';
import { expectGolden, firstDifference, isUpdating, readGolden, sections, steady } from './golden.ts';
import { problemDocuments } from './problems.ts';
import { questions } from './questions.ts';
import { begin, type GoldenService, hasEnded, placeCatalog, startGolden, statusWhen } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-golden-'));
const catalog = placeCatalog();
let service: GoldenService;

beforeAll(async () => {
  service = await startGolden(catalog.path);
});

afterAll(async () => {
  await service?.stop();
  catalog.remove();
});

const get = async (path: string) => (await fetch(`${service.url}${path}`, { redirect: 'manual' })).text();

/** The result of a request byte for byte, and what its status says of the cache. */
async function ask(operation: string, inputs: unknown) {
  const id = await begin(service, operation, inputs);
  const { cache } = JSON.parse(await statusWhen(service, id, hasEnded));
  return { cache, text: await get(`/api/jobs/${id}/results`) };
}

/** The results of all questions, and which the cache did not have. */
async function askAll() {
  const results: [string, string][] = [];
  const missed: string[] = [];
  for (const { operation, inputs } of questions) {
    const title = `${operation} ${JSON.stringify(inputs)}`;
    const { cache, text } = await ask(operation, inputs);
    results.push([title, text]);
    if (cache === 'miss') missed.push(title);
  }
  return { results: sections(results), missed };
}

const several = { area: 'huc8/99010101', coverage: 'fraction' };

it('a request waits for workers, is counted, and is dismissed', async () => {
  const id = await begin(service, 'landcover_soil', several);
  const accepted = await statusWhen(service, id, ({ waitsFor }) => waitsFor === 'start');
  await service.startWorker('start,finish');
  await until(async () => /count compute$/m.test(await queuedJobs()));
  const running = await statusWhen(service, id, ({ waitsFor }) => waitsFor === 'count');
  expectGolden('queue.txt', steady(await queuedJobs()));
  expect((await fetch(`${service.url}/api/jobs/${id}`, { method: 'DELETE' })).status).toBe(200);
  const dismissed = await statusWhen(service, id, ({ finished }) => finished !== undefined);
  const statuses = { accepted, running, dismissed };
  const results = await get(`/api/jobs/${id}/results`);
  expectGolden('statuses-waiting.txt', steady(sections(Object.entries({ ...statuses, results }))));
});

/** The queues that there are, and the names of the jobs in each. */
async function queuedJobs(): Promise<string> {
  const keys = (await service.queue.keys('*')).sort();
  const jobs = await Promise.all(
    keys.map(async (key) => ((await service.queue.type(key)) === 'hash' ? service.queue.hget(key, 'name') : null)),
  );
  const names = keys.flatMap((key, i) => {
    const queue = key.split(':').slice(0, 3).join(':');
    return jobs[i] ? [`${queue} ${jobs[i]}`] : [];
  });
  const queues = keys.filter((key) => key.endsWith(':meta'));
  return `${[...queues, ...new Set(names)].join('\n')}\n`;
}

it('entries that were computed before are hits, and read as they were', async () => {
  await service.startWorker('count');
  if (isUpdating) return;
  await loadEntries(service.cache, readGolden('entries.txt'));
  const { results, missed } = await askAll();
  expect(missed).toEqual([]);
  expectGolden('results.txt', results);
});

it('results are computed as they were, under the same keys', async () => {
  await service.cache.flushall();
  const { results } = await askAll();
  expectGolden('results.txt', results);
  expectGolden('entries.txt', await dumpEntries(service.cache));
});

it('statuses of what has ended', async () => {
  const texts: [string, string][] = [];
  const add = async (title: string, operation: string, inputs: unknown) => {
    const id = await begin(service, operation, inputs);
    texts.push([title, steady(await statusWhen(service, id, hasEnded))]);
  };
  await service.cache.flushall();
  const area = 'huc12/990101010101';
  await add('miss', 'landcover', { area });
  await add('hit', 'landcover', { area });
  await loadEntries(service.cache, readGolden('entries.txt'));
  await add('stale', 'aging', { area });
  await add('refused', 'slope_by_landcover', { area, rasters: { slope: 'precipitation_winter' } });
  expectGolden('statuses.txt', sections(texts));
});

it('an archive is written as it was, and one that was written before is loaded', async () => {
  const out = join(folder, 'archive.jsonl');
  const args = ['huc8', '--out', out, '--threads', '1', '--catalog', catalog.path];
  expect(await runCatchment(['precompute', ...args])).toMatchObject({ code: 0, err: '' });
  const text = readFileSync(out, 'utf8').replaceAll(
    /"computedAt":[\d.]+,"costMs":[\d.]+/g,
    '"computedAt":1,"costMs":1',
  );
  expectGolden('archive.jsonl', text);
  await service.cache.flushall();
  const golden = join(folder, 'golden.jsonl');
  writeFileSync(golden, readGolden('archive.jsonl'));
  expect(await runCatchment(['load', golden, '--catalog', catalog.path], service.env)).toMatchObject({ code: 0 });
  const asked = await ask('terrain', { area: 'huc8/99010101' });
  expect(asked.cache).toBe('hit');
});

it('refusals', async () => {
  expectGolden('problems.txt', await problemDocuments(service.url));
});

it('the documents of the API', async () => {
  const { processes } = JSON.parse(await get('/api/processes?limit=100'));
  const ids: string[] = processes.map(({ id }: { id: string }) => id);
  const paths = [
    ...['/', '/api/', '/api/conformance', '/api/openapi.json', '/api/processes?limit=100'],
    ...ids.map((id) => `/api/processes/${id}`),
    ...['/api/collections', '/api/collections/huc12', '/api/collections/huc12/items?limit=2'],
    '/api/collections/huc12/items/990101010101',
  ];
  const texts = await Promise.all(paths.map(async (path) => [path, steady(await get(path))] as const));
  expectGolden('documents.txt', sections(texts));
});

it('the drop-in routes', async () => {
  const square =
    '{"type":"Polygon","coordinates":[[[-99.96,41.85],[-99.92,41.85],[-99.92,41.88],[-99.96,41.88],[-99.96,41.85]]]}';
  const line = '{"type":"LineString","coordinates":[[-100.2,41.86],[-99.8,41.87]]}';
  const place = { polygon: [square], polygonCRS: 'LatLng', rasterCRS: 'ConusAlbers', zoom: 0 };
  const runs = [
    { operationType: 'RasterGroupedCount', rasters: ['landcover', 'soil'] },
    { operationType: 'RasterGroupedAverage', rasters: ['landcover'], targetRaster: 'slope' },
    { operationType: 'RasterGroupedAverage', rasters: [], targetRaster: 'slope' },
    { operationType: 'RasterLinesJoin', rasters: ['landcover'], vector: [line], vectorCRS: 'LatLng' },
    { operationType: 'RasterSummary', rasters: ['elevation'] },
  ];
  const multi = {
    shapes: [{ id: 'a', shape: square }],
    streamLines: [line],
    operations: [
      { name: 'RasterGroupedCount', label: 'land', rasters: ['landcover'] },
      { name: 'RasterLinesJoin', label: 'streams', rasters: ['landcover'] },
      { name: 'RasterGroupedAverage', label: 'slope', rasters: [], targetRaster: 'slope' },
    ],
  };
  const asked = [...runs.map((run) => ['/run', { input: { ...run, ...place } }] as const), ['/multi', multi] as const];
  const texts: [string, string][] = [];
  for (const [path, body] of asked) {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    texts.push([`${path} ${request.body}`, await (await fetch(`${service.url}${path}`, request)).text()]);
  }
  expectGolden('drop-in.txt', sections(texts));
});

it('the first difference is shown', () => {
  const [golden, text] = [`a\n${'b'.repeat(100)}c\nd`, `a\n${'b'.repeat(100)}d\nd`];
  expect(firstDifference(golden, text)).toBe(
    `line 2 differs\n  golden: …${'b'.repeat(60)}c\n  now:    …${'b'.repeat(60)}d`,
  );
  expect(firstDifference('a\n', 'a')).toMatch(/^line 2 differs\n {2}golden: \n {2}now: {4}\(end\)$/);
});
