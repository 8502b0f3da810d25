import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { encodeEntry } from '../../src/entry.ts';
import { type LayeredStoreOptions, layeredStore } from '../../src/layers/layered.ts';
import type { Layer } from '../../src/layers/layers.ts';
import { fileStore } from '../../src/stores/files.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { redisStore } from '../../src/stores/redis.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { all, patient } from '../store-fixture.ts';
import { storeSuite } from '../stores/store-suite.ts';

let now = Date.now();
const clock = () => now;
let server: PrivateRedis;
let admin: Redis;
let folder: string;
let opened: Store[] = [];

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-layered-'));
  await admin.flushall();
});
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
  await rm(folder, { recursive: true });
});
/** A layered store that is closed after the test. */
const layered = (options: Omit<LayeredStoreOptions, 'clock'>) => {
  const store = layeredStore({ ...options, clock });
  opened.push(store);
  return store;
};

const letPass = async (milliseconds: number) => {
  now += milliseconds;
  for (const name of await admin.keys('*')) {
    const left = await admin.pttl(name);
    if (left >= 0) await admin.pexpire(name, left - milliseconds);
  }
};
const files = () => fileStore({ folder: join(folder, 'results'), clock });
const redis = () => redisStore({ url: server.url, ...patient });
const brief = (): Layer => ({ store: memoryStore({ clock }), mostMilliseconds: 1000 });

describe('memory over files', () => {
  const open = async () =>
    layeredStore({ layers: [{ store: memoryStore({ clock }) }, { store: await files() }], clock });
  storeSuite('layered', { open, letPass });
});
describe('Redis over files', () => {
  const open = async () => layeredStore({ layers: [{ store: await redis() }, { store: await files() }], clock });
  storeSuite('layered', { open, letPass });
});
describe('this process over Redis over files', () => {
  const open = async () =>
    layeredStore({ layers: [brief(), { store: await redis() }, { store: await files() }], clock });
  storeSuite('layered', { open, letPass });
});

/** Redis over files, each at hand, and what is told of failures. */
async function overFiles({ url = server.url } = {}) {
  const told: string[] = [];
  const [above, durable] = [await redisStore({ url, ...patient }), await files()];
  const onError = (error: StoreError) => told.push(error.message);
  return {
    above,
    durable,
    told,
    store: layered({ layers: [{ store: above }, { store: durable }], onError }),
  };
}

describe('what Redis evicted', () => {
  it('is read from the durable layer, and is in Redis again for the time that it has left', async () => {
    const { store, above, durable, told } = await overFiles();
    await store.set('expires', Uint8Array.of(1), { ttlMilliseconds: 60_000 });
    await store.set('stays', Buffer.from('no entry'));
    await store.set('empty', new Uint8Array());
    await letPass(20_000);
    await admin.flushall();
    expect(await store.head('stays', 2)).toEqual(Buffer.from('no'));
    expect(await all(above.keys(''))).toEqual([]);
    for (const key of ['expires', 'stays', 'empty', 'missing'])
      expect(await store.get(key)).toEqual(await durable.get(key));
    expect(await above.get('expires')).toEqual(Buffer.of(1));
    expect(await above.ttlMilliseconds('expires')).toBeLessThanOrEqual(40_000);
    expect(await above.ttlMilliseconds('expires')).toBeGreaterThan(30_000);
    expect(await above.get('stays')).toEqual(Buffer.from('no entry'));
    expect(await above.ttlMilliseconds('stays')).toBeNull();
    expect(await above.get('empty')).toEqual(Buffer.alloc(0));
    expect(told).toEqual([]);
  });

  it('is there still when Redis is far too small for it all', async () => {
    const small = await startRedis({ config: { maxmemory: '4mb', 'maxmemory-policy': 'allkeys-lru' } });
    try {
      const { store, above } = await overFiles({ url: small.url });
      const value = (index: number) => Buffer.alloc(100_000, index);
      for (let index = 0; index < 60; index++) await store.set(`key ${index}`, value(index));
      const kept = await all(above.keys(''));
      expect(kept.length).toBeLessThan(40);
      expect((await all(store.keys(''))).length).toBe(60);
      for (const key of kept) await above.delete(key);
      let carriedUp = 0;
      for (let index = 0; index < 60; index++) {
        expect(Buffer.compare((await store.get(`key ${index}`)) ?? Buffer.alloc(0), value(index))).toBe(0);
        // Redis evicts by samples, now and then what was written just before.
        if ((await above.get(`key ${index}`)) !== undefined) carriedUp += 1;
      }
      expect(carriedUp).toBeGreaterThan(30);
    } finally {
      await small.stop();
    }
  });
});

describe('with a layer away', () => {
  it('Redis: the files answer, take what is written, and Redis has it when it is back', async () => {
    const gone = await startRedis();
    const { store, above, durable, told } = await overFiles({ url: gone.url });
    await store.set('old', Uint8Array.of(1), { ttlMilliseconds: 60_000 });
    await gone.kill();
    expect([...((await store.get('old')) ?? [])]).toEqual([1]);
    expect([...((await store.head('old', 1)) ?? [])]).toEqual([1]);
    expect(await store.ttlMilliseconds('old')).toBe(60_000);
    expect(await store.get('missing')).toBeUndefined();
    await store.set('new', Uint8Array.of(2));
    await store.set('entry', entry(1));
    expect([await durable.get('new'), await durable.get('entry')]).toEqual([Buffer.of(2), Buffer.from(entry(1))]);
    expect(told.length).toBe(6);
    for (const message of told)
      expect(message).toMatch(/^Redis at 127.0.0.1:\d+ did not carry out \w+: not connected$/);

    const lease = { name: 'refresh', holder: 'me', milliseconds: 1000 };
    for (const call of [
      () => store.fence.take('old', lease),
      () => store.fence.release('old', lease),
      () => store.fence.epoch('old'),
      () => store.fence.move('old'),
      () => store.fence.write('entry', entry(2), { epoch: '' }),
      () => all(store.keys('')),
    ]) {
      await expect(call()).rejects.toThrow(StoreError);
    }
    await expect(store.delete('new')).rejects.toThrow(/^not deleted from every layer: Redis at .*: not connected$/);
    await expect(store.fence.remove('old')).rejects.toThrow(/^not removed from every layer: Redis at .*; Redis at/);
    expect(await all(durable.keys(''))).toEqual(['entry']);

    const back = await startRedis({ port: gone.port });
    const client = new Redis(back.url);
    while ((await above.get('entry').catch(() => undefined)) === undefined) await store.get('entry');
    expect(Buffer.compare((await client.getBuffer('entry')) ?? Buffer.alloc(0), entry(1))).toBe(0);
    client.disconnect();
    await back.stop();
  });

  it('the files: Redis answers and takes what is written, and the files have it when they are back', async () => {
    const { store, above, durable, told } = await overFiles();
    await store.set('old', Uint8Array.of(1));
    await rename(join(folder, 'results'), join(folder, 'kept'));
    await writeFile(join(folder, 'results'), 'a file where the folder should be');
    expect([...((await store.get('old')) ?? [])]).toEqual([1]);
    expect(await store.get('missing')).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/^the file store in .* cannot read: ENOTDIR/)]);
    expect(await store.set('old', Uint8Array.of(2))).toBe(true);
    expect(await store.fence.write('entry', entry(1), { epoch: '' })).toBe(true);
    expect([...((await store.get('old')) ?? [])]).toEqual([2]);
    expect(text(await store.get('entry'))).toContain('started at 1');
    for (const call of [
      () => all(store.keys('')),
      () => store.set('verified', Uint8Array.of(2), { verify: true }),
      () => store.fence.write('verified', entry(1), { epoch: '', verify: true }),
      () => store.fence.write('absent', entry(1), { epoch: '', ifAbsent: true }),
    ]) {
      await expect(call()).rejects.toThrow(/^the file store in .*ENOTDIR/);
    }
    expect((await all(above.keys(''))).sort()).toEqual(['entry', 'old']);
    await expect(store.delete('old')).rejects.toThrow(/^not deleted from every layer: the file store .*ENOTDIR/);
    expect(await above.get('old')).toBeUndefined();

    await rm(join(folder, 'results'));
    await rename(join(folder, 'kept'), join(folder, 'results'));
    expect(await store.get('old')).toBeUndefined();
    while ((await durable.get('entry')) === undefined) await store.get('entry');
    expect(await all(durable.keys(''))).toEqual(['entry']);
  });

  it('all: reading rejects with what each of them said, whatever this process has not', async () => {
    const gone = await startRedis();
    const { above, durable } = await overFiles({ url: gone.url });
    const told: StoreError[] = [];
    const layers = [brief(), { store: above }, { store: durable }];
    const store = layered({ layers, onError: (error) => told.push(error) });
    await store.set('known', Uint8Array.of(1));
    await rm(join(folder, 'results'), { recursive: true });
    await writeFile(join(folder, 'results'), 'a file where the folder should be');
    await gone.kill();
    const failure = store.get('missing');
    await expect(failure).rejects.toThrow(StoreError);
    await expect(failure).rejects.toThrow(
      /^no layer of the store answered: Redis at .* did not carry out GET: not connected; the file store in .*ENOTDIR/,
    );
    await expect(store.head('missing', 1)).rejects.toThrow(StoreError);
    await expect(store.ttlMilliseconds('missing')).rejects.toThrow(StoreError);
    expect(told).toEqual([]);
    expect([...((await store.get('known')) ?? [])]).toEqual([1]);
  });
});

describe('this process’s memory in front', () => {
  const two = async (): Promise<[Store, Store]> => {
    const open = async () => layered({ layers: [brief(), { store: await redis() }] });
    return [await open(), await open()];
  };

  it.each<[string, (other: Store) => Promise<unknown>, string | undefined]>([
    ['delete', (other) => other.delete('key'), undefined],
    ['removal', (other) => other.fence.remove('key'), undefined],
    ['overwrite', (other) => other.set('key', Buffer.from('new')), 'new'],
  ])('stops serving a second after another process’s %s', async (_, change, expected) => {
    const [mine, other] = await two();
    await mine.set('key', Buffer.from('old'));
    now += 900;
    await change(other);
    expect(text(await other.get('key'))).toBe(expected);
    now += 101;
    expect(text(await mine.get('key'))).toBe(expected);
  });

  it('serves what it read for a second, without asking, and what it wrote itself', async () => {
    const [mine, other] = await two();
    await mine.set('key', Buffer.from('old'));
    expect(text(await other.get('key'))).toBe('old');
    await admin.config('RESETSTAT');
    now += 999;
    expect([text(await mine.get('key')), text(await other.get('key'))]).toEqual(['old', 'old']);
    expect(await admin.info('commandstats')).not.toMatch(/cmdstat_get:/);
    await mine.set('key', Buffer.from('new'), { ttlMilliseconds: 500 });
    expect(text(await mine.get('key'))).toBe('new');
    expect(await mine.ttlMilliseconds('key')).toBeGreaterThan(400);
    await letPass(501);
    expect(await mine.get('key')).toBeUndefined();
  });

  it('counts its second from before it asked, however late the answer comes', async () => {
    const shared = memoryStore({ clock });
    const memory = brief();
    const slow = {
      ...shared,
      get: async (key: string) => {
        const value = await shared.get(key);
        now += 400;
        return value;
      },
      set: async (key: string, bytes: Uint8Array) => {
        const kept = await shared.set(key, bytes);
        now += key === 'slow' ? 1000 : 400;
        return kept;
      },
    };
    const store = layered({ layers: [memory, { store: slow }] });
    await store.set('key', Uint8Array.of(1));
    expect(await memory.store.ttlMilliseconds('key')).toBe(600);
    await memory.store.delete('key');
    await store.get('key');
    expect(await memory.store.ttlMilliseconds('key')).toBe(600);
    await memory.store.set('slow', Uint8Array.of(1));
    await store.set('slow', Uint8Array.of(2));
    expect(await memory.store.get('slow')).toBeUndefined();
  });

  it('is not what lists, and says neither how long others keep a value', async () => {
    const [mine, other] = await two();
    await mine.set('key', Uint8Array.of(1), { ttlMilliseconds: 600_000 });
    expect(await mine.ttlMilliseconds('key')).toBeGreaterThan(500_000);
    await other.delete('key');
    expect(await all(mine.keys(''))).toEqual([]);
    expect(await mine.ttlMilliseconds('key')).toBeUndefined();
  });
});

function entry(computedAt: number): Uint8Array {
  const times = { computedAt, freshUntil: null, hardUntil: null };
  return encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: Buffer.from(`started at ${computedAt}`) });
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}
