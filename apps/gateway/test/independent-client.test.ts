import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import createClient from 'openapi-fetch';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from '../../../test/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-client-'));
let redis: PrivateRedis;
let gateway: Running;
let worker: Running;

beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  writeFileSync(
    join(folder, 'catalog.yaml'),
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n',
  );
  redis = await startRedis();
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'file:./results',
    CATCHMENT_CATALOG: join(folder, 'catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
  };
  [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
});

afterAll(async () => {
  await Promise.all([gateway, worker].map((one) => one.stop('SIGKILL')));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

interface Parameters {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

/** A client that only has the API's description, which it reads first: operations by their ids. */
async function readClient(base: string) {
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId?: string }>>>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
  );
  const client = createClient<Record<string, Record<'get' | 'post' | 'delete', object>>>({ baseUrl: base });
  return async (operationId: string, { path, query }: Parameters, body?: object) => {
    const operation = operations.find((one) => one.operationId === operationId);
    if (!operation) throw new Error(`the description has no operation ${operationId}`);
    const { data, error, response } = await client.request(operation.method as 'get', operation.path, {
      params: { path, query },
      ...(body && { body }),
    } as Record<string, unknown>);
    return { status: response.status, body: (data ?? error) as Record<string, unknown> };
  };
}

it('a client that knows only the description submits, polls and reads results', async () => {
  const call = await readClient(gateway.said);
  const [process] = (await call('getProcesses', { query: { limit: 1 } })).body.processes as { id: string }[];
  const ring = [
    [-96, 36.4],
    [-95.9, 36.4],
    [-95.9, 36.45],
    [-96, 36.4],
  ];
  const area = { type: 'Polygon', coordinates: [ring] };
  const path = { operation: process?.id as string };
  const submitted = await call('execute', { path }, { inputs: { area } });
  expect(submitted.status).toBe(201);
  // A worker may have taken the job before its status was read.
  expect(['accepted', 'running', 'successful']).toContain(submitted.body.status);
  const id = submitted.body.jobID as string;
  let { body } = await call('getStatus', { path: { id } });
  while (['accepted', 'running'].includes(body.status as string))
    ({ body } = await call('getStatus', { path: { id } }));
  expect(body).toMatchObject({ status: 'successful', processID: 'a' });
  expect((await call('getResult', { path: { id } })).body).toMatchObject({ operation: 'a', covered: 1 });
  expect((await call('getOutput', { path: { id, output: 'result' } })).body).toMatchObject({ operation: 'a' });
  expect((await call('dismiss', { path: { id } })).body.status).toBe('dismissed');
  const gone = await call('getStatus', { path: { id: 'x' } });
  expect([gone.status, gone.body.title]).toEqual([404, 'Not found']);
});
