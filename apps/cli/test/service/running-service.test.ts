import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceService, findService, settingsOfService } from '../../src/service/running-service.ts';

const temporary = mkdtempSync(join(tmpdir(), 'catchment-running-service-'));
const folder = join(temporary, 'kept');
const file = join(folder, 'service.json');
const gateway = createServer((request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end());
let settings: { CATCHMENT_URL: string; QUEUE_REDIS_URL: string; CATCHMENT_CATALOG: string };

beforeAll(async () => {
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  settings = {
    CATCHMENT_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
    QUEUE_REDIS_URL: 'redis://:secret@127.0.0.1:1234',
    CATCHMENT_CATALOG: '/data/catalog.yaml',
  };
});

afterAll(() => {
  gateway.close();
  rmSync(temporary, { recursive: true });
});

it('a service is found while it runs, and no longer', async () => {
  expect(await findService(folder)).toBeUndefined();
  const withdraw = await announceService(folder, settings);
  expect(await findService(folder)).toEqual({ pid: process.pid, settings });
  withdraw();
  expect([existsSync(file), await findService(folder)]).toEqual([false, undefined]);
});

it('what is said of a service is for its user alone: a URL may have a password', async () => {
  const withdraw = await announceService(folder, settings);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  withdraw();
});

it('a service that was killed is not found, and does not keep the next one from saying that it runs', async () => {
  // No process has this number: it is larger than any kernel gives.
  writeFileSync(file, JSON.stringify({ pid: 2 ** 30, settings }));
  expect(await findService(folder)).toBeUndefined();
  const withdraw = await announceService(folder, settings);
  expect(await findService(folder)).toMatchObject({ pid: process.pid });
  withdraw();
});

it('another process that has got the number of one that was killed is not taken for it', async () => {
  writeFileSync(
    file,
    JSON.stringify({ pid: process.pid, settings: { ...settings, CATCHMENT_URL: 'http://127.0.0.1:1' } }),
  );
  expect(await findService(folder)).toBeUndefined();
});

it.each(['', '{', 'null', '[]', '{"pid":"1","settings":{}}'])(
  'a file that holds %j tells of no service',
  async (text) => {
    writeFileSync(file, text);
    expect(await findService(folder)).toBeUndefined();
  },
);

it('a second service does not take the place of the first, nor take its word back', async () => {
  const withdraw = await announceService(folder, settings);
  const other = await announceService(folder, { ...settings, QUEUE_REDIS_URL: 'redis://elsewhere' });
  expect(await findService(folder)).toMatchObject({ settings });
  other();
  expect(await findService(folder)).toMatchObject({ settings });
  withdraw();
});

it('an environment gets from a service what it lacks, and nothing where it means another one', () => {
  const service = { pid: 1, settings };
  expect(settingsOfService(service, {})).toEqual(settings);
  const { CATCHMENT_URL, QUEUE_REDIS_URL, CATCHMENT_CATALOG } = settings;
  expect(settingsOfService(service, { QUEUE_REDIS_URL, CATCHMENT_URL: '' })).toEqual({
    CATCHMENT_URL,
    CATCHMENT_CATALOG,
  });
  expect(settingsOfService(service, { CATCHMENT_CATALOG: '/data/../data/catalog.yaml' })).toEqual({
    CATCHMENT_URL,
    QUEUE_REDIS_URL,
  });
  expect(settingsOfService(service, { QUEUE_REDIS_URL: 'redis://localhost:6379' })).toEqual({});
  expect(settingsOfService(service, { CATCHMENT_CATALOG: '/data/other.yaml' })).toEqual({});
});
