import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Queue } from 'bullmq';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, runCatchment, spawnCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-tallies-'));
const at = (name: string) => join(folder, name);
/** Tiles: seven chunks of 16 × 16 of them side by side, and one on top of these. */
const [across, down] = [100, 10];
/** Within the rasters: some 40 by 8 tiles. */
const area = {
  type: 'Polygon',
  coordinates: [
    [
      [-93, 22.2],
      [-87.5, 22.1],
      [-87.2, 23.2],
      [-93, 23.2],
      [-93, 22.2],
    ],
  ],
} as const;

let queue: PrivateRedis;
let env: NodeJS.ProcessEnv;
let gateway: Running;
let url = '';

beforeAll(async () => {
  writeConstantRaster(at('one.tif'), { across, down, originX: 0, originY: 153_600, value: 1 });
  writeConstantRaster(at('three.tif'), { across, down, originX: 0, originY: 153_600, value: 3 });
  writeFileSync(
    at('catalog.yaml'),
    `rasters: { one: { url: one.tif }, three: { url: three.tif } }
operations:
  both: { type: groupedCount, rasters: [one, three] }
  other: { type: summary, rasters: [three] }
  never: { type: groupedCount, rasters: [one], tally: false }
`,
  );
  queue = await startRedis();
  env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: `file:${at('results')}`,
    CATCHMENT_CATALOG: at('catalog.yaml'),
    TALLY_URL: 'file:./tallies',
    COUNT_THREADS: '2',
    PORT: '0',
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
  url = gateway.said;
});

afterAll(async () => {
  await gateway.stop();
  await queue.stop();
  rmSync(folder, { recursive: true });
});

async function ask(operation: string, others = {}) {
  const client = createClient(url);
  const { jobID } = await client.execute(operation, { area, ...others });
  const { tiles } = await client.wait(jobID, { everyMilliseconds: 20 });
  return { tiles, result: await client.result(jobID) };
}

it('a building that is killed with its worker, and stopped, goes on; then nothing is left to count', async () => {
  const without = await startCatchment(['worker'], { ...env, TALLY_URL: undefined }, workerReady);
  const plain = await ask('both');
  expect(plain.tiles).toMatchObject({ tallied: 0 });
  await without.stop();
  rmSync(at('results'), { recursive: true });

  // Two of the eight chunks, and no more, until the rate is free again.
  const tally = new Queue('tally', { connection: { url: queue.url }, prefix: '{catchment}:2' });
  await tally.setGlobalRateLimit(2, 86_400_000);
  let worker = await startCatchment(['worker'], { ...env, JOB_LOCK_SECONDS: '5' }, workerReady);
  const first = spawnCatchment(['tally', 'build', 'both', '--in-flight', '1'], env);
  // The first is complete once the second is begun.
  await until(() => talliesKept() >= 2);
  await worker.stop('SIGKILL');
  const stopped = await first.stop('SIGTERM');
  expect(stopped.code).toBe(130);
  expect(stopped.out).toContain('stopped before the end; the same command goes on');

  await tally.removeGlobalRateLimit();
  await tally.removeRateLimitKey();
  await tally.close();
  worker = await startCatchment(['worker'], env, workerReady);
  const { code, out } = await runCatchment(['tally', 'build', 'both', '--json'], env);
  const summary = JSON.parse(out);
  expect({ code, ...summary }).toMatchObject({ code: 0, operation: 'both', stopped: false, failures: {} });
  expect(summary.there).toBe(summary.nodes);
  expect(summary.counted).toBeLessThan(across * down);
  expect(summary.bytes / (summary.cells / 1e6)).toBeLessThan(5000);

  const { tiles, result } = await ask('both');
  expect(result).toEqual(plain.result);
  expect(tiles?.planned).toBe(plain.tiles?.planned);
  expect(tiles?.done).toBe(tiles?.planned);
  expect(tiles?.tallied).toBe(tiles?.planned);

  const verified = await runCatchment(['tally', 'verify', 'both'], env);
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toMatch(
    /^both: ([\d,]+) of \1 nodes there, [\d.]+ kB \([\d.]+ k?B per million cells\)\n {2}1,000 tiles counted in .*\n {2}all are right\n$/,
  );
  await worker.stop();
});

it('ls lists what is kept, whatever was counted left its tally behind, and drop frees it', async () => {
  const worker = await startCatchment(['worker'], env, workerReady);
  await ask('other');
  await ask('other', { rasters: { three: 'one' } });
  await worker.stop();
  const listed = await runCatchment(['tally', 'ls'], env);
  expect(listed.out).toMatch(
    /^operation +state +built +squares +size +per Mcell\nboth +current +100% +100% .*\nother +current +\d+% +- .*\nother\(one\) +current +\d+% +- .*\n$/,
  );
  const dropped = await runCatchment(['tally', 'drop', 'other', '--dry-run'], env);
  expect(dropped.out).toMatch(/^1 tally, .* would be removed \(dry run: nothing was\)\n$/);

  // Replaced: what is kept of it is not used again.
  writeConstantRaster(at('one.tif'), { across, down, originX: 0, originY: 153_600, value: 2 });
  expect((await runCatchment(['tally', 'ls'], env)).out).toMatch(
    /\nother +current .*\nboth +stale +- .*\nother\(one\) +stale +- /,
  );
  expect((await runCatchment(['tally', 'drop', '--stale'], env)).out).toMatch(/^2 tallies, .* removed\n$/);
  expect((await runCatchment(['tally', 'drop', '--all'], env)).out).toMatch(/^1 tally, .* removed\n$/);
  expect((await runCatchment(['tally', 'ls'], env)).out).toBe('No tallies are kept.\n');
});

it.each([
  [['build', 'never'], 1, /^catchment: operation never has no tally: the catalog says tally: false, /],
  [['build', 'nothing'], 2, /^catchment: no operation is called "nothing"; expected one of both, other, never\n/],
  [['drop'], 2, /^catchment: say which: operations, --stale or --all\n/],
  [['drop', 'both'], 1, /^catchment: no tally of operation "both" is kept\n/],
  [['build', 'both', '--in-flight', '0'], 2, /expected a whole number from 1 to 10000/],
])('tally %j is refused with a sentence', async (args, code, sentence) => {
  const ended = await runCatchment(['tally', ...args], env);
  expect(ended).toMatchObject({ code, err: expect.stringMatching(sentence) });
});

it.each([
  [undefined, /^catchment: TALLY_URL is not set; expected where the workers keep tallies, such as file:\.\/tallies\n/],
  ['memory:', /^catchment: TALLY_URL is memory:, inside each worker; expected a store that all of them share\n$/],
])('TALLY_URL=%j is refused with a sentence', async (tallyUrl, sentence) => {
  const ended = await runCatchment(['tally', 'ls'], { ...env, TALLY_URL: tallyUrl });
  expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(sentence) });
});

it.each([['worker'], ['precompute', 'any', '--out', at('any.jsonl')], ['tally', 'ls']])(
  'a TALLY_URL that names no store is told by catchment %s in a sentence',
  async (...args) => {
    const ended = await runCatchment(args, { ...env, TALLY_URL: 'flie:./tallies' });
    expect(ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^catchment: a store's URL begins with "flie", .*\n$/),
    });
  },
);

it('a worker that keeps none says so, and the command ends with failures', async () => {
  const worker = await startCatchment(['worker'], { ...env, TALLY_URL: undefined }, workerReady);
  const { code, out } = await runCatchment(['tally', 'build', 'other'], env);
  expect(code).toBe(3);
  expect(out).toContain('  failed: 8 × this worker keeps no tallies: TALLY_URL is not set');
  await worker.stop();
});

it('a worker whose store of tallies is away from the start counts all cells, says so once, and when it is there', async () => {
  const store = await startRedis();
  await store.stop();
  const worker = await startCatchment(['worker'], { ...env, TALLY_URL: store.url, COUNT_THREADS: '2' }, workerReady);
  const askAnew = async () => {
    rmSync(at('results'), { recursive: true, force: true });
    return (await ask('other')).tiles;
  };
  for (let time = 0; time < 4; time++) expect(await askAnew()).toMatchObject({ tallied: 0 });
  const said = () => `${worker.output()}${worker.errors()}`.match(/tallies \(without them, cells are counted\): .*?"/g);
  expect(said()).toEqual([expect.stringMatching(/: redis:\/\/127.0.0.1:\d+ fails: .*not connected/)]);
  const troubles = async () => JSON.parse((await runCatchment(['cache', 'stats', '--json'], env)).out).troubles ?? [];
  await until(async () => (await troubles()).length > 0);
  expect(await troubles()).toEqual([expect.objectContaining({ place: store.url, state: 'fails' })]);
  const back = await startRedis({ port: store.port });
  await until(async () => ((await askAnew())?.tallied ?? 0) > 0);
  // Nobody asks any more: that the store is well is found out all the same.
  await until(() => said()?.some((line) => /answers again, after \d+ s and \d+ failures?/.test(line)) ?? false);
  await until(async () => (await troubles()).length === 0);
  await worker.stop();
  await back.stop();
});

/** The number of chunks. */
function talliesKept(): number {
  try {
    const entries = readdirSync(at('tallies'), { recursive: true, withFileTypes: true });
    // The squares of a block have no number for a tier.
    return entries.filter((entry) => entry.isFile() && /%3a\d+%2e\d+%2e\d+$/.test(entry.name)).length;
  } catch {
    return 0;
  }
}
