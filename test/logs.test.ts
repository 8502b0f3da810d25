import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { logFields } from '@cellshed/logs';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-logs-'));
const file = (name: string) => join(folder, name);
const square = { type: 'Polygon', coordinates: [boxRing(-96, 36.4, -95.9, 36.45)] };

let redis: PrivateRedis;
let gateway: Running;
let worker: Running;
let env: NodeJS.ProcessEnv;
/** The HTTP requests that were sent. */
let sent = 0;

beforeAll(async () => {
  redis = await startRedis();
  env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'memory:',
    CATCHMENT_CATALOG: writeCatalog(),
    ADMIN_TOKEN: 'a-token-of-the-operator',
    PORT: '0',
    COUNT_THREADS: '1',
    TILES_PER_JOB: '1',
    LOG_LEVEL: 'debug',
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), worker?.stop()]);
  await redis?.stop();
  rmSync(folder, { recursive: true });
});

/** A raster whose tiles, which are one and the same, cannot be decoded, and one that is whole. */
function writeCatalog(): string {
  const grid = { across: 2, down: 2, originX: -15_015, originY: 1_500_015 };
  writeConstantRaster(file('damaged.tif'), { ...grid, value: 1 });
  const startOfTile = 8;
  writeFileSync(file('damaged.tif'), readFileSync(file('damaged.tif')).fill(0, startOfTile, startOfTile + 8));
  writeConstantRaster(file('whole.tif'), { ...grid, value: 1 });
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: square };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { damaged: { url: damaged.tif }, whole: { url: whole.tif } }
operations: { damaged: { type: groupedCount, rasters: [damaged] }, whole: { type: groupedCount, rasters: [whole] } }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  return file('catalog.yaml');
}

type Line = Readonly<Record<string, unknown>>;

/** The lines of a log; those that are no JSON are errors of a test of their own. */
function linesOf({ output }: Pick<Running, 'output'>): Line[] {
  return output()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const idsIn = (lines: readonly Line[]) => [...new Set(lines.map(({ requestId }) => requestId))].toSorted();

async function ask(path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) {
  sent += 1;
  const response = await fetch(`${gateway.said}${path}`, { ...init, headers: headers ?? {} });
  const text = await response.text();
  const id = response.headers.get('x-request-id');
  return { status: response.status, id, headers: response.headers, text, json: () => JSON.parse(text) };
}

const execute = (operation: string, area: unknown, headers: Record<string, string>) =>
  ask(`/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ inputs: { area } }),
  });

it('a computation has the id of the request that began it, and each request its own', async () => {
  const ids = ['first.request', 'second_request'];
  const jobs: string[] = [];
  for (const id of ids) {
    const answer = await execute('whole', square, { 'x-request-id': id });
    expect([answer.status, answer.id]).toEqual([201, id]);
    jobs.push(answer.json().jobID);
  }
  worker = await startCatchment(['worker'], env, workerReady);
  const lines = (kind: string) => linesOf(worker).filter((line) => line['kind'] === kind);
  await until(() => lines('finish').filter(({ outcome }) => outcome === 'done').length === ids.length);
  expect([idsIn(lines('start')), idsIn(lines('finish'))]).toEqual([ids, ids]);
  const [began] = idsIn(lines('compute'));
  expect(ids).toContain(began);
  expect([idsIn(lines('compute')), idsIn(lines('count'))]).toEqual([[began], [began]]);
  expect(lines('count').map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
  const begun = linesOf(gateway).filter(({ jobId }) => jobId !== undefined);
  expect(begun.map(({ requestId, jobId }) => [requestId, jobId])).toEqual(ids.map((id, i) => [id, jobs[i]]));
});

it('a job that fails is one line of the worker, and a request one line of the gateway', async () => {
  const { id, json } = await execute('damaged', 'huc/01', { prefer: 'wait=3600', 'x-request-id': 'damaged-1' });
  const job = /job (\S+) failed here/.exec(json().detail)?.[1];
  expect([id, json().requestId]).toEqual(['damaged-1', 'damaged-1']);
  expect(linesOf(worker).filter(({ level }) => Number(level) >= 40)).toEqual([
    expect.objectContaining({
      ...{ app: 'worker', requestId: 'damaged-1', kind: 'count', operation: 'damaged', area: 'huc/01' },
      cause: expect.stringMatching(/^raster damaged: tile .* cannot be read/),
      jobIds: [job],
      msg: expect.stringMatching(/^count job failed: damaged of huc\/01: raster damaged: tile/),
    }),
  ]);
  const access = () => linesOf(gateway).filter(({ requestId }) => requestId === 'damaged-1');
  await until(() => access().length > 0);
  expect(access()).toEqual([
    expect.objectContaining({ method: 'POST', path: '/api/processes/damaged/execution', status: 500, jobId: job }),
  ]);
});

it('a chore has the id of the request that asked for it, in its document, its jobs and its failure', async () => {
  const before = linesOf(worker).length;
  const headers = { authorization: `Bearer ${env['ADMIN_TOKEN']}`, 'x-request-id': 'nightly.1' };
  const asked = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
  const chore = await ask('/admin/warm', { ...asked, body: JSON.stringify({ table: 'huc' }) });
  expect(chore.json()).toMatchObject({ state: expect.any(String), requestId: 'nightly.1' });
  const lines = () =>
    linesOf(worker)
      .slice(before)
      .filter(({ kind }) => kind === 'chore');
  await until(() => lines().length === 2);
  // A cache inside each process is none for chores.
  expect(lines()).toMatchObject([
    { level: 50, requestId: 'nightly.1', operation: 'warm', area: 'huc', cause: expect.stringMatching(/^CACHE_URL/) },
    { level: 20, requestId: 'nightly.1', outcome: 'failed' },
  ]);
});

it('an id that is none is replaced, and told all the same, with every answer', async () => {
  const wrong = ['', 'with space', 'a,b', '"', '{}', '../..', '\u00e4', 'x'.repeat(65), '$(reboot)'];
  for (const id of wrong) {
    const answer = await ask('/api/nothing', { headers: { 'x-request-id': id } });
    expect([answer.status, answer.id]).toEqual([404, expect.stringMatching(/^[\da-f-]{36}$/)]);
    expect(answer.json().requestId).toBe(answer.id);
  }
  for (const [path, status] of [
    ['/healthz', 200],
    ['/api/%zz', 400],
    ['/run', 405],
    ['/admin/cache', 404],
  ] as const) {
    const answer = await ask(path, { headers: { 'x-request-id': 'x'.repeat(64), accept: 'application/json' } });
    expect([path, answer.status, answer.id]).toEqual([path, status, 'x'.repeat(64)]);
  }
  const shared = await ask('/api', { headers: { origin: 'https://maps.example.org' } });
  expect(shared.headers.get('access-control-expose-headers')).toContain('x-request-id');
  const socket = connect(Number(new URL(gateway.said).port), '127.0.0.1');
  socket.write('no http at all\r\n\r\n');
  const [, id, body] = /x-request-id: (\S+)\r\n.*\r\n\r\n(.*)$/s.exec(String((await once(socket, 'data'))[0])) ?? [];
  expect(JSON.parse(body as string).requestId).toBe(id);
  socket.destroy();
});

it('every line has the fields of the guide alone, and every field is seen', async () => {
  const guess = await ask('/api/jobs', { headers: { authorization: 'Bearer a-wrong-token' } });
  renameSync(file('huc.geojson'), file('elsewhere'));
  const failed = await ask('/api/collections/huc/items');
  expect([guess.status, failed.status]).toEqual([401, 500]);
  await Promise.all([gateway.stop(), worker.stop()]);
  const lines = [gateway, worker].flatMap(linesOf);
  expect(lines.filter(({ method }) => method !== undefined)).toHaveLength(sent);
  expect(lines.find(({ err }) => err !== undefined)).toMatchObject({ requestId: failed.id, level: 50 });
  expect(lines.find(({ address }) => address !== undefined)).toMatchObject({ requestId: guess.id, level: 40 });
  const seen = new Map<string, Set<string>>();
  for (const line of lines)
    for (const [name, value] of Object.entries(line)) seen.set(name, (seen.get(name) ?? new Set()).add(typeOf(value)));
  // Nobody reads the log too slowly here, and nothing is traced: other tests see these fields.
  const elsewhere = ['leftOut', 'traceId'];
  const documented = Object.entries(logFields).filter(([name]) => !elsewhere.includes(name));
  expect(Object.fromEntries(seen)).toEqual(
    Object.fromEntries(documented.map(([name, { type }]) => [name, new Set([type])])),
  );
  for (const line of lines)
    for (const name of documented.flatMap(([one, field]) => (field.in === 'every line' ? [one] : [])))
      expect([name, line[name], line]).toEqual([name, expect.anything(), line]);
  for (const text of ['36.45', 'a-wrong-token', 'with space', 'reboot', '\u00e4'])
    expect(lines.filter((line) => JSON.stringify(line).includes(text))).toEqual([]);
  expect([gateway.errors(), worker.errors()]).toEqual(['', '']);
});

function typeOf(value: unknown): string {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? 'list of strings' : typeof value;
}
