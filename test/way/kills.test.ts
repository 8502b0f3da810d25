import type { Running } from '../processes.ts';
import { known, large, small } from './areas.ts';
import { type Asked, ask, ended, expectRight } from './asking.ts';
import { openRelay, type Relay } from './relay.ts';
import { openStage, type Stage } from './stage.ts';
import { pause } from './wait.ts';

/**
 * A worker is killed at every so many steps, by default at `kills` of all. `KILL_STRIDE=1` tries
 * every step.
 */
const ownStride = process.env['KILL_STRIDE'];
const kills = 4;
/** The number of times that workers are killed while many requests are under way. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 6);
let stage: Stage;
let relay: Relay;

beforeAll(async () => {
  stage = await openStage({ env: { JOB_LOCK_SECONDS: '1', TILES_PER_JOB: '64' } });
  relay = await openRelay(stage.queue.port);
});
afterEach(() => stage.endWorkers());
afterAll(async () => {
  await stage.close();
  await relay[Symbol.asyncDispose]();
});

/** A worker whose commands to the queue go through the relay. */
const relayed = (roles?: string): Promise<Running> => stage.worker(roles, { QUEUE_REDIS_URL: relay.url });

/** The number of steps of a request that nobody interrupts. */
async function stepsOf(area: Asked['area'], roles?: readonly string[]): Promise<number> {
  await relayed(roles?.[0]);
  if (roles?.[1]) await stage.worker(roles[1]);
  relay.at(Infinity, async () => undefined);
  await expectRight(stage, [await ask(stage, 'local', area)]);
  await stage.endWorkers();
  return relay.steps();
}

/**
 * Asks again and again, and kills the worker at a later step each time, until a request ends before
 * it. The worker after it ends what it has left.
 */
async function killAtEachStep(areaOf: (n: number) => Asked['area'], roles?: readonly string[]): Promise<void> {
  const asked: Asked[] = [];
  const stride = Number(ownStride ?? Math.ceil((await stepsOf(areaOf(0), roles)) / kills));
  for (let step = 1; ; step += stride) {
    const [killed] = [await relayed(roles?.[0])];
    if (roles?.[1]) await stage.worker(roles[1]);
    await expectRight(stage, asked.slice(-1));
    let isKilled = false;
    relay.at(step, async () => {
      isKilled = true;
      await stage.end(killed);
    });
    asked.push(await ask(stage, 'local', areaOf(step)));
    while (!isKilled && !(await isEnded(asked.at(-1) as Asked))) await pause(5);
    await stage.endWorkers();
    if (!isKilled) break;
  }
  // On a slow machine the first request, which nobody interrupts, has more steps than others.
  expect(asked.length).toBeGreaterThan(1);
  await relayed();
  await expectRight(stage, asked);
}

const isEnded = async ({ id }: Asked) => (await ended(stage, id, 0).catch(() => undefined)) !== undefined;

it('a worker that is killed at any step of a small request changes nothing but the time', () =>
  killAtEachStep((n) => small(n)));

it('a worker that is killed at any step of a large request changes nothing but the time', () =>
  killAtEachStep((n) => large(n)));

it('a raster worker that is killed at any step of a request changes nothing but the time', () =>
  killAtEachStep((n) => small(2000 + n), ['count', 'start,finish']));

it('workers that are killed again and again do all requests rightly', async () => {
  const asked: Asked[] = [];
  for (let round = 0; round < rounds; round++) {
    const area = round * 5;
    asked.push(
      ...(await Promise.all([
        ask(stage, 'local', small(5000 + area)),
        ask(stage, 'local', small(5000 + area)),
        ask(stage, 'local', known(area)),
        ask(stage, 'web', known(area)),
        ask(stage, 'local', large(2000 + area)),
      ])),
    );
    const workers = await Promise.all([stage.worker('start,finish'), stage.worker('count')]);
    await pause((1800 * round) / rounds);
    await stage.end(workers[round % 2] as Running);
    if (round % 3 === 0) await stage.endWorkers();
    else await stage.end(workers[(round + 1) % 2] as Running, 'SIGTERM');
  }
  await stage.worker();
  await expectRight(stage, asked);
});
