import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig as readGatewayConfig, startGateway } from '@cellshed/gateway';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { type Log, openLog } from '@cellshed/logs';
import { openMetrics } from '@cellshed/metrics';
import { openTraces, spanAttributes } from '@cellshed/traces';
import { readConfig as readWorkerConfig, roles, startWorker } from '@cellshed/worker';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-traces-'));
const file = (name: string) => join(folder, name);
const square = { type: 'Polygon', coordinates: [boxRing(-96, 36.4, -95.9, 36.45)] };
const corner = { type: 'Polygon', coordinates: [boxRing(-96, 36.4, -95.999, 36.401)] };

const exporter = new InMemorySpanExporter();
const opened = new AsyncDisposableStack();
let redis: PrivateRedis;
let url: string;
let logged = '';

beforeAll(async () => {
  redis = opened.adopt(await startRedis(), (one) => one.stop());
  writeCatalog();
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: `${redis.url}/1,file:${file('results')}`,
    CATCHMENT_CATALOG: file('catalog.yaml'),
    ...{ PORT: '0', COUNT_THREADS: '1', TILES_PER_JOB: '1', CACHE_TIMEOUT_SECONDS: '3600' },
    ...{ WAIT_LIMIT_SECONDS: '3600', LATENESS_LIMIT_MILLISECONDS: '0', RECHECK_SECONDS: '0' },
  };
  const config = readWorkerConfig(env);
  const own = { service: 'test', version: '1', instance: 'a:1', onError: () => undefined };
  const close = (one: { close(): Promise<void> }) => one.close();
  const traces = opened.adopt(await openTraces(config, { ...own, exporter }), close);
  const shared = { traces, metrics: opened.adopt(openMetrics(), close) };
  const log: Log = openLog({ level: 'info', app: 'gateway', secrets: [], write });
  ({ url } = opened.adopt(await startGateway(readGatewayConfig(env), log, shared), close));
  opened.adopt(await startWorker(config, roles, log, shared), close);
});

afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

function write(bytes: Uint8Array): number {
  logged += Buffer.from(bytes).toString();
  return bytes.length;
}

function writeCatalog(): void {
  const grid = { across: 2, down: 2, originX: -15_015, originY: 1_500_015 };
  for (const name of ['whole', 'damaged']) writeConstantRaster(file(`${name}.tif`), { ...grid, value: 1 });
  const startOfTile = 8;
  writeFileSync(file('damaged.tif'), readFileSync(file('damaged.tif')).fill(0, startOfTile, startOfTile + 8));
  const features = [square, corner].map((geometry, i) => ({ type: 'Feature', properties: { huc: `0${i}` }, geometry }));
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { damaged: { url: damaged.tif }, whole: { url: whole.tif } }
operations: { damaged: { type: groupedCount, rasters: [damaged] }, whole: { type: groupedCount, rasters: [whole] } }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
}

/** A span with those within it, the first one first. */
interface Tree {
  readonly name: string;
  readonly span: ReadableSpan;
  readonly within: readonly Tree[];
}

const millisecondsOf = ([seconds, nanoseconds]: readonly [number, number]) => 1e3 * seconds + nanoseconds / 1e6;

function treesOf(traceId: string): Tree[] {
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const within = (id: string | undefined): Tree[] =>
    spans
      .filter(({ parentSpanContext: parent }) => (parent && ids.has(parent.spanId) ? parent.spanId : undefined) === id)
      .toSorted((a, b) => millisecondsOf(a.startTime) - millisecondsOf(b.startTime))
      .map((span) => ({ name: span.name, span, within: within(span.spanContext().spanId) }));
  return within(undefined);
}

/** The names of the spans within each other. */
function namesIn(tree: Tree): unknown {
  return tree.within.length === 0 ? tree.name : { [tree.name]: tree.within.map(namesIn) };
}

const nodesIn = (tree: Tree): Tree[] => [tree, ...tree.within.flatMap(nodesIn)];
const spansIn = (tree: Tree): ReadableSpan[] => nodesIn(tree).map(({ span }) => span);

const attributesOf = (trees: readonly Tree[], name: string) =>
  trees
    .flatMap(spansIn)
    .filter((span) => span.name === name)
    .map(({ attributes }) => attributes);

let asked = 0;

/** Asks within a trace of its own, and returns its spans when all have ended. */
async function trace(path: string, body?: unknown, flags = '01') {
  asked += 1;
  const traceId = String(asked).padStart(32, 'a');
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}`,
      'x-request-id': `request-${asked}`,
      ...(body !== undefined && { 'content-type': 'application/json', prefer: 'wait=3600' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const hasEnded = () => {
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    const ids = new Set(['00f067aa0ba902b7', ...spans.map((span) => span.spanContext().spanId)]);
    const batches = spans.reduce((sum, { attributes }) => sum + Number(attributes['bullmq.job.bulk.count'] ?? 0), 0);
    const countOf = (name: string) => spans.filter((span) => span.name === name).length;
    return (
      spans.some(({ kind }) => kind === SpanKind.SERVER) &&
      spans.every(({ parentSpanContext: parent }) => parent && ids.has(parent.spanId)) &&
      countOf('process finish') === (body === undefined ? 0 : 1) &&
      countOf('process count') === batches
    );
  };
  if (flags === '01') await until(hasEnded);
  return { status: response.status, text, traceId, trees: treesOf(traceId) };
}

const execute = (operation: string, inputs: unknown) => trace(`/api/processes/${operation}/execution`, { inputs });

/** The spans of a request from its beginning to what start and finish have within them. */
const aRequest = (start: unknown, finish: unknown = 'process finish') => [
  {
    'POST /api/processes/:operation/execution': [
      { 'addFlow finish': [{ 'addNode finish': [{ 'addNode start': [start] }, finish] }] },
    ],
  },
];

/** The names of the spans of a trace, without the calls of stores that a name has within it. */
const withoutCalls = (trees: readonly Tree[]): unknown => {
  const kept = (tree: Tree): Tree => ({
    ...tree,
    within: tree.within.filter(({ span }) => span.kind !== SpanKind.CLIENT).map(kept),
  });
  return trees.map(kept).map(namesIn);
};

const callsWithin = (trees: readonly Tree[], name: string) =>
  trees
    .flatMap(nodesIn)
    .filter((tree) => tree.name === name)
    .map(({ within }) => new Set(within.filter(({ span }) => span.kind === SpanKind.CLIENT).map((call) => call.name)));

it('a miss is one trace, from the HTTP request through start, compute and finish to the stores', async () => {
  const { status, trees, traceId } = await execute('whole', { area: corner });
  expect(status).toBe(200);
  expect(withoutCalls(trees)).toEqual(aRequest({ 'process start': [{ 'add count.compute': ['process compute'] }] }));
  expect(callsWithin(trees, 'process start')).toEqual([new Set(['head redis', 'head file'])]);
  expect(callsWithin(trees, 'process compute')).toEqual([
    new Set(['get redis', 'get file', 'fence redis', 'fence file', 'set redis', 'set file']),
  ]);
  const [root] = trees as [Tree];
  expect(root.span.parentSpanContext).toMatchObject({ traceId, spanId: '00f067aa0ba902b7', isRemote: true });
  for (const { startTime, endTime } of spansIn(root))
    expect(millisecondsOf(endTime)).toBeGreaterThanOrEqual(millisecondsOf(startTime));
  expect(attributesOf(trees, 'process compute')).toEqual([
    {
      ...{ 'bullmq.queue.name': 'count', 'bullmq.job.name': 'compute', 'bullmq.job.id': expect.stringMatching(/^c-/) },
      ...{ 'catchment.operation': 'whole', 'catchment.outcome': 'done', 'catchment.request_id': `request-${asked}` },
    },
  ]);
});

it('a large miss has a span for each count job, and compute goes on when they have ended', async () => {
  const { trees } = await execute('whole', { area: square });
  const counts = Array(4).fill('process count');
  const computes = [{ 'process compute': [{ 'addBulk count': counts }] }, 'process compute'];
  expect(withoutCalls(trees)).toEqual(aRequest({ 'process start': [{ 'add count.compute': computes }] }));
  expect(attributesOf(trees, 'process compute').map((one) => one['catchment.outcome'])).toEqual(['waits', 'done']);
  expect(attributesOf(trees, 'addBulk count')).toEqual([{ 'bullmq.queue.name': 'count', 'bullmq.job.bulk.count': 4 }]);
});

it('a hit computes nothing, with a job or without one', async () => {
  const { trees } = await execute('whole', { area: square });
  expect(withoutCalls(trees)).toEqual(aRequest('process start'));
  expect(callsWithin(trees, 'process finish')).toEqual([new Set(['get redis'])]);
  await execute('whole', { area: 'huc/01' });
  const got = await trace('/api/areas/huc/01/whole');
  expect([got.status, got.trees.map(namesIn)]).toEqual([
    200,
    [{ 'GET /api/areas/:table/:id/:operation': ['get redis'] }],
  ]);
});

it('a failure is marked in each attempt, and tells nothing of paths', async () => {
  const { status, trees, traceId, text } = await execute('damaged', { area: corner });
  expect(status).toBe(500);
  const attempts = [1, 2].map(() => ({ 'process compute': ['delay count'] }));
  const computes = [...attempts, { 'process compute': ['fail count'] }];
  expect(withoutCalls(trees)).toEqual(
    aRequest({ 'process start': [{ 'add count.compute': computes }] }, { 'process finish': ['fail finish'] }),
  );
  const outcomes = attributesOf(trees, 'process compute').map((one) => one['catchment.outcome']);
  expect(outcomes).toEqual(['retried', 'retried', 'failed']);
  const marked = trees.flatMap(spansIn).filter((span) => span.status.code === SpanStatusCode.ERROR);
  expect(marked.map(({ name }) => name)).toEqual([
    ...['POST /api/processes/:operation/execution', 'process compute', 'process compute', 'process compute'],
    'process finish',
  ]);
  // The log has the cause, under the same trace.
  const linesOf = () => logged.split('\n').filter((line) => line.includes(traceId));
  await until(() => linesOf().length === 2);
  const lines = linesOf();
  expect(lines.map((line) => JSON.parse(line).level)).toEqual([50, 30]);
  expect(lines[0]).toContain('damaged.tif');
  expect(JSON.parse(text).requestId).toBe(`request-${asked}`);
});

it('a request for several is one trace', async () => {
  const { status, trees } = await execute('multi', { areas: [corner, 'huc/00'], operations: ['whole'] });
  expect(status).toBe(200);
  const counts = Array(4).fill('process count');
  const computes = [{ 'process compute': [{ 'addBulk count': counts }] }, 'process compute'];
  expect(withoutCalls(trees)).toEqual(aRequest({ 'process start': [{ 'add count.compute': computes }] }));
  expect(attributesOf(trees, 'process finish')).toEqual([expect.objectContaining({ 'catchment.operation': 'multi' })]);
});

it('a client may keep a request from being traced, and health checks are never traced', async () => {
  const { trees } = await trace('/api/areas/huc/01/whole', undefined, '00');
  await fetch(`${url}/healthz`);
  await fetch(`${url}/api/nothing/here`, { headers: { traceparent: '00-no-trace-01' } });
  const own = () => exporter.getFinishedSpans().filter((span) => !span.spanContext().traceId.startsWith('aaa'));
  await until(() => own().length > 0);
  expect([trees, own().map(({ name }) => name)]).toEqual([[], ['GET']]);
});

it('spans have the documented attributes alone, and all of them; none has a path, a host or a geometry', () => {
  const spans = exporter.getFinishedSpans();
  const seen = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...seen].toSorted()).toEqual(Object.keys(spanAttributes).toSorted());
  const told = JSON.stringify(
    spans.map(({ name, attributes, events, links, status, resource }) => [
      ...[name, attributes, events, links, status, resource.attributes],
    ]),
  );
  expect([folder, '127.0.0.1', '.tif', '36.4', 'Error'].filter((text) => told.includes(text))).toEqual([]);
  const values = spans.flatMap(({ attributes }) => Object.values(attributes).map(String));
  expect(Math.max(...values.map(({ length }) => length))).toBeLessThan(100);
});
