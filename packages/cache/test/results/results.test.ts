import { encodeEntry, entryHeaderBytes } from '../../src/entry.ts';
import { type ResultCacheOptions, resultCache, unknownEpoch } from '../../src/results/results.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';

let now = 0;
const clock = () => now;
const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();
const bytes = (value: string) => Buffer.from(value);
const own = { startedAt: 0, costMs: 5 };

function setUp(options: Partial<ResultCacheOptions> = {}) {
  now = 0;
  const store = memoryStore({ clock });
  return { store, cache: resultCache({ store, schemaVersion: 1, clock, ...options }) };
}

/** A store of which nothing works but what the test says. */
function storeThat(call: () => Promise<never>, working: Partial<Store> = {}): Store {
  async function* keys(): AsyncIterable<string> {
    yield await call();
  }
  const fence: Store['fence'] = {
    reach: 'process',
    take: call,
    release: call,
    epoch: call,
    move: call,
    write: call,
    remove: call,
  };
  return {
    get: call,
    getMany: call,
    head: call,
    set: call,
    delete: call,
    ttlMilliseconds: call,
    keys,
    close: call,
    fence,
    ...working,
  };
}

describe('a result', () => {
  it.each(['{}', '[]', '0', '""', 'null', 'false', '', '{"groups":[{"values":[41,2],"cells":9007199254740991}]}'])(
    'that is %j is a hit at the second asking',
    async (value) => {
      const { cache } = setUp();
      expect(await cache.ticket('key')).toBeUndefined();
      expect(await cache.write('key', bytes(value), own)).toBe(true);
      const ticket = await cache.ticket('key');
      const redeemed = ticket && (await cache.redeem(JSON.parse(JSON.stringify(ticket))));
      expect(redeemed).toMatchObject({ outcome: 'value', header: { etag: ticket?.etag, computedAt: 0, costMs: 5 } });
      expect(redeemed?.outcome === 'value' && text(redeemed.value)).toBe(value);
      expect(text((await cache.read('key'))?.value)).toBe(value);
    },
  );

  it('is found by its header alone', async () => {
    const { store, cache } = setUp();
    await cache.write('key', bytes('value'), own);
    const asked: number[] = [];
    const headOnly = storeThat(() => Promise.reject(new Error('only head may be asked')), {
      head: (key, length) => {
        asked.push(length);
        return store.head(key, length);
      },
    });
    expect(await resultCache({ store: headOnly, schemaVersion: 1, clock }).ticket('key')).toBeDefined();
    expect(asked).toEqual([entryHeaderBytes]);
  });

  it('without a time to live never expires', async () => {
    const { store, cache } = setUp();
    await cache.write('key', bytes('value'), own);
    now = 1e14;
    expect(await cache.read('key')).toMatchObject({ freshUntil: null, hardUntil: null });
    expect(await store.ttlMilliseconds('key')).toBeNull();
  });

  it('with a time to live is served until that age, counted from its start, and not moved by reading', async () => {
    const { store, cache } = setUp();
    now = 400;
    await cache.write('key', bytes('value'), { startedAt: 100, costMs: 300, ttlMilliseconds: 1000 });
    expect(await store.ttlMilliseconds('key')).toBe(700);
    const ticket = await cache.ticket('key');
    const before = await store.get('key');
    for (now of [400, 900, 1100]) {
      expect(await cache.ticket('key')).toEqual(ticket);
      expect(await cache.read('key')).toMatchObject({ computedAt: 100, freshUntil: 1100, hardUntil: 1100 });
      expect(ticket && (await cache.redeem(ticket)).outcome).toBe('value');
    }
    expect(await store.get('key')).toEqual(before);
    now = 1101;
    expect(await cache.ticket('key')).toBeUndefined();
    expect(await cache.read('key')).toBeUndefined();
    expect(ticket && (await cache.redeem(ticket)).outcome).toBe('evicted');
  });

  it('is not served past its time by a store that still has it', async () => {
    const { store, cache } = setUp();
    await cache.write('key', bytes('value'), { ...own, ttlMilliseconds: 1000 });
    const kept = (await store.get('key')) ?? new Uint8Array();
    const ticket = await cache.ticket('key');
    now = 1000;
    await store.set('key', kept);
    expect(await cache.read('key')).toBeDefined();
    now = 1001;
    expect(await cache.ticket('key')).toBeUndefined();
    expect(await cache.read('key')).toBeUndefined();
    expect(ticket && (await cache.redeem(ticket)).outcome).toBe('evicted');
  });

  it('that expired before it was there is not written', async () => {
    const { store, cache } = setUp();
    now = 1000;
    expect(await cache.write('key', bytes('value'), { ...own, ttlMilliseconds: 1000 })).toBe(false);
    expect(await store.get('key')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ writes: 0, droppedWrites: 1, lastFailure: null });
  });

  it('past its lifetime is still served, and says so', async () => {
    const { store, cache } = setUp();
    const options = { startedAt: 100, costMs: 1, lifetimeMilliseconds: 1000, ttlMilliseconds: 5000 };
    await cache.write('key', bytes('value'), options);
    now = 5100;
    expect(await cache.read('key')).toMatchObject({ computedAt: 100, freshUntil: 1100, hardUntil: 5100 });
    await cache.write('key', bytes('value'), { startedAt: 100, costMs: 1, lifetimeMilliseconds: 1000 });
    expect(await store.ttlMilliseconds('key')).toBeNull();
    expect(await cache.read('key')).toMatchObject({ freshUntil: 1100, hardUntil: null });
  });

  it('whose entry was deleted while it was computed is not written', async () => {
    const { cache } = setUp();
    await cache.write('key', bytes('old'), own);
    const epoch = await cache.begin('key');
    await cache.delete('key');
    expect(await cache.write('key', bytes('late'), { ...own, epoch })).toBe(false);
    expect(await cache.read('key')).toBeUndefined();
    expect(await cache.write('key', bytes('new'), { ...own, epoch: await cache.begin('key') })).toBe(true);
    expect(cache.stats()).toMatchObject({ writes: 2, fencedWrites: 1, droppedWrites: 0 });
  });

  it('that began while nobody could tell the epoch is written, unless the entry was deleted of late', async () => {
    const { store, cache } = setUp();
    const away = { ...store.fence, epoch: () => Promise.reject(new StoreError('away')) };
    const cut = setUp({ store: { ...store, fence: away } }).cache;
    expect(await cut.begin('key')).toBeUndefined();
    expect(await cut.write('key', bytes('while it is away'), { ...own, epoch: unknownEpoch })).toBe(true);
    expect(await cache.write('key', bytes('when it is back'), { ...own, epoch: unknownEpoch })).toBe(true);
    await cache.delete('key');
    expect(await cache.write('key', bytes('late'), { ...own, epoch: unknownEpoch })).toBe(false);
    expect(await cache.read('key')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ writes: 1, fencedWrites: 1, droppedWrites: 0 });
  });

  it('of the computation that started later stays, whichever ends later', async () => {
    const { cache } = setUp();
    const epoch = await cache.begin('key');
    expect(await cache.write('key', bytes('later'), { startedAt: 20, costMs: 1, epoch })).toBe(true);
    expect(await cache.write('key', bytes('earlier'), { startedAt: 10, costMs: 30, epoch })).toBe(false);
    expect(text((await cache.read('key'))?.value)).toBe('later');
  });
});

describe('a ticket', () => {
  const redeemAfter = async (change: (store: Store, cache: ReturnType<typeof resultCache>) => Promise<unknown>) => {
    const { store, cache } = setUp();
    await cache.write('key', bytes('value'), own);
    const ticket = await cache.ticket('key');
    if (!ticket) throw new Error('expected a ticket');
    await change(store, cache);
    const redeemed = await cache.redeem(ticket);
    expect(cache.stats().lost).toBe(redeemed.outcome === 'value' ? 0 : 1);
    return redeemed.outcome;
  };

  it('whose entry is evicted says so', async () => {
    expect(await redeemAfter((store) => store.delete('key'))).toBe('evicted');
  });
  it('whose entry is deleted says so', async () => {
    expect(await redeemAfter((_, cache) => cache.delete('key'))).toBe('evicted');
  });
  it('whose entry is overwritten says so', async () => {
    expect(await redeemAfter((_, cache) => cache.write('key', bytes('other'), own))).toBe('changed');
  });
  it('whose entry is overwritten with an equal value is good', async () => {
    expect(await redeemAfter((_, cache) => cache.write('key', bytes('value'), { startedAt: 1, costMs: 1 }))).toBe(
      'value',
    );
  });
  it('whose entry is of another schema now says so', async () => {
    const other = encodeEntry({ ...header, schemaVersion: 2, value: bytes('value') });
    expect(await redeemAfter((store) => store.set('key', other))).toBe('schema');
  });
  it.each([0, 71, 72, 76])('whose entry is cut off after %d bytes is as good as evicted', async (length) => {
    expect(
      await redeemAfter(async (store) =>
        store.set('key', (await store.head('key', length || 1))?.subarray(0, length) ?? bytes('')),
      ),
    ).toBe('evicted');
  });
});

describe('an entry that is not ours', () => {
  it.each([
    ['of another schema', encodeEntry({ ...headerOf(2), value: bytes('value') })],
    ['that is garbage', bytes('garbage, and long enough to be an entry: '.repeat(5))],
    ['that is empty', bytes('')],
  ])('(%s) is a miss, and can be overwritten', async (_, entry) => {
    const { store, cache } = setUp();
    await store.set('key', entry);
    expect(await cache.ticket('key')).toBeUndefined();
    expect(await cache.read('key')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 2, failedReads: 0 });
    await cache.write('key', bytes('value'), own);
    expect(text((await cache.read('key'))?.value)).toBe('value');
  });
});

describe('the result cache', () => {
  it('deletes, and says whether there was anything', async () => {
    const { cache } = setUp();
    await cache.write('key', bytes('value'), own);
    expect(await cache.delete('key')).toBe(true);
    expect(await cache.read('key')).toBeUndefined();
    expect(await cache.delete('key')).toBe(false);
  });

  it('counts', async () => {
    const { cache } = setUp();
    await cache.read('key');
    await cache.write('key', bytes('value'), own);
    await cache.read('key');
    await cache.ticket('key');
    await cache.redeem({ key: 'key', etag: 'another' });
    expect(cache.stats()).toEqual({
      ...{
        hits: 2,
        misses: 1,
        lost: 1,
        writes: 1,
        fencedWrites: 0,
        droppedWrites: 0,
        failedReads: 0,
        lastFailure: null,
      },
    });
  });

  it.each<readonly [string, () => Promise<never>, string]>([
    ['fails', () => Promise.reject(new StoreError('the store is away')), 'the store is away'],
    ['never answers', () => new Promise(() => {}), 'the store did not answer within 5 ms'],
  ])('goes on without a store that %s, and counts', async (_, call, lastFailure) => {
    const { cache } = setUp({ store: storeThat(call), timeoutMilliseconds: 5 });
    expect(await cache.ticket('key')).toBeUndefined();
    expect(await cache.read('key')).toBeUndefined();
    expect(await cache.redeem({ key: 'key', etag: 'etag' })).toEqual({ outcome: 'evicted' });
    expect(await cache.write('key', bytes('value'), own)).toBe(false);
    expect(cache.stats()).toEqual({
      ...{ hits: 0, misses: 2, lost: 1, writes: 0, fencedWrites: 0, droppedWrites: 1, failedReads: 3, lastFailure },
    });
    await expect(cache.delete('key')).rejects.toThrow(new StoreError(lastFailure));
  });

  it('does not take a bug for a store that is away', async () => {
    const { cache } = setUp({ store: storeThat(() => Promise.reject(new TypeError('a bug'))) });
    for (const call of [cache.ticket('key'), cache.read('key'), cache.write('key', bytes('value'), own)]) {
      await expect(call).rejects.toThrow('a bug');
    }
    await expect(cache.read('')).rejects.toThrow(RangeError);
    await expect(cache.write('key', bytes('value'), { ...own, costMs: Number.NaN })).rejects.toThrow(/^costMs is NaN/);
  });
});

const header = headerOf(1);

function headerOf(schemaVersion: number) {
  return { computedAt: 0, freshUntil: null, hardUntil: null, costMs: 1, schemaVersion };
}
