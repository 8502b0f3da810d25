import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type ManyAreas, writeManyAreas } from './many-areas.ts';
import { type Running, runCatchment, spawnCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-warm-'));
const count = 2000;
let queue: PrivateRedis;
let cache: PrivateRedis;
let entries: Redis;
let table: ManyAreas;
let env: NodeJS.ProcessEnv;
let worker: Running;

beforeAll(async () => {
  table = writeManyAreas(folder, count);
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  entries = new Redis(cache.url);
  env = { QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: table.catalog, COUNT_THREADS: '2' };
  worker = await startCatchment(['worker'], env, workerReady);
});

afterAll(async () => {
  await worker.stop();
  entries.disconnect();
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

it('a warming that is killed twice and begun again computes every area, and none twice', async () => {
  for (const share of [0.2, 0.5]) {
    const warming = spawnCatchment(['warm', 'squares', '--in-flight', '50'], env);
    await until(async () => (await entries.dbsize()) >= share * count);
    await warming.stop('SIGKILL');
  }
  const { code, out } = await runCatchment(['warm', 'squares', '--json'], env);
  const summary = JSON.parse(out);
  expect({ code, ...summary }).toMatchObject({ code: 0, planned: count, failed: 0, failures: [] });
  expect(summary.there + summary.computed).toBe(count);
  expect(summary.there).toBeGreaterThanOrEqual(0.5 * count);
  expect(await keptIds()).toEqual(table.ids);
  expect(await writes()).toBe(count);

  const again = await runCatchment(['warm', 'squares', '--json'], env);
  expect(JSON.parse(again.out)).toMatchObject({ there: count, computed: 0 });
  expect(await writes()).toBe(count);
});

it('the queue keeps nothing of what was warmed', async () => {
  const redis = new Redis(queue.url);
  // Keys of a job, a request or a computation have its id. Only notes of ends stay, for a minute.
  const kept = (await redis.keys('{catchment}:*')).filter((name) => /[0-9a-f]{8}-/.test(name));
  expect(kept.filter((name) => !name.startsWith('{catchment}:2:ended:'))).toEqual([]);
  for (const note of kept) expect(await redis.ttl(note)).toBeLessThanOrEqual(60);
  for (const kind of ['shelf', '2:scratch', '2:computation', '2:computing', '2:request']) {
    expect(await redis.keys(`{catchment}:${kind}:*`)).toEqual([]);
  }
  redis.disconnect();
});

it('--dry-run only counts, --id and --operation choose', async () => {
  await entries.del(...(await entries.keys('geop:squares:00000*')));
  const args = ['warm', 'squares', '--id', '0000*', '--operation', 'count_a'];
  const dry = await runCatchment([...args, '--dry-run'], env);
  expect(dry.out).toMatch(/^missing: 10\nalready there: 90\nfailed: 0\n/);
  const done = await runCatchment(args, env);
  expect(done.out).toMatch(/^computed: 10 \([\d,]+ cells, [\d,]+ cells per second\)\nalready there: 90\nfailed: 0\n/);
});

it('what fails is told with its reason, ends with 3, and is tried again alone', async () => {
  const good = '{"type":"Polygon","coordinates":[[[-79.5,40],[-79.4,40],[-79.4,40.1],[-79.5,40]]]}';
  const write = (second: string) =>
    writeFileSync(
      join(folder, 'drawn.geojson'),
      `{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"a"},"geometry":${good}},
        {"type":"Feature","properties":{"id":"b"},"geometry":${second}}]}`,
    );
  write('{"type":"Polygon","coordinates":[[[-79.5,40],[-79.4,40]]]}');
  const catalog = join(folder, 'broken.yaml');
  const areas = 'areas: { broken: { source: drawn.geojson, id: id, version: "1" } }';
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }\noperations: { count_a: { type: groupedCount, rasters: [a] } }\n${areas}\n`,
  );
  const [broken, other] = await Promise.all([startRedis(), startRedis()]);
  const own = { ...env, QUEUE_REDIS_URL: broken.url, CACHE_URL: other.url, CATCHMENT_CATALOG: catalog };
  const first = await startCatchment(['worker'], own, workerReady);
  const failing = await runCatchment(['warm', 'broken'], own);
  expect(failing.code).toBe(3);
  expect(failing.out).toMatch(
    /computed: 1 .*\n.*\nfailed: 1\n {2}1 × .*ring 0.*\n {4}count_a broken\/b\nTry those again with --failed\./,
  );
  await first.stop();

  write(good);
  const second = await startCatchment(['worker'], own, workerReady);
  const mended = await runCatchment(['warm', 'broken', '--failed', '--json'], own);
  expect({ code: mended.code, ...JSON.parse(mended.out) }).toMatchObject({
    code: 0,
    planned: 1,
    computed: 1,
    failed: 0,
  });
  const none = await runCatchment(['warm', 'broken', '--failed'], own);
  expect(none).toMatchObject({ code: 1, err: 'catchment: nothing of table broken that is asked for has failed\n' });
  await second.stop();
  await Promise.all([broken.stop(), other.stop()]);
});

it('stopped in good order it says how far it came, and ends with 130', async () => {
  await entries.flushall();
  // Three of the eight sweeps, and no more.
  const sweeps = new Queue('count', { connection: { url: queue.url }, prefix: '{catchment}:2' });
  await sweeps.setGlobalRateLimit(3, 86_400_000);
  const warming = spawnCatchment(['warm', 'squares'], env);
  await until(async () => (await entries.dbsize()) >= 0.1 * count);
  const { code, err } = await warming.stop('SIGTERM');
  await sweeps.removeGlobalRateLimit();
  await sweeps.removeRateLimitKey();
  await sweeps.close();
  expect(code).toBe(130);
  expect(err).toMatch(/^Stopped after [\d,]+ of 2,000 results; the same command goes on\.\n/);
});

it.each([
  [['warm', 'nowhere'], 2, /no area table is called "nowhere"; expected one of squares/],
  [['warm', 'squares', '--operation', 'nothing'], 2, /no operation is called "nothing"; expected one of count_a/],
  [['warm', 'squares', '--where', "id = 'x'"], 2, /Areas are chosen by --id: write --id '9901\*' for/],
  [['warm', 'squares', '--id', 'x'], 1, /table squares has no area that is asked for/],
  [['warm', 'squares', '--in-flight', '0'], 2, /expected a whole number from 1 to 100000/],
])('%j ends with %d and a sentence', async (args, code, sentence) => {
  const ended = await runCatchment(args, env);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(sentence);
});

it('with the cache away it stops with a sentence', async () => {
  const ended = await runCatchment(['warm', 'squares'], { ...env, CACHE_URL: 'redis://127.0.0.1:1' });
  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(/Redis at 127\.0\.0\.1:1 did not carry out/);
});

async function keptIds(): Promise<string[]> {
  const names = await entries.keys('geop:squares:*');
  const kept = await Promise.all(
    names.map(async (name) => {
      const entry = decodeEntry((await entries.getBuffer(name)) as Buffer);
      const { area, cells } = JSON.parse(Buffer.from(entry?.value ?? '{}').toString());
      expect(cells).toBeGreaterThan(0);
      return String(area).replace('squares/', '');
    }),
  );
  return kept.sort();
}

/** The number of written entries, as the cache's Redis has counted them. */
async function writes(): Promise<number> {
  const commands = await entries.info('commandstats');
  const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(commands)?.[1] ?? 0);
  return calls('set');
}
