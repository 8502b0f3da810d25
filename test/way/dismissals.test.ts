import { known, large, small } from './areas.ts';
import { type Asked, ask, dismiss, ended, expectRight } from './asking.ts';
import { findQueues } from './queues.ts';
import { openRelay, type Relay } from './relay.ts';
import { openStage, type Stage } from './stage.ts';
import { pause, waitUntil } from './wait.ts';

const stride = Number(process.env['DISMISS_STRIDE'] ?? 3);
let stage: Stage;
let relay: Relay;

beforeAll(async () => {
  stage = await openStage({ env: { TILES_PER_JOB: '64' } });
  relay = await openRelay(stage.queue.port);
  await stage.worker(undefined, { QUEUE_REDIS_URL: relay.url });
});
afterAll(async () => {
  await stage.close();
  await relay[Symbol.asyncDispose]();
});

const isEnded = async ({ id }: Asked) => (await ended(stage, id, 0).catch(() => undefined)) !== undefined;

/** Dismisses the first of so many requests for an area, at a later step each time. */
async function dismissAtEachStep(areaOf: (n: number) => Asked['area'], others: number): Promise<void> {
  let rounds = 0;
  for (let step = 1; ; step += stride) {
    const area = areaOf(step);
    const { promise: first, resolve } = Promise.withResolvers<Asked>();
    let dismissal: Promise<void> | undefined;
    relay.at(step, () => {
      dismissal = first.then(({ id }) => dismiss(stage, id));
      return dismissal;
    });
    const asked = [await ask(stage, 'local', area)];
    resolve(asked[0] as Asked);
    for (let n = 0; n < others; n++) asked.push(await ask(stage, 'local', area));
    while (!dismissal && !(await isEnded(asked[0] as Asked))) await pause(5);
    // The work of the others is no step of it.
    relay.at(Infinity, async () => undefined);
    await dismissal;
    const { status } = await ended(stage, asked[0]?.id as string);
    // A request that ended just before may stay as it is.
    expect(dismissal ? ['dismissed', 'successful'] : ['successful']).toContain(status);
    await expectRight(stage, status === 'dismissed' ? asked.slice(1) : asked);
    rounds += 1;
    if (!dismissal) break;
  }
  expect(rounds).toBeGreaterThan(3);
  await untilIdle();
  // The same areas are answered afterwards: nothing of what was dismissed is in the way.
  const again = await Promise.all([areaOf(1), areaOf(1 + stride)].map((area) => ask(stage, 'local', area)));
  await expectRight(stage, again);
}

/** No job is left that waits or is under way. */
async function untilIdle(): Promise<void> {
  await using queues = await findQueues(stage.redis);
  const open = ['waiting', 'prioritized', 'active', 'delayed', 'waiting-children'] as const;
  await waitUntil(async () =>
    (await Promise.all(queues.all.map((queue) => queue.getJobCountByTypes(...open)))).every((n) => n === 0),
  );
}

it('a request that is dismissed at any step ends, and leaves nothing open', () =>
  dismissAtEachStep((n) => small(n), 0));

it('a large request that is dismissed at any step ends, and leaves nothing open', () =>
  dismissAtEachStep((n) => large(n), 0));

it('the first of three requests for an area is dismissed at any step, and the others are answered', () =>
  dismissAtEachStep((n) => small(3000 + n), 2));

it('a request that is dismissed while nobody works is dismissed at once', async () => {
  await stage.endWorkers();
  const [first, second] = [await ask(stage, 'local', known(1)), await ask(stage, 'local', known(1))];
  await dismiss(stage, first.id);
  expect((await ended(stage, first.id)).status).toBe('dismissed');
  await stage.worker();
  await expectRight(stage, [second]);
  await untilIdle();
});
