import type { Request } from '@cellshed/contracts';
import type { CountProcessor } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { until } from '../../../test/until.ts';
import { counted, frame, heldCount, request, startFlow } from './flow.ts';

let server: ServerForTests;
beforeAll(async () => {
  server = await redisForTests();
});
afterAll(() => server.stop());

/** The same request for another area. Each area has six cells. */
const other = (id: number): Request => ({ ...request, area: { table: 'huc12', id: String(id) } });

/** A flow in which each client may have so many cells counted, and the outcomes of its requests. */
async function budgeted(cellsPerHour: number, count: CountProcessor = async () => counted(2)) {
  const flow = await startFlow(server, count, { cellsPerHour });
  const ended = async ({ id, ended }: Awaited<ReturnType<typeof flow.ask>>) => {
    await ended;
    const { state, cache, problem, retryAt } = (await flow.status(id)) ?? {};
    return { state: cache ?? state, problem, retryAt };
  };
  const ask = async (client: string, asked: Request = request) => ended(await flow.ask({ ...asked, client }));
  const spent = async (client: string) => Number(await flow.queues.redis.get(flow.queues.key('spent', client)));
  return { ...flow, ask, begin: flow.ask, ended, spent };
}

const refused = {
  state: 'failed',
  problem: expect.stringMatching(/^6 cells were counted .* at most 6 are allowed \(CLIENT_CELLS_PER_HOUR\)/),
  retryAt: expect.any(Number),
};

it('a client that has spent its budget is refused what is not cached, and others are not', async () => {
  const { ask, spent, queues, close } = await budgeted(6);
  expect(await ask('a')).toMatchObject({ state: 'miss' });
  expect(await ask('a', other(2))).toMatchObject(refused);
  // The refusal comes before a computation begins.
  const counted = await queues.count.getJobs(['completed']);
  expect(counted.filter(({ name }) => name === 'compute')).toHaveLength(1);
  // A cached result costs nothing.
  expect(await ask('a')).toMatchObject({ state: 'hit' });
  expect(await ask('b', other(2))).toMatchObject({ state: 'miss' });
  expect(await ask('a', other(2))).toMatchObject({ state: 'hit' });
  expect([await spent('a'), await spent('b')]).toEqual([6, 6]);
  await queues.redis.expire(queues.key('spent', 'a'), -1);
  expect(await ask('a', other(3))).toMatchObject({ state: 'miss' });
  await close();
});

it('of many requests at once only as many are counted as the budget has room for', async () => {
  let batches = 0;
  const { ask, spent, close } = await budgeted(60, async () => {
    batches += 1;
    return counted(2);
  });
  const ends = await Promise.all(Array.from({ length: 100 }, (_, id) => ask('a', other(id))));
  const those = Map.groupBy(ends, ({ state }) => state);
  expect([those.get('miss')?.length, those.get('failed')?.length]).toEqual([10, 90]);
  expect([batches, await spent('a')]).toEqual([30, 60]);
  await close();
});

it('many requests for one thing are charged once, to the client that asked first', async () => {
  const held = heldCount();
  const { begin, ended, spent, queues, close } = await budgeted(1000, held.count);
  const first = await begin({ ...request, client: 'a' });
  await held.begun;
  const others = await Promise.all(Array.from({ length: 20 }, (_, i) => begin({ ...request, client: `b${i % 2}` })));
  await until(async () => (await queues.start.getDelayedCount()) === 20);
  held.release();
  for (const one of [first, ...others]) expect(await ended(one)).toMatchObject({ state: 'miss' });
  expect([await spent('a'), await spent('b0'), await spent('b1')]).toEqual([6, 0, 0]);
  await close();
});

it('who waits for what another client has begun is not refused because of that client', async () => {
  const plans = Promise.withResolvers<void>();
  let planned = 0;
  const flow = await startFlow(server, async () => counted(2), {
    cellsPerHour: 6,
    plan: async () => {
      planned += 1;
      if (planned === 1) await plans.promise;
      const batch = {
        members: [0],
        rasters: ['landcover'],
        tiles: [[0, 0, 1] as [number, number, number]],
        tallied: null,
      };
      return { planned: { tiles: 1, tallied: 0, cells: 6, batches: [batch], frames: [frame] } };
    },
  });
  const { queues } = flow;
  const first = await flow.ask({ ...request, client: 'a' });
  await until(async () => planned === 1);
  const second = await flow.ask({ ...request, client: 'b' });
  const third = await flow.ask({ ...request, client: 'a' });
  await until(async () => (await queues.start.getDelayedCount()) === 2);
  // Meanwhile other cells were counted for the client.
  await queues.redis.set(queues.key('spent', 'a'), 6, 'EX', 100);
  plans.resolve();
  await Promise.all([first, second, third].map(({ ended }) => ended));
  const [one, two, three] = await Promise.all([first, second, third].map(({ id }) => flow.status(id)));
  expect([one, three]).toEqual([expect.objectContaining(refused), expect.objectContaining(refused)]);
  expect(two).toMatchObject({ state: 'successful', cache: 'miss' });
  expect(await queues.redis.get(queues.key('spent', 'b'))).toBe('6');
  await flow.close();
});

it('several in one request are charged together, and those that are cached are not', async () => {
  const { begin, ended, spent, close } = await budgeted(1000);
  const members = [1, 2, 3].map(other);
  expect(await ended(await begin({ operation: 'multi', members, client: 'a' }))).toMatchObject({ state: 'miss' });
  expect(await spent('a')).toBe(6);
  expect(await ended(await begin({ operation: 'multi', members, client: 'b' }))).toMatchObject({ state: 'hit' });
  expect(await spent('b')).toBe(0);
  await close();
});

it('what nobody waits for is charged to nobody', async () => {
  const { computations, queues, close } = await budgeted(6);
  await computations.begin({ request, members: [{ key: 'geop:huc12:1:landcover:f', fingerprint: 'f' }] });
  await until(async () => (await queues.count.getJobCountByTypes('prioritized', 'active', 'waiting-children')) === 0);
  expect(await queues.redis.keys(queues.key('spent', '*'))).toEqual([]);
  await close();
});

it('a computation whose worker was lost after the charge is done, though its client has nothing left by then', async () => {
  const { ask, spent, queues, close } = await budgeted(1);
  const addBulk = queues.count.addBulk.bind(queues.count);
  queues.count.addBulk = async () => {
    queues.count.addBulk = addBulk;
    throw new Error('the worker lost its Redis');
  };
  expect(await ask('a')).toMatchObject({ state: 'miss' });
  expect(await spent('a')).toBe(6);
  await close();
});

it('the mark of a request that was dismissed and has ended is kept no longer than the request', async () => {
  const held = heldCount();
  const { begin, dismissals, queues, close } = await budgeted(0, held.count);
  const { id, ended } = await begin();
  await held.begun;
  await dismissals.dismiss(id);
  await ended;
  for (const kind of ['dismissed', 'request'] as const) {
    expect(await queues.redis.ttl(queues.key(kind, id))).toBeLessThanOrEqual(2 * queues.retentionSeconds);
    expect(await queues.redis.exists(queues.key(kind, id))).toBe(1);
  }
  held.release();
  await close();
});
