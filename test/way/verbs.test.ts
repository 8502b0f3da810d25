import type { Queue } from 'bullmq';
import { expectAllEnded, openSeconds, requestsInAllSteps } from './all-steps.ts';
import { known, large, small } from './areas.ts';
import { ask, ended, expectRight } from './asking.ts';
import { type FoundQueues, findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { pause } from './wait.ts';

let stage: Stage;
let queues: FoundQueues;

beforeAll(async () => {
  stage = await openStage({ env: { JOB_LOCK_SECONDS: '1' } });
  queues = await findQueues(stage.redis);
});
afterEach(() => stage.reset());
afterAll(async () => {
  await queues[Symbol.asyncDispose]();
  await stage.close();
});

it('requests are right when all that is delayed is promoted, again and again', async () => {
  const worker = await stage.worker();
  stage.web.hold();
  const asked = await Promise.all([1, 1, 1, 2].map((area) => ask(stage, 'web', known(area))));
  await stage.web.untilHeld();
  for (let times = 0; times < 10; times++) {
    for (const queue of queues.all) await queue.promoteJobs();
    await pause(100);
  }
  stage.web.release();
  await expectRight(stage, asked);
  await stage.end(worker);
});

it('requests are right when the queues were paused and go on', async () => {
  await stage.worker();
  stage.web.hold();
  const before = await Promise.all([ask(stage, 'web', known(1)), ask(stage, 'local', large(2))]);
  await stage.web.untilHeld();
  for (const queue of queues.all) await queue.pause();
  stage.web.release();
  const during = await Promise.all([ask(stage, 'local', known(3)), ask(stage, 'web', known(1))]);
  await pause(2000);
  for (const queue of queues.all) await queue.resume();
  await expectRight(stage, [...before, ...during], openSeconds);
});

it.each<[string, (queue: Queue) => Promise<unknown>]>([
  ['drained', (queue) => queue.drain()],
  ['drained with what is delayed', (queue) => queue.drain(true)],
  ['emptied by force', (queue) => queue.obliterate({ force: true })],
])('no request stays open when the queues are %s', async (_, empty) => {
  const asked = await requestsInAllSteps(stage);
  for (const queue of queues.all) await empty(queue);
  await expectAllEnded(stage, asked);
});

it.each(['start', 'finish', 'count'])(
  'no request stays open when the queue %s alone is emptied by force',
  async (name) => {
    const asked = await requestsInAllSteps(stage);
    await queues.named(name).obliterate({ force: true });
    await expectAllEnded(stage, asked);
  },
);

it('a request whose queues are emptied under its workers ends', async () => {
  await stage.worker();
  stage.web.hold();
  const asked = await Promise.all([ask(stage, 'web', known(1)), ask(stage, 'web', small(2))]);
  await stage.web.untilHeld();
  for (const queue of queues.all) await queue.obliterate({ force: true });
  stage.web.release();
  for (const { id } of asked)
    expect(['gone', 'failed', 'successful']).toContain((await ended(stage, id, openSeconds)).status);
  for (const queue of queues.all) await queue.resume();
  await expectRight(stage, [await ask(stage, 'web', known(1))], openSeconds);
});
