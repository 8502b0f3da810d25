import type { JobListDocument } from '@cellshed/client';
import { fetchPatiently } from '../patiently.ts';
import { known, small } from './areas.ts';
import { ask, askWaiting, ended, expectRightOrGone, right, standing } from './asking.ts';
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
  const areas = [small(1), small(1), known(2), small(3)];
  // Results are kept for the retention only: clients that wait read them at once.
  const answers = Promise.all(areas.map((area) => askWaiting(stage, 'local', area, 3600)));
  await waitUntil(() => Date.now() - before > 2.2 * 1000 * retentionSeconds);
  const listed = await fetchPatiently(`${stage.gateways[0]?.said}/api/jobs`);
  const { jobs } = (await listed.json()) as JobListDocument;
  expect(jobs.map(({ status }) => status)).toEqual(areas.map(() => 'accepted'));
  await stage.worker();
  const documents = (await Promise.all((await answers).map((one) => one.json()))) as ReturnType<typeof right>[];
  expect(documents.map(({ cells, groups }) => ({ cells, groups }))).toEqual(
    areas.map((area) => right({ area, operation: 'local' })),
  );
});

it.concurrent('jobs past their retention are removed although nothing else ends', async () => {
  const stage = quiet as Stage;
  await stage.worker();
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, i) => ask(stage, 'local', i % 2 ? small(i) : known(i))),
  );
  // The first may be past it before the last has ended.
  await expectRightOrGone(stage, asked);
  stage.web.fail('all');
  const failing = await ask(stage, 'web', small(1));
  expect(['failed', 'gone']).toContain((await ended(stage, failing.id)).status);
  await using queues = await findQueues(stage.redis);
  const kept = () => Promise.all(queues.all.map((queue) => queue.getJobCountByTypes('completed', 'failed')));
  await waitUntil(async () => (await kept()).every((jobs) => jobs === 0));
  for (const { id } of [...asked, failing]) {
    expect(await standing(stage, id)).toMatchObject({ status: 'gone', message: expect.stringContaining(id) });
  }
  // The keys beside the jobs follow them.
  const left = async () => (await scan(stage.redis, '*')).filter((key) => asked.some(({ id }) => key.includes(id)));
  await waitUntil(async () => (await left()).length === 0);
});
