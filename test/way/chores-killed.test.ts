import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCatchment } from '../processes.ts';
import { askFor, token, untilChore } from './chores.ts';
import { scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { tilesAcross } from './web-raster.ts';

const squares = 120;
/** The results that are removed, and the times that each line of the archive is there. */
const [copies, times] = [15_000, 120];
const archives = mkdtempSync(join(tmpdir(), 'catchment-archives-'));
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    env: { ADMIN_TOKEN: token, TALLY_URL: 'file:./tallies', ARCHIVE_DIR: archives, JOB_LOCK_SECONDS: '3' },
  });
});
afterAll(async () => {
  await stage.close();
  rmSync(archives, { recursive: true });
});

const kept = async (table: string) => (await scan(stage.cache, `geop:${table}:*`)).length;

/**
 * Writes an archive of the squares, and results on areas of a table that is gone. Answers the first
 * key of the archive.
 */
async function prepare(file: string): Promise<string> {
  const path = join(archives, file);
  await runCatchment(['precompute', 'squares', '--operation', 'local', '--out', path], stage.env);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(squares);
  const write = "for i = 1, ARGV[1] do redis.call('SET', 'geop:gone:' .. i .. ':local:' .. ARGV[2], 'old') end";
  await stage.cache.eval(write, 0, copies, '0'.repeat(32));
  writeFileSync(path, lines.map((line) => `${line}\n`.repeat(times)).join(''));
  return JSON.parse(lines[0] as string).key;
}

/** Holds back everything that is written into the cache, or lets it through. */
const holdWrites = () => stage.cache.call('CLIENT', 'PAUSE', '600000', 'WRITE');
const letWrite = () => stage.cache.call('CLIENT', 'UNPAUSE');

it('a worker that is killed in the middle of removing, loading and building tallies leaves them to another, which ends them right', async () => {
  const firstKey = await prepare('squares.jsonl');
  await stage.worker('count');
  const killed = await stage.worker('chore');
  stage.web.hold();
  await holdWrites();
  const tally = await askFor(stage, 'tally/build', { operations: ['web'] });
  const load = await askFor(stage, 'load', { file: 'squares.jsonl' });
  const removal = await askFor(stage, 'invalidate', { table: ['gone'], anyName: true });
  await stage.web.untilHeld();
  for (const id of [load, removal]) await untilChore(stage, id, 'running');
  await letWrite();
  while (!((await stage.cache.exists(firstKey)) === 1 && (await stage.cache.dbsize()) < copies - squares));
  await holdWrites();
  await stage.end(killed);
  await letWrite();
  const [left, loaded] = [await kept('gone'), await kept('squares')];
  expect([left > 0, left < copies, loaded > 0, loaded < squares]).toEqual([true, true, true, true]);

  await stage.worker('chore');
  const loading = await untilChore(stage, load, 'done');
  expect((loading.counts.loaded ?? 0) + (loading.counts.alreadyThere ?? 0)).toBe(squares * times);
  expect([loading.failed, await kept('squares')]).toEqual([0, squares]);
  const { counts } = await untilChore(stage, removal, 'done');
  expect(await kept('gone')).toBe(0);
  // Nobody counts what the killed one has removed after its last note.
  expect(counts.removed).toBeGreaterThanOrEqual(left);
  expect(counts.removed).toBeLessThanOrEqual(copies);
  stage.web.release();
  // A block has two tiles along its side.
  const built = await untilChore(stage, tally, 'done');
  expect(built).toMatchObject({ failed: 0, counts: { counted: (tilesAcross / 2) ** 2 } });
  expect(built.progress?.done).toBe(built.progress?.planned);
  const verified = await runCatchment(['tally', 'verify', 'web', '--json'], stage.env);
  expect(JSON.parse(verified.out)).toMatchObject({ wrong: 0 });
});
