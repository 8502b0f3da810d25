import { known, small } from './areas.ts';
import { ask, ended, expectRight, standing } from './asking.ts';
import { findQueues, scan } from './queues.ts';
import { openStage, type Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

/** The shortest retention that can be set. */
const retentionSeconds = 10;
const env = { JOB_RETENTION_SECONDS: String(retentionSeconds), JOB_LIST: 'all' };
let [waiting, quiet]: [Stage | undefined, Stage | undefined] = [undefined, undefined];

beforeAll(async () => {
  [waiting, quiet] = await Promise.all([openStage({ env }), openStage({ env })]);
});
afterAll(() => Promise.all([waiting?.close(), quiet?.close()]));

it.concurrent('requests that wait over twice the retention are answered', async () => {
  const stage = waiting as Stage;
  const before = Date.now();
  const asked = await Promise.all([
    ask(stage, 'local', small(1)),
    ask(stage, 'local', small(1)),
    ask(stage, 'local', known(2)),
    ask(stage, 'local', small(3)),
  ]);
  // The start of two is done at once; the others are not looked at.
  await waitUntil(() => Date.now() - before > 2.2 * 1000 * retentionSeconds, 600);
  expect((await Promise.all(asked.map(({ id }) => standing(stage, id)))).map(({ status }) => status)).toEqual(
    asked.map(() => 'accepted'),
  );
  await stage.worker();
  await expectRight(stage, asked);
});

it.concurrent('jobs past their retention are removed although nothing else ends', async () => {
  const stage = quiet as Stage;
  await stage.worker();
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, i) => ask(stage, 'local', i % 2 ? small(i) : known(i))),
  );
  await expectRight(stage, asked);
  stage.web.fail('all');
  const failing = await ask(stage, 'web', small(1));
  expect((await ended(stage, failing.id)).status).toBe('failed');
  await using queues = await findQueues(stage.redis);
  const kept = () => Promise.all(queues.all.map((queue) => queue.getJobCountByTypes('completed', 'failed')));
  expect((await kept()).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(asked.length);
  await waitUntil(async () => (await kept()).every((jobs) => jobs === 0), 4 * retentionSeconds);
  for (const { id } of [...asked, failing]) {
    expect(await standing(stage, id)).toMatchObject({ status: 'gone', message: expect.stringContaining(id) });
  }
  // The keys beside the jobs follow them.
  const left = async () => (await scan(stage.redis, '*')).filter((key) => asked.some(({ id }) => key.includes(id)));
  await waitUntil(async () => (await left()).length === 0, 4 * retentionSeconds);
}, 600_000);
