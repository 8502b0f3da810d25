import { expectAllEnded, openSeconds, requestsInAllSteps } from './all-steps.ts';
import { known, small } from './areas.ts';
import { ask, expectRight } from './asking.ts';
import { type FoundQueues, findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

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

const open = ['waiting', 'prioritized', 'active', 'delayed', 'waiting-children'] as const;

it.each(['start', 'finish', 'compute', 'count'])('no request stays open when all %s jobs are removed', async (name) => {
  const asked = await requestsInAllSteps(stage);
  for (const job of await queues.jobs(name, ...open)) await job.remove().catch(() => undefined);
  await expectAllEnded(stage, asked);
});

it.each(['compute', 'count'])(
  'requests are right when their %s jobs are removed while they wait for them',
  async (name) => {
    await stage.worker('start,finish');
    const asked = await Promise.all([
      ask(stage, 'local', known(1)),
      ask(stage, 'local', known(1)),
      ask(stage, 'local', small(2)),
    ]);
    const waiting = async () => [
      ...(await queues.jobs('compute', 'waiting', 'prioritized', 'waiting-children')),
      ...(await queues.jobs('count', 'waiting', 'prioritized')),
    ];
    await waitUntil(async () => (await waiting()).length >= 2);
    for (const job of await queues.jobs(name, 'waiting', 'prioritized', 'waiting-children'))
      await job.remove().catch(() => undefined);
    await stage.worker('count');
    await expectRight(stage, asked, openSeconds);
  },
);
