import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { type Ledger, memoryLedger } from '../../src/layers/ledger.ts';
import { redisLedger } from '../../src/layers/redis-ledger.ts';
import { StoreError } from '../../src/stores/store.ts';

let server: PrivateRedis;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

describe.each<readonly [string, (maxBytes: number) => Ledger]>([
  ['memory', (maxBytes) => memoryLedger({ maxBytes })],
  ['Redis', (maxBytes) => redisLedger({ client, name: '{test}:drawn', maxBytes })],
])('the ledger in %s', (_, open) => {
  beforeEach(() => client.flushall());

  it('lets go of what was used longest ago', async () => {
    const ledger = open(10);
    expect(await ledger.admit('a', 4)).toEqual([]);
    expect(await ledger.admit('b', 4)).toEqual([]);
    await ledger.use('a');
    expect(await ledger.admit('c', 4)).toEqual(['b']);
    expect(await ledger.admit('d', 10)).toEqual(['a', 'c']);
    expect(await ledger.admit('e', 1)).toEqual(['d']);
  });

  it('counts a value that is replaced once', async () => {
    const ledger = open(10);
    await ledger.admit('a', 8);
    expect(await ledger.admit('a', 6)).toEqual([]);
    expect(await ledger.admit('b', 4)).toEqual([]);
    await ledger.remove('a');
    expect(await ledger.admit('c', 6)).toEqual([]);
    await ledger.remove('a');
    expect(await ledger.admit('d', 1)).toEqual(['b']);
  });

  it('does not admit what alone is too large, and strikes off what it replaces', async () => {
    const ledger = open(10);
    await ledger.admit('a', 5);
    await ledger.admit('b', 5);
    expect(await ledger.admit('a', 11)).toBeUndefined();
    expect(await ledger.admit('c', 5)).toEqual([]);
  });

  it('does not enter what was used after it had gone', async () => {
    const ledger = open(10);
    await ledger.use('gone');
    await ledger.admit('a', 10);
    expect(await ledger.admit('b', 10)).toEqual(['a']);
  });

  it('is what the definition says, whatever is done', async () => {
    const step = fc.record({
      does: fc.constantFrom('admit', 'use', 'remove'),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      bytes: fc.integer({ min: 0, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await client.flushall();
        const ledger = open(10);
        let kept: { key: string; bytes: number }[] = [];
        for (const { does, key, bytes } of steps) {
          const own = kept.find((one) => one.key === key);
          const others = kept.filter((one) => one.key !== key);
          if (does === 'use') {
            await ledger.use(key);
            kept = own ? [...others, own] : others;
          } else if (does === 'remove') {
            await ledger.remove(key);
            kept = others;
          } else {
            kept = bytes > 10 ? others : [...others, { key, bytes }];
            const going: string[] = [];
            while (kept.reduce((sum, one) => sum + one.bytes, 0) > 10) going.push(kept.shift()?.key ?? '');
            expect(await ledger.admit(key, bytes)).toEqual(bytes > 10 ? undefined : going);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

it('the ledger in Redis is shared by all who open it', async () => {
  await client.flushall();
  const [one, other] = [1, 2].map(() => redisLedger({ client, name: '{test}:drawn', maxBytes: 10 }));
  await one?.admit('a', 6);
  expect(await other?.admit('b', 6)).toEqual(['a']);
});

it('a ledger that cannot be written is a failure of the store', async () => {
  const gone = new Redis(server.url, { lazyConnect: true, enableOfflineQueue: false });
  const ledger = redisLedger({ client: gone, name: '{test}:drawn', maxBytes: 10 });
  await expect(ledger.admit('a', 1)).rejects.toThrow(StoreError);
  gone.disconnect();
});
