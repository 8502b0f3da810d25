import {
  connectPatiently,
  listRequests,
  newRequestId,
  openLooks,
  openQueues,
  type RequestStatus,
  type StatusSources,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';

let server: ServerForTests;
let redis: RedisClient;
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const area = { area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };
const all = () => true;

function open(dismissed: readonly string[] = []): StatusSources {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  return {
    queues,
    looks: openLooks(queues),
    dismissals: { isDismissed: async (id) => dismissed.includes(id) },
    progress: { read: async () => undefined },
    requests: { read: async () => undefined },
    clock: Date.now,
  };
}

async function everyPage(sources: StatusSources, limit: number, fits: (request: RequestStatus) => boolean) {
  const pages: string[][] = [];
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const page = await listRequests(sources, { offset, limit, fits });
    pages.push(page.requests.map(({ id }) => id));
    offset = page.next;
  }
  return pages;
}

it('every request comes once, whatever it is doing, in pages of the length that is asked for', async () => {
  const sources = open();
  const { queues } = sources;
  const waiting = Array.from({ length: 5 }, newRequestId);
  for (const id of waiting) await submit(queues, id, { operation: 'cover', ...area });
  const input = { operation: 'cover', ...area };
  const delayed = (await queues.finish.add('finish', input, { delay: 60_000, jobId: newRequestId() })).id as string;
  const next = (await queues.finish.add('finish', input, { jobId: newRequestId() })).id as string;
  const pages = await everyPage(sources, 3, all);
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(pages.flat()).toHaveLength(7);
  expect(new Set(pages.flat())).toEqual(new Set([...waiting, delayed, next]));
});

it('a page has only what fits, and the last one says that it is the last', async () => {
  const dismissed = newRequestId();
  const sources = open([dismissed]);
  for (const [id, operation] of [
    [newRequestId(), 'cover'],
    [dismissed, 'cover'],
    [newRequestId(), 'soil'],
  ] as const) {
    await submit(sources.queues, id, { operation, ...area });
  }
  expect(await listRequests(sources, { offset: 0, limit: 10, fits: ({ state }) => state === 'dismissed' })).toEqual({
    requests: [expect.objectContaining({ id: dismissed, operation: 'cover', state: 'dismissed' })],
  });
  const soil = await listRequests(sources, { offset: 0, limit: 10, fits: ({ operation }) => operation === 'soil' });
  expect(soil.requests.map(({ operation }) => operation)).toEqual(['soil']);
  expect(await listRequests(sources, { offset: 3, limit: 10, fits: all })).toEqual({ requests: [] });
});

it('a page looks at no more than 2,000 requests, and goes on in the next one', async () => {
  const sources = open();
  const jobs = Array.from({ length: 2300 }, () => ({
    name: 'finish',
    data: { operation: 'cover', ...area },
    opts: { jobId: newRequestId() },
  }));
  await sources.queues.finish.addBulk(jobs);
  expect(await listRequests(sources, { offset: 0, limit: 10, fits: () => false })).toEqual({
    requests: [],
    next: 2000,
  });
  expect(await listRequests(sources, { offset: 2000, limit: 10, fits: () => false })).toEqual({ requests: [] });
  const last = jobs[0]?.opts.jobId;
  expect(await everyPage(sources, 10, ({ id }) => id === last)).toEqual([[], [last]]);
});
