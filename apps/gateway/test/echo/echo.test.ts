import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { gatewayReady, startCatchment } from '../../../../test/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-echo-'));
let redis: PrivateRedis;

beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), { across: 1, down: 1, originX: -15, originY: 1_490_000, value: 1 });
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true });
});

function startGateway(operation: string, env: NodeJS.ProcessEnv) {
  const catalog = join(folder, `${operation}.yaml`);
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }\noperations: { ${operation}: { type: groupedCount, rasters: [a] } }\n`,
  );
  const settings = { QUEUE_REDIS_URL: redis.url, CATCHMENT_CATALOG: catalog, PORT: '0', ...env };
  return startCatchment(['gateway'], settings, gatewayReady);
}

it('a gateway with echo and an operation of that name says so, and ends', async () => {
  await expect(startGateway('echo', { ECHO_PROCESS: 'true' })).rejects.toThrow(
    'operations.echo: "echo" is another process of the gateway; choose another name, or switch that process off',
  );
});

it('an operation may be called echo where that process is switched off', async () => {
  const gateway = await startGateway('echo', {});
  const described = await fetch(`${gateway.said}/api/processes/echo`);
  expect(await described.json()).toMatchObject({ id: 'echo', outputs: { result: {} } });
  await gateway.stop();
});

it('a process that is switched off is not there', async () => {
  const gateway = await startGateway('count', {});
  const statuses = await Promise.all([
    fetch(`${gateway.said}/api/processes/echo`),
    fetch(`${gateway.said}/api/processes/echo/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: {} }),
    }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
  await gateway.stop();
});
