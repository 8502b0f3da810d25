import type { Job } from 'bullmq';
import { type Area, rectangle, small } from './areas.ts';
import { type Asked, ask, ended, expectRight } from './asking.ts';
import { type FoundQueues, findQueues } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { TILES_PER_JOB: '2' } });
  await stage.worker();
});
afterEach(() => stage.web.mend());
afterAll(() => stage.close());

/** Areas in one tile, and in all of them. */
const areas = { small: (i: number) => small(i), large: (i: number) => rectangle(1000 - i, 1000) } as const;
let n = 0;

/** A request that failed, because the server of the raster refused `what`; now it is mended. */
async function failedRequest(what: 'tiles' | 'all', area: Area): Promise<Asked> {
  stage.web.fail(what);
  const asked = await ask(stage, 'web', area);
  expect(await ended(stage, asked.id)).toMatchObject({ status: 'failed' });
  stage.web.mend();
  return asked;
}

/** Retries failed jobs as Bull Board does, and waits until each has ended. */
async function retry(queues: FoundQueues, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) if ((await job.getState()) === 'failed') await job.retry('failed');
  const states = jobs.map((job) => ({
    job: `${job.name} ${job.id}`,
    state: 'waiting',
    reason: '' as string | undefined,
  }));
  await waitUntil(async () => {
    for (const [i, job] of jobs.entries()) {
      const found = states[i] as (typeof states)[number];
      found.state = await job.getState();
      found.reason = found.state === 'failed' ? await reasonOf(queues, job) : '';
    }
    return states.every(({ state }) => ['completed', 'failed', 'unknown'].includes(state));
  });
  expect(states.filter(({ state }) => state === 'failed')).toEqual([]);
}

async function reasonOf(queues: FoundQueues, { name, id }: Job): Promise<string | undefined> {
  return (await queues.jobs(name, 'failed')).find((job) => job.id === id)?.failedReason;
}

describe.each(['small', 'large'] as const)('a %s area', (size) => {
  const nextArea = () => areas[size](n++);

  it('a finish job that failed ends right when it is retried', async () => {
    const asked = await failedRequest('tiles', nextArea());
    await using queues = await findQueues(stage.redis);
    const finish = (await queues.jobs('finish', 'failed')).filter(({ id }) => id === asked.id);
    expect(finish.length).toBe(1);
    await retry(queues, finish);
    await expectRight(stage, [asked]);
  });

  it.each([
    ['compute', 'finish'],
    ['count', 'compute', 'finish'],
    ['finish', 'compute', 'count'],
  ])('jobs that failed end right when they are retried: %s, then the others', async (...order) => {
    await using queues = await findQueues(stage.redis);
    const before = new Set(
      (await Promise.all(order.map((name) => queues.jobs(name, 'failed')))).flat().map(({ id }) => id),
    );
    const asked = await failedRequest('tiles', nextArea());
    for (const name of order) {
      await retry(
        queues,
        (await queues.jobs(name, 'failed')).filter(({ id }) => !before.has(id)),
      );
    }
    await expectRight(stage, [asked]);
  });

  it.each([[['finish']], [['start', 'finish']]])(
    'a request that could not start ends right when %j are retried',
    async (order) => {
      await using queues = await findQueues(stage.redis);
      const before = new Set((await queues.jobs('start', 'failed')).map(({ id }) => id));
      const asked = await failedRequest('all', nextArea());
      for (const name of order) {
        const jobs = (await queues.jobs(name, 'failed')).filter(
          ({ id }) => id === asked.id || (name === 'start' && !before.has(id)),
        );
        await retry(queues, jobs);
      }
      await expectRight(stage, [asked]);
    },
  );
});

it('all that failed for one cause ends right when all of it is retried at once', async () => {
  await using queues = await findQueues(stage.redis);
  stage.web.fail('tiles');
  const asked = await Promise.all([
    ask(stage, 'web', areas.small(50)),
    ask(stage, 'web', areas.small(50)),
    ask(stage, 'web', areas.small(51)),
    ask(stage, 'web', areas.large(52)),
    ask(stage, 'web', areas.large(52)),
  ]);
  await Promise.all(asked.map(({ id }) => ended(stage, id)));
  stage.web.mend();
  for (const queue of queues.all) await queue.retryJobs({ state: 'failed' });
  await waitUntil(async () =>
    (await Promise.all(queues.all.map((queue) => queue.getFailedCount()))).every((failed) => failed === 0),
  );
  await expectRight(stage, asked);
});
