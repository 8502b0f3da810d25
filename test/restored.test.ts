import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeOneRaster } from './one-raster.ts';
import { gatewayReady, runCatchment, startCatchment, workerReady } from './processes.ts';
import { waitUntil } from './way/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-restored-'));
const at = (name: string) => join(folder, name);
const token = 'a-token-of-the-operator';
const schedule = { cron: '0 2 * * *', chore: { kind: 'warm', table: 'squares' } };
afterAll(() => rmSync(folder, { recursive: true }));

/** The settings of a service whose files are in a folder. */
const envOf = (files: string, queues: string) => ({
  ...{ QUEUE_REDIS_URL: queues, CACHE_URL: `file:${join(files, 'results')}`, PORT: '0', COUNT_THREADS: '1' },
  ...{ CATCHMENT_CATALOG: join(files, 'catalog.yaml'), API_KEYS: 'required', ADMIN_TOKEN: token },
});

function writeFiles(files: string): void {
  mkdirSync(files);
  const catalog = writeOneRaster(files);
  writeFileSync(catalog, 'areas: { squares: { source: squares.geojson, id: id } }\n', { flag: 'a' });
  const geometry = { type: 'Polygon', coordinates: [boxRing(-96, 22.9, -95.9, 23)] };
  writeFileSync(
    join(files, 'squares.geojson'),
    JSON.stringify({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { id: 's' }, geometry }],
    }),
  );
}

async function answerOf(url: string, key: string) {
  const response = await fetch(`${url}/api/areas/squares/s/a`, { headers: { 'x-api-key': key, prefer: 'wait=60' } });
  return {
    status: response.status,
    cache: response.headers.get('catchment-cache'),
    ...((await response.json()) as object),
  };
}

it('a service that was restored as the guide says has its keys and schedules, and its results are hits', async () => {
  writeFiles(at('before'));
  const first = await startRedis({ dataDir: at('queues'), config: { appendonly: 'yes' } });
  const env = envOf(at('before'), first.url);
  const made = JSON.parse((await runCatchment(['key', 'make', 'map', '--json'], env)).out) as { readonly key: string };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const worker = await startCatchment(['worker'], env, workerReady);
  const headers = { authorization: `Bearer ${token}` };
  const asked = { method: 'PUT', headers: { ...headers, 'content-type': 'application/json' } };
  await fetch(`${gateway.said}/admin/schedules/nightly`, { ...asked, body: JSON.stringify(schedule) });
  const answer = await answerOf(gateway.said, made.key);
  expect(answer).toMatchObject({ status: 200, cache: 'miss' });

  // `redis-cli --rdb` fetches what SAVE writes.
  const client = new Redis(first.url);
  await client.save();
  client.disconnect();
  mkdirSync(at('after'));
  execFileSync('sh', ['-c', 'tar --format=posix -C before -cf - . | tar -C after -xf -'], { cwd: folder });
  await Promise.all([gateway.stop(), worker.stop()]);
  await first.stop();
  mkdirSync(at('new-queues'));
  renameSync(at('queues/dump.rdb'), at('new-queues/dump.rdb'));

  const reading = await startRedis({ dataDir: at('new-queues') });
  const writing = new Redis(reading.url);
  await writing.config('SET', 'appendonly', 'yes');
  await waitUntil(async () => (await writing.info('persistence')).includes('aof_rewrite_in_progress:0'));
  writing.disconnect();
  await reading.stop();
  await using restored = Object.assign(await startRedis({ dataDir: at('new-queues'), config: { appendonly: 'yes' } }), {
    [Symbol.asyncDispose]: () => restored.stop(),
  });
  const again = await startCatchment(['gateway'], envOf(at('after'), restored.url), gatewayReady);
  try {
    expect(await answerOf(again.said, made.key)).toEqual({ ...answer, cache: 'hit' });
    const listed = await (await fetch(`${again.said}/admin/schedules`, { headers })).json();
    expect(listed).toMatchObject({ schedules: [{ name: 'nightly', ...schedule }] });
  } finally {
    await again.stop();
  }
});
