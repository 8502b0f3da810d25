import {
  connectPatiently,
  type FailedJob,
  newRequestId,
  openComputations,
  openLooks,
  openQueues,
  openRequests,
  readStatus,
  runFinish,
  runStart,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { until } from '../../../../test/until.ts';
import { checkedJob } from '../../src/workers/checked-job.ts';

let server: ServerForTests;
beforeAll(async () => {
  server = await redisForTests();
});
afterAll(() => server.stop());

const request = { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const batch = { members: [0], requests: [request], fingerprints: ['f'], computation: 'c-7', batch: 0 };

/** The sentence for a job that does not fit its contract. */
function told(name: string, data: unknown): string {
  try {
    checkedJob({ name, data });
    return 'it fits';
  } catch (error) {
    return (error as Error).message;
  }
}

it('a job that does not fit its contract is told with the member, its value and what was expected', () => {
  expect(told('start', { id: 'r', request })).toBe('it fits');
  expect(told('start', { id: 'r', request: { ...request, area: { table: 'huc12', id: 5 } } })).toBe(
    'the data of a start job do not fit: data.request.area.id is 5, expected string',
  );
  expect(told('count', { ...batch, rasters: ['a'], tiles: [[0, 'x', 1]], tallied: null })).toBe(
    'the data of a count job do not fit: data.tiles.0.1 is "x", expected integer',
  );
  expect(told('tally', undefined)).toBe('the data of a tally job do not fit: data is missing, expected object');
  expect(told('guess', request)).toMatch(/^no job is called "guess", expected one of start, finish, compute, /);
  expect(told('constructor', request)).toMatch(/^no job is called "constructor"/);
});

it('a request whose data do not fit fails at once, for good: the log says why, the client what to do', async () => {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const failed: FailedJob[] = [];
  const settings = {
    ...{ redis, concurrency: 1, lockMilliseconds: 60_000, onError: () => undefined },
    onFailed: (one: FailedJob) => failed.push(one),
  };
  let taken = 0;
  const start = async () => {
    taken += 1;
    return { members: [] };
  };
  const requests = openRequests(queues);
  const books = {
    computations: openComputations(queues),
    requests,
    spending: { refusal: async () => undefined },
    isDismissed: async () => false,
  };
  const ends = { forget: async () => undefined, isDismissed: async () => false, leave: async () => undefined };
  const workers = [
    runStart(queues, books, { find: start, share: async () => undefined }, settings),
    runFinish(queues, { finish: async () => ({ outcome: 'dismissed' }), ...ends }, settings),
  ];
  const id = newRequestId();
  await submit(queues, id, { ...request, coverage: 'by guess' } as never);
  const dismissals = { isDismissed: async () => false };
  const progress = { read: async () => undefined };
  const sources = { queues, looks: openLooks(queues), requests, dismissals, progress, clock: Date.now };
  await until(async () => (await readStatus(sources, id))?.state === 'failed');
  const { problem } = (await readStatus(sources, id)) ?? {};
  expect(problem).toBe(
    'this request was left by another version of the service, which this one does not understand: ask again',
  );
  expect(taken).toBe(0);
  expect((await queues.start.getJob(id))?.attemptsMade).toBe(1);
  expect(failed).toMatchObject([
    { kind: 'start', cause: expect.stringContaining('data.request.coverage is "by guess", expected'), jobIds: [id] },
    { kind: 'finish', cause: expect.stringContaining('data.coverage is "by guess", expected'), jobIds: [id] },
  ]);
  await Promise.all(workers.map((worker) => worker.close(1000)));
  await queues.close();
  redis.disconnect();
});
