import { newRequestId, openQueues, openSpending } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { Redis } from 'ioredis';

let server: ServerForTests;
let redis: Redis;
beforeAll(async () => {
  server = await redisForTests();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const now = Date.UTC(2026, 10, 29, 12);

/** A book of budgets of a hundred cells, in queues of its own, at noon. */
function open(cellsPerHour = 100) {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const spending = openSpending(queues, { cellsPerHour, clock: () => now });
  let computations = 0;
  /** A computation that is not over. */
  const begun = async (...fields: string[]) => {
    const computation = `computation ${computations++}`;
    await redis.hset(queues.key('computation', computation), 'by', 'a request', ...fields);
    return computation;
  };
  const charge = async (client: string, cells: number) =>
    spending.charge({ client, cells, computation: await begun('client', client) });
  return { ...queues, ...spending, begun, charge, chargeOnce: spending.charge, spent: queues.key('spent', 'a') };
}

it('a client is charged as long as it has anything left, and is then told when to ask again', async () => {
  const { charge, refusal, spent } = open();
  expect(await refusal('a')).toBeUndefined();
  for (const cells of [60, 39, 1000]) expect(await charge('a', cells)).toBeUndefined();
  expect(await redis.get(spent)).toBe('1099');
  await redis.expire(spent, 90);
  for (const refused of [await charge('a', 1), await refusal('a')]) {
    if (refused === 'over') throw new Error('no computation is over');
    expect(refused?.problem).toBe(
      '1,099 cells were counted for this client within an hour, at most 100 are allowed (CLIENT_CELLS_PER_HOUR); ask again after 2026-11-29T12:01:30Z',
    );
    expect(refused?.retryAt).toBeGreaterThan(now + 60_000);
    expect(refused?.retryAt).toBeLessThanOrEqual(now + 90_000);
  }
  expect(await redis.get(spent)).toBe('1099');
});

it('what one client has spent is nothing to another', async () => {
  const { charge, refusal } = open();
  await charge('a', 100);
  expect(await refusal('a')).toBeDefined();
  expect(await refusal('b')).toBeUndefined();
  expect(await charge('b', 100)).toBeUndefined();
});

it('of a thousand plans at once only those are charged that the budget has room for', async () => {
  const { charge, spent } = open();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => charge('a', 9)));
  expect(answers.filter((refused) => refused === undefined)).toHaveLength(12);
  expect(await redis.get(spent)).toBe('108');
});

it('a computation is charged once, however often it is planned', async () => {
  const { begun, chargeOnce, spent } = open();
  const computation = await begun('client', 'a');
  for (const cells of [10, 10, 500]) {
    expect(await chargeOnce({ client: 'a', computation, cells })).toBeUndefined();
  }
  expect(await redis.get(spent)).toBe('10');
});

it('the hour of a budget begins with the first cells, and later ones do not make it longer', async () => {
  const { charge, refusal, spent } = open();
  await charge('a', 10);
  const seconds = await redis.ttl(spent);
  expect(seconds).toBeGreaterThan(3500);
  expect(seconds).toBeLessThanOrEqual(3600);
  await redis.expire(spent, 1000);
  await charge('a', 90);
  expect(await redis.ttl(spent)).toBeLessThanOrEqual(1000);
  expect(await refusal('a')).toBeDefined();
  // The expiry is in the past: the hour is over.
  await redis.expire(spent, -1);
  expect(await refusal('a')).toBeUndefined();
  expect(await charge('a', 10)).toBeUndefined();
  expect(await redis.get(spent)).toBe('10');
});

it('what an operator has computed, too, is charged to nobody', async () => {
  const { begun, chargeOnce, key } = open();
  await chargeOnce({ client: 'a', computation: await begun('w:a request', '1', 'nobody', '1'), cells: 1000 });
  expect(await redis.exists(key('spent', 'a'))).toBe(0);
});

it('a computation that is over is charged to nobody', async () => {
  const { chargeOnce, key } = open();
  expect(await chargeOnce({ client: 'a', computation: 'c-gone', cells: 1000 })).toBe('over');
  expect(await redis.exists(key('spent', 'a'))).toBe(0);
  expect(await redis.exists(key('computation', 'c-gone'))).toBe(0);
});

it('without a limit nothing is booked', async () => {
  const { charge, refusal, root } = open(0);
  expect([await charge('a', 1e12), await refusal('a')]).toEqual([undefined, undefined]);
  expect(await redis.keys(`${root}:spent*`)).toEqual([]);
});
