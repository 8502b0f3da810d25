import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore, layeredStore, memoryStore, redisStore, type Store, StoreError } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { all, patient } from '../../../cache/test/store-fixture.ts';
import { refreshingCache } from '../../src/refreshing.ts';
import { tagsSuite } from './tags-suite.ts';

let server: PrivateRedis;
let admin: Redis;
let folder: string;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-tags-'));
  await admin.flushall();
});
afterEach(() => rm(folder, { recursive: true }));

const redis = () => redisStore({ client: admin });
const files = () => fileStore({ folder });
const brief = (clock = Date.now) => ({ store: memoryStore({ clock }), mostMilliseconds: 1000 });

tagsSuite('memory', { open: async () => memoryStore() });
tagsSuite('files', { open: files });
tagsSuite('Redis', { open: redis });
tagsSuite('memory over Redis over files', {
  open: async () => layeredStore({ layers: [brief(), { store: await redis() }, { store: await files() }] }),
});

const fetchesOf = (store: Store, clock = Date.now) => {
  let fetches = 0;
  const cache = refreshingCache({ store, clock, ...patient });
  const read = cache.define({ name: 'weather', tags: ['weather'], fetch: () => ++fetches });
  return { cache, read };
};

it('a memory in front of others serves what another process has cleared for a second, and no longer', async () => {
  let now = 1_000_000;
  const clock = () => now;
  const shared = await redis();
  const mine = fetchesOf(layeredStore({ layers: [brief(clock), { store: shared }], clock }), clock);
  const theirs = fetchesOf(layeredStore({ layers: [brief(clock), { store: shared }], clock }), clock);
  expect(await mine.read.get()).toBe(1);
  await theirs.cache.clearTag('weather');
  expect((await theirs.read.read()).status).toBe('miss');
  expect(await mine.read.get()).toBe(1);
  now += 1001;
  // The value that the other one has fetched since.
  expect(await mine.read.read()).toMatchObject({ status: 'hit', value: 1, computedAt: 1_000_000 });
  await mine.cache.clearTag('weather');
  expect(await mine.read.get()).toBe(2);
});

it('a layer that cannot be reached makes clearing fail, as what was cleared would come back from it', async () => {
  const away = new StoreError('the disk is away');
  const durable = await files();
  const broken = { ...durable, delete: () => Promise.reject(away) };
  const { cache, read } = fetchesOf(layeredStore({ layers: [{ store: await redis() }, { store: broken }] }));
  await read.get();
  await expect(cache.clearTag('weather')).rejects.toThrow(/the disk is away/);
  const failing = refreshingCache({
    store: { ...durable, fence: { ...durable.fence, remove: () => Promise.reject(away) } },
  });
  await expect(failing.clearTag('weather')).rejects.toThrow(away);
});

it('a version lives longer than what is stamped with it, for ever where that does', async () => {
  const store = memoryStore({ clock: () => 0 });
  const cache = refreshingCache({ store, clock: () => 0 });
  const day = 24 * 3_600_000;
  const options = { fetch: () => 1, lifetimeMilliseconds: 1 };
  await cache.define({ ...options, name: 'short', tags: ['short'], ttlMilliseconds: 1000 }).get();
  await cache.define({ ...options, name: 'long', tags: ['long'], ttlMilliseconds: 20 * day }).get();
  await cache.define({ ...options, name: 'ever', tags: ['ever'], ttlMilliseconds: Infinity }).get();
  const left = (tag: string) => store.ttlMilliseconds(`refresh:@${tag}`);
  expect([await left('short'), await left('long'), await left('ever')]).toEqual([30 * day, 80 * day, null]);
});

describe('the tags of a read', () => {
  it('are a set: their order and how often one is said do not matter; other tags are another value', async () => {
    const store = memoryStore();
    const cache = refreshingCache({ store });
    let tags = ['a', 'b', 'a'];
    const read = cache.define({ name: 'read', tags: () => tags, fetch: () => 1 });
    const keys = new Set([read.keyOf()]);
    tags = ['b', 'a'];
    keys.add(read.keyOf());
    expect(keys.size).toBe(1);
    tags = ['a'];
    keys.add(read.keyOf());
    tags = [];
    keys.add(read.keyOf());
    expect(keys.size).toBe(3);
    expect(read.keyOf()).toMatch(/^refresh:read:[0-9a-f]{32}$/);
    await read.get();
    expect(await all(store.keys(''))).toEqual([read.keyOf()]);
  });

  it.each<readonly [unknown, string]>([
    ['news', 'tags of the read read is the text "news", expected a list of texts'],
    [[5], 'a tag of the read read is the number 5, expected text'],
    [[''], 'a tag of the read read is the text "", expected 1 to 500 characters, well-formed and without NUL'],
    [['a\0b'], 'a tag of the read read is the text "a\\u0000b", expected 1 to 500 characters'],
    [['\ud800'], 'a tag of the read read is the text "\\ud800", expected 1 to 500 characters'],
    [['x'.repeat(501)], 'expected 1 to 500 characters'],
    [Promise.resolve(['a']), 'tags of the read read is a Promise, expected a list of texts'],
  ])('are not %j', async (tags, message) => {
    const cache = refreshingCache({ store: memoryStore() });
    const options = { name: 'read', fetch: () => 1 };
    expect(() => cache.define({ ...options, tags: tags as string[] })).toThrow(message);
    const read = cache.define({ ...options, tags: () => tags as string[] });
    await expect(read.get()).rejects.toThrow(message);
  });

  it.each([undefined, null, 5, '', ['weather'], 'a\0'])('are not cleared by %j', async (tag) => {
    const cache = refreshingCache({ store: memoryStore() });
    await expect(cache.clearTag(tag as string)).rejects.toThrow(/^a tag is .*, expected /);
  });

  it('may have any characters, and are told apart by all of them', async () => {
    const names = ['a', 'A', 'a:b', '@', 'a b', '流域', '{a}', '*', 'x'.repeat(500)];
    const store = await files();
    const cache = refreshingCache({ store, ...patient });
    const read = cache.define({ name: 'read', tags: (tag: string) => [tag], fetch: (tag: string) => tag });
    for (const tag of names) await read.get(tag);
    for (const tag of names) {
      await cache.clearTag(tag);
      for (const other of names) {
        expect([other, (await read.peek(other)) === undefined]).toEqual([other, other === tag]);
      }
      await read.get(tag);
    }
  });
});

it('with the store away, reads of tagged values fetch and answer, and clearing rejects', async () => {
  const away = () => Promise.reject(new StoreError('away'));
  const memory = memoryStore();
  const fence = { ...memory.fence, take: away, epoch: away, write: away, remove: away, release: away, move: away };
  const store: Store = { ...memory, get: away, getMany: away, set: away, fence };
  const { cache, read } = fetchesOf(store);
  expect([await read.get(), await read.get()]).toEqual([1, 2]);
  expect(await read.set([], 5)).toBe(false);
  await expect(cache.clearTag('weather')).rejects.toThrow('away');
  expect(cache.stats()).toMatchObject({ misses: 2, fetches: 2, writes: 0, droppedWrites: 3 });
});
