import { known, small } from './areas.ts';
import { ask, expectRight, expectRightOrGone } from './asking.ts';
import { scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { requestsUnderWay, untilStarted } from './under-way.ts';
import { pause } from './wait.ts';

/** The time after which no request whose jobs were lost is open any more. */
const openSeconds = 120;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { JOB_CONCURRENCY: '8', JOB_LOCK_SECONDS: '3' } });
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

it.each([
  ['plans', 'all'],
  ['counts', 'tiles'],
] as const)(
  'a worker that stood still while it %s, and the queue was emptied, harms no later request',
  async (_, held) => {
    const still = await stage.worker('finish,count');
    process.kill(still.pid, 'SIGSTOP');
    await stage.worker('start');
    const lost = await ask(stage, 'web', known(1));
    await untilStarted(stage, 1);
    stage.web.hold(held);
    process.kill(still.pid, 'SIGCONT');
    await stage.web.untilHeld();
    process.kill(still.pid, 'SIGSTOP');
    await stage.redis.flushall();
    stage.web.release();

    stage.web.hold('tiles');
    await stage.worker();
    const later = await ask(stage, 'web', known(2));
    await stage.web.untilHeld();
    process.kill(still.pid, 'SIGCONT');
    // It does what it finds to do, while the later request is being counted.
    await pause(5000);
    stage.web.release();
    await expectRight(stage, [later], openSeconds);
    const another = await ask(stage, 'web', known(3));
    await expectRight(stage, [another], openSeconds);
    await expectRightOrGone(stage, [lost], openSeconds);
    const again = await ask(stage, 'web', known(1));
    await expectRight(stage, [again], openSeconds);
  },
);

it('a queue that was rolled back to an older copy leaves requests right or gone, and takes new ones', async () => {
  const before = await requestsUnderWay(stage);
  const copy = await copyOf(stage);
  await stage.endWorkers();
  stage.web.release();
  const worker = await stage.worker();
  const since = await Promise.all([ask(stage, 'local', known(21)), ask(stage, 'web', small(22))]);
  await expectRight(stage, since);
  process.kill(worker.pid, 'SIGSTOP');
  await restore(stage, copy);
  process.kill(worker.pid, 'SIGCONT');
  await stage.worker();
  await expectRightOrGone(stage, [...before, ...since], openSeconds);
  await expectRight(stage, [await ask(stage, 'local', known(23))], openSeconds);
});

type Copy = readonly { readonly key: string; readonly bytes: Buffer; readonly milliseconds: number }[];

/** A copy of the whole queue of one moment. */
async function copyOf({ redis }: Stage): Promise<Copy> {
  const keys = await scan(redis, '*');
  const reading = redis.multi();
  for (const key of keys) reading.dumpBuffer(key).pttl(key);
  const read = (await reading.exec()) ?? [];
  return keys.flatMap((key, i) => {
    const [bytes, milliseconds] = [read[2 * i]?.[1] as Buffer | null, Number(read[2 * i + 1]?.[1])];
    return bytes ? [{ key, bytes, milliseconds: Math.max(0, milliseconds) }] : [];
  });
}

async function restore({ redis }: Stage, copy: Copy): Promise<void> {
  const writing = redis.multi().flushall();
  for (const { key, bytes, milliseconds } of copy) writing.restore(key, milliseconds, bytes);
  await writing.exec();
}
