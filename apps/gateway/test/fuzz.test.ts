import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import AjvCompiler from '@fastify/ajv-compiler';
import fc from 'fast-check';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from '../../../test/processes.ts';
import { change, changed, hostileText } from './http/hostile-bodies.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-fuzz-'));
const file = (name: string) => join(folder, name);
const ring = [
  [-96, 36.4],
  [-95.99, 36.4],
  [-95.99, 36.41],
  [-96, 36.4],
];
const polygon = { type: 'Polygon', coordinates: [ring] };
const lines = { type: 'LineString', coordinates: ring };

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

let redis: PrivateRedis;
let gateway: Running;
let worker: Running;
/** Every operation in the gateway's description of itself. */
let operations: readonly { readonly method: string; readonly path: string; readonly operation: Operation }[];
/** The faults of an answer by the schema at a place of the description. */
let problemsAt: (place: readonly string[], answer: unknown) => unknown;
let job = '';

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 1, down: 1, originX: -15, originY: 1_490_000, value: 1 });
  writeFileSync(
    file('huc.geojson'),
    JSON.stringify({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { huc: '01' }, geometry: polygon }],
    }),
  );
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif }, b: { url: a.tif } }
operations:
  count: { type: groupedCount, rasters: [a, b] }
  many: { type: groupedCountMany, rasters: [a] }
  average: { type: groupedAverage, rasters: [a], target: b }
  along: { type: linesJoin, rasters: [a] }
  extremes: { type: summary, rasters: [a] }
  describe: { type: statistics, rasters: [a], weights: b }
  either: { type: groupedCount, rasters: ["{which}"], parameters: { which: { values: [a, b] } } }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  redis = await startRedis();
  const env = { QUEUE_REDIS_URL: redis.url, CACHE_URL: redis.url, CATCHMENT_CATALOG: file('catalog.yaml'), PORT: '0' };
  const open = { ECHO_PROCESS: 'true', JOB_LIST: 'all' };
  [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], { ...env, ...open }, gatewayReady),
    startCatchment(['worker'], { ...env, COUNT_THREADS: '1' }, workerReady),
  ]);
  await readDescription();
  job = ((await (await post('/api/processes/count/execution', inputs({ area: 'huc/01' }))).json()) as { jobID: string })
    .jobID;
});

afterAll(async () => {
  await Promise.all([gateway.stop('SIGKILL'), worker.stop('SIGKILL')]);
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function readDescription(): Promise<void> {
  const description = (await (await fetch(`${gateway.said}/api/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  operations = Object.entries(description.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ method, path, operation })),
  );
  const customOptions = { strict: false, validateSchema: false, removeAdditional: false, coerceTypes: false } as const;
  const compile = AjvCompiler()({ api: { $id: 'api', ...description } }, { customOptions });
  problemsAt = (place, answer) => {
    const pointer = place.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`);
    const validate = compile({ schema: { $ref: `api#${pointer.join('')}` } } as never);
    return validate(answer) ? [] : validate.errors;
  };
}

const inputs = (given: object) => ({ inputs: given });
const run = {
  rasters: ['a'],
  zoom: 0,
  polygonCRS: 'LatLng',
  rasterCRS: 'ConusAlbers',
  polygon: [JSON.stringify(polygon)],
  vectorCRS: 'LatLng',
  vector: [JSON.stringify(lines)],
  targetRaster: 'b',
};
const chosen = { operation: 'either', which: 'a', rasters: { a: 'b' } };
/** A body for each path that takes one, and for each kind of process. */
const good: readonly (readonly [path: string, body: object])[] = [
  ['/api/processes/count/execution', inputs({ area: 'huc/01', coverage: 'touched' })],
  ['/api/processes/count/execution', { ...inputs({ area: polygon }), response: 'document', outputs: { result: {} } }],
  ['/api/processes/many/execution', inputs({ areas: ['huc/01', polygon] })],
  ['/api/processes/many/execution', inputs({ areas: { type: 'FeatureCollection', features: [polygon] } })],
  ['/api/processes/average/execution', inputs({ area: { value: polygon }, coverage: 'fraction' })],
  ['/api/processes/along/execution', inputs({ area: 'huc/01', lines })],
  ['/api/processes/extremes/execution', inputs({ area: { type: 'Feature', geometry: polygon } })],
  ['/api/processes/describe/execution', inputs({ area: 'huc/01', quantiles: [0.5] })],
  ['/api/processes/either/execution', inputs({ area: 'huc/01', which: 'a' })],
  ['/api/processes/multi/execution', inputs({ areas: ['huc/01'], operations: ['count', chosen, 'along'], lines })],
  [
    '/api/processes/echo/execution',
    inputs({ string: 'x', array: [1], date: '2026-11-21', bbox: { bbox: [1, 2, 3, 4] } }),
  ],
  ...['GroupedCount', 'GroupedCountMany', 'GroupedAverage', 'LinesJoin', 'Summary'].map(
    (name) => ['/run', { input: { operationType: `Raster${name}`, ...run } }] as const,
  ),
  [
    '/multi',
    {
      shapes: [{ id: 's', shape: JSON.stringify(polygon) }],
      streamLines: [JSON.stringify(lines)],
      operations: ['RasterGroupedCount', 'RasterLinesJoin'].map((name) => ({ name, label: name, rasters: ['a'] })),
    },
  ],
];

const prefer = fc.constantFrom('respond-async', 'wait=1', 'wait=1', 'wait=x, respond-sync', '');

function post(path: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.said}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(json),
  });
}

/** The description of the path that is written with all its steps. */
function describing(method: string, path: string) {
  const found = operations.filter(
    (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  );
  const [first] = found.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  if (!first) throw new Error(`nothing describes ${method} ${path}`);
  return first;
}

async function expectDescribed(response: Response, { method, path, operation }: ReturnType<typeof describing>) {
  const { status } = response;
  const text = await response.text();
  expect([status < 500, text]).toEqual([true, text]);
  const described = operation.responses[status];
  expect([status, described !== undefined, text]).toEqual([status, true, text]);
  if (text === '' && described?.content === undefined) return;
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  expect(Object.keys(described?.content ?? {})).toContain(type);
  const answer: unknown = type.endsWith('json') ? JSON.parse(text) : text;
  const place = ['paths', path, method, 'responses', String(status), 'content', type, 'schema'];
  expect([problemsAt(place, answer), text]).toEqual([[], text]);
}

it('the bodies that the others are made of are good', async () => {
  for (const [path, json] of good) {
    const response = await post(path, json, { prefer: 'wait=3600' });
    expect([path, response.status, await response.text()]).toEqual([path, 200, expect.any(String)]);
  }
});

it('whatever is posted, the answer is one that is described, and no failure', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...good),
    fc.array(change, { maxLength: 3 }),
    prefer,
    async ([path, json], made, preferred) => {
      const response = await post(path, made.reduce<unknown>(changed, json), { prefer: preferred });
      await expectDescribed(response, describing('post', path));
    },
  );
  await fc.assert(property, { numRuns: 400 });
});

it('whatever stands in a path and its query, the answer is one that is described, and no failure', async () => {
  const known = ['huc', '01', 'count', 'echo', 'result', 'accepted,failed', '2026-11-21', '1,2,3,4', '5', job];
  const text = fc
    .oneof(fc.constantFrom(...known), hostileText)
    .map((one) => encodeURIComponent(one.toWellFormed()).slice(0, 3000));
  const asked = operations.filter(({ operation }) => operation.requestBody === undefined);
  const texts = fc.array(fc.tuple(text, fc.nat(), text), { maxLength: 6 });
  const property = fc.asyncProperty(fc.constantFrom(...asked), texts, async (one, given) => {
    const steps = given.map(([step]) => step).filter((step) => !['', '.', '..'].includes(step));
    const path = one.path.replaceAll(/\{[^}]+\}/g, () => steps.pop() ?? job);
    const names = (one.operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const query = given.map(([other, i, value]) => `${names[i % (names.length + 1)]?.name ?? other}=${value}`);
    const response = await fetch(`${gateway.said}${path}?${query.join('&')}`, { method: one.method });
    await expectDescribed(response, one);
  });
  await fc.assert(property, { numRuns: 400 });
});
