import { layeredStore, memoryStore, redisStore, type Store, StoreError } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { patient } from '../../cache/test/store-fixture.ts';
import { refreshingCache } from '../src/refreshing.ts';
import { manySuite } from './many-suite.ts';

let server: PrivateRedis;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});
beforeEach(() => admin.flushall());

const redis = () => redisStore({ client: admin });

manySuite('memory', { open: async () => memoryStore() });
manySuite('Redis', { open: redis });
manySuite('memory over Redis', {
  open: async () =>
    layeredStore({ layers: [{ store: memoryStore(), mostMilliseconds: 1000 }, { store: await redis() }] }),
});

it('values that are there are read by one command of Redis', async () => {
  const cache = refreshingCache({ store: await redis(), ...patient });
  const read = cache.define({ name: 'read', tags: ['tag'], fetch: (id: number) => id });
  const all = Array.from({ length: 100 }, (_, id): [number] => [id]);
  await read.getMany(all);
  await admin.call('CONFIG', 'RESETSTAT');
  expect(await read.getMany(all)).toEqual(all.flat());
  const stats = await admin.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, times]) => `${name} ${times}`);
  expect(calls.filter((call) => !/^(info|config|client|ping)/.test(call))).toEqual(['mget 1']);
});

it('with the store away are fetched and answered, together where the read says how', async () => {
  const away = () => Promise.reject(new StoreError('away'));
  const memory = memoryStore();
  const fence = { ...memory.fence, take: away, epoch: away, write: away, remove: away, release: away, move: away };
  const store: Store = { ...memory, get: away, getMany: away, set: away, fence };
  const cache = refreshingCache({ store });
  const calls: number[][] = [];
  const fetchMany = async (many: readonly (readonly [number])[]) => {
    calls.push(many.map(([id]) => id));
    return many.map(([id]) => id);
  };
  const together = cache.define({ name: 'together', fetch: (id: number) => id, fetchMany });
  expect(await together.getMany([[1], [2], [1]])).toEqual([1, 2, 1]);
  expect(calls).toEqual([[1, 2]]);
  const single = cache.define({ name: 'single', fetch: (id: number) => id });
  expect(await single.getMany([[1], [2]])).toEqual([1, 2]);
  expect(cache.stats()).toMatchObject({ misses: 5, fetches: 4, writes: 0, droppedWrites: 4 });
});
