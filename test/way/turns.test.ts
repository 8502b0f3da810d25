import { big, bigAreas, known, small } from './areas.ts';
import { type Asked, ask, ended, expectRight } from './asking.ts';
import { findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { pause, waitUntil } from './wait.ts';

const requests = 80;
/** Tiles, each with a job of its own, of an area of `big`. */
const tilesOfBig = 16;
/** The places by which concurrent jobs may change the order. */
const places = 10;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { JOB_CONCURRENCY: '2', TILES_PER_JOB: '1' } });
});
afterEach(async () => {
  await stage.endWorkers();
  await stage.redis.flushall();
});
afterAll(() => stage.close());

/** Asks one after the other, and waits until start has done all of them. */
async function askInOrder(operation: 'web' | 'local'): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let i = 0; i < requests; i++) asked.push(await ask(stage, operation, known(i)));
  const starting = await stage.worker('start');
  await using queues = await findQueues(stage.redis);
  await waitUntil(async () => (await queues.jobs('start', 'completed')).length >= requests);
  await stage.end(starting, 'SIGTERM');
  return asked;
}

/** The times at which requests ended, in epoch milliseconds. */
async function endsOf(asked: readonly Asked[]): Promise<number[]> {
  return Promise.all(asked.map(async ({ id }) => Date.parse((await ended(stage, id)).finished as string)));
}

/** The most requests asked later, by more than `places`, that ended before one of them. */
async function mostOvertaking(asked: readonly Asked[]): Promise<number> {
  const ends = await endsOf(asked);
  return Math.max(...ends.map((end, i) => ends.filter((other, j) => j > i + places && other < end).length));
}

it('misses that wait are answered in the order in which they were asked for', async () => {
  const asked = await askInOrder('local');
  await stage.worker('finish,count');
  await expectRight(stage, asked);
  expect(await mostOvertaking(asked)).toBe(0);
});

it('hits that wait are answered in the order in which they were asked for', async () => {
  const asked = await askInOrder('local');
  await stage.worker('finish,count');
  await expectRight(stage, asked);
  expect(await mostOvertaking(asked)).toBe(0);
});

it('people are served before the background, also those who ask for what waits in it', async () => {
  await stage.worker();
  const all = Array.from({ length: bigAreas }, (_, i) => big(i));
  const askAll = () => Promise.all(all.map((area) => ask(stage, 'brief', area)));
  await expectRight(stage, await askAll());
  // Now all of them are stale, and each has a refresh when it is asked for.
  await pause(1500);
  stage.web.hold();
  const before = stage.web.asked();
  await expectRight(stage, await askAll());
  await using queues = await findQueues(stage.redis);
  const computations = () => queues.jobs('compute', 'waiting', 'prioritized', 'active', 'waiting-children');
  await waitUntil(async () => (await computations()).length >= bigAreas);
  await stage.web.untilHeld();
  // The background is asked for by somebody to whom nothing stale can be served.
  await stage.cache.flushall();
  const asked = [await ask(stage, 'web', small(1)), await ask(stage, 'brief', big(bigAreas - 1))];
  await waitUntil(async () => (await queues.jobs('start', 'waiting', 'prioritized', 'active')).length === 0);
  stage.web.release();
  await expectRight(stage, asked);
  // Two areas were asked for, and one was under way.
  const served = Math.max(...(await endsOf(asked)));
  expect(stage.web.asked(served) - before).toBeLessThan((bigAreas / 3) * tilesOfBig);
  await waitUntil(async () => (await computations()).length === 0);
  expect(stage.web.asked() - before).toBe(1 + bigAreas * tilesOfBig);
});
