import { memoryStore, resultCache, type Store, StoreError } from '@catchment/cache';

const key = 'geop:huc12:1:landcover:f';
const bytes = (text: string) => Buffer.from(text);

function setUp(schemaVersion = 1) {
  let now = 1_000_000;
  const clock = () => now;
  const store = memoryStore({ clock });
  const results = resultCache({ store, schemaVersion, clock });
  return { store, results, clock, pass: (milliseconds: number) => (now += milliseconds) };
}

const away: Store = {
  get: () => Promise.reject(new StoreError('connection refused')),
  head: () => new Promise(() => undefined),
  set: () => Promise.reject(new StoreError('connection refused')),
  delete: () => Promise.reject(new StoreError('connection refused')),
  ttlMilliseconds: () => Promise.reject(new StoreError('connection refused')),
  keys: async function* () {
    throw new StoreError('connection refused');
  },
  close: async () => undefined,
};

it.each(['{}', '[]', '0', '""', 'null', 'false', ''])('%p is a value: the second asking is a hit', async (value) => {
  const { results } = setUp();
  expect(await results.ticket(key)).toBeUndefined();
  await results.write(key, bytes(value), { startedAt: 1_000_000, costMs: 5 });
  const ticket = await results.ticket(key);
  const redeemed = await results.redeem(ticket!);
  expect(redeemed.outcome === 'value' && Buffer.from(redeemed.value).toString()).toBe(value);
});

it('5 MB come back to the byte', async () => {
  const { results } = setUp();
  const value = Buffer.alloc(5_000_000, 'catchment');
  await results.write(key, value, { startedAt: 1_000_000, costMs: 5 });
  expect(Buffer.from((await results.read(key))!.value).equals(value)).toBe(true);
});

it('a ticket says why its value cannot be had: evicted, changed, of another schema', async () => {
  const { results, store, clock } = setUp();
  await results.write(key, bytes('1'), { startedAt: 1_000_000, costMs: 5 });
  const ticket = (await results.ticket(key))!;
  await results.write(key, bytes('2'), { startedAt: 1_000_000, costMs: 5 });
  expect((await results.redeem(ticket)).outcome).toBe('changed');
  await resultCache({ store, schemaVersion: 2, clock }).write(key, bytes('1'), { startedAt: 1_000_000, costMs: 5 });
  expect((await results.redeem(ticket)).outcome).toBe('schema');
  expect(await results.ticket(key)).toBeUndefined();
  await results.delete(key);
  expect((await results.redeem(ticket)).outcome).toBe('evicted');
});

it('a drawn result is served up to its lifetime and not a millisecond longer; a well-known one for ever', async () => {
  const { results, pass } = setUp();
  await results.write('drawn', bytes('1'), { startedAt: 1_000_000, costMs: 5, ttlMilliseconds: 1000 });
  await results.write('known', bytes('1'), { startedAt: 1_000_000, costMs: 5 });
  pass(1000);
  expect(await results.ticket('drawn')).toBeDefined();
  pass(1);
  expect(await results.ticket('drawn')).toBeUndefined();
  pass(1e12);
  expect(await results.ticket('known')).toBeDefined();
});

it('with the store away looks are misses, writes are dropped, both are counted, and nothing hangs', async () => {
  const results = resultCache({ store: away, schemaVersion: 1, timeoutMilliseconds: 20 });
  expect(await results.ticket(key)).toBeUndefined();
  expect(await results.read(key)).toBeUndefined();
  expect((await results.redeem({ key, etag: 'e' })).outcome).toBe('evicted');
  expect(await results.write(key, bytes('1'), { startedAt: Date.now(), costMs: 5 })).toBe(false);
  expect(results.stats()).toMatchObject({ misses: 2, lost: 1, droppedWrites: 1, failedReads: 3 });
});
