import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { openStore } from '../../src/open-store.ts';
import { guardedStore } from '../../src/stores/guarded-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { storeWatch } from '../../src/stores/store-watch.ts';
import { all, hour } from '../store-fixture.ts';
import { storeSuite } from './store-suite.ts';

let now = 0;
describe('behind a guard', () =>
  storeSuite('memory', {
    open: async () =>
      guardedStore(memoryStore({ clock: () => now }), {
        ...{ place: 'memory:', watch: storeWatch(), timeoutMilliseconds: hour, isTimed: false },
      }),
    letPass: async (milliseconds) => {
      now += milliseconds;
    },
  }));

/** Every call of a store, of a key each. */
const calls = (store: Store): (() => Promise<unknown>)[] => [
  () => store.get('a'),
  () => store.getMany(['a', 'b']),
  () => store.head('a', 1),
  () => store.set('a', Uint8Array.of(1)),
  () => store.delete('a'),
  () => store.ttlMilliseconds('a'),
  () => store.fence.epoch('a'),
  () => store.fence.move('a'),
  () => store.fence.remove('a'),
  () => store.fence.write('a', Uint8Array.of(1), { epoch: '' }),
  () => store.fence.take('a', { name: 'lease', holder: 'me', milliseconds: 1 }),
  () => store.fence.release('a', { name: 'lease', holder: 'me' }),
];

async function untilAnswered(store: Store) {
  while (
    !(await store.get('other').then(
      () => true,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a store that hangs costs one timeout', () => {
  it('Redis: no further call reaches it, and it is asked again once it answers', async () => {
    const server = await startRedis();
    const told: string[] = [];
    const watch = storeWatch({
      onTrouble: (text) => told.push(text),
      onWell: (text) => told.push(text),
      calmMilliseconds: 0,
    });
    const store = await openStore(server.url, { base: '.', timeoutMilliseconds: 300, watch });
    const place = watch.states()[0]?.place as string;
    await store.set('a', Uint8Array.of(1));
    expect(watch.states()).toEqual([{ place, state: 'well', since: null, failures: 0, problem: null }]);
    process.kill(server.pid as number, 'SIGSTOP');
    await expect(store.get('a')).rejects.toThrow(/did not carry out GET/);
    for (const call of calls(store)) {
      await expect(call()).rejects.toThrow(new StoreError(`${place} is not asked: it did not answer within 300 ms`));
    }
    expect(watch.states()).toEqual([
      { place, state: 'hangs', since: expect.any(Number), failures: 1, problem: expect.stringMatching(/GET/) },
    ]);
    process.kill(server.pid as number, 'SIGCONT');
    await untilAnswered(store);
    expect(watch.states()[0]).toMatchObject({ state: 'well', problem: null });
    expect(told).toEqual([
      expect.stringMatching(/^redis:\/\/\S+ hangs: Redis at \S+ did not carry out GET/),
      expect.stringMatching(/^redis:\/\/\S+ answers again, after \d+ s and \d+ failures?$/),
    ]);
    await store.close();
    await server.stop();
  });

  it('files: no more than one thread hangs, and the call that hangs says when it is over', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'catchment-hanging-'));
    const watch = storeWatch();
    const store = await openStore(`file:${folder}`, { base: '.', timeoutMilliseconds: 300, watch });
    await store.set('a', Uint8Array.of(1));
    const [shard = ''] = (await readdir(folder)).filter((name) => name !== 'tmp');
    const [name = ''] = await readdir(join(folder, shard));
    const pipe = join(folder, shard, name);
    await rm(pipe);
    // Whoever opens it waits for a writer.
    execFileSync('mkfifo', [pipe]);
    await expect(store.get('a')).rejects.toThrow(new StoreError(`file:${folder} did not answer within 300 ms`));
    for (const call of calls(store)) await expect(call()).rejects.toThrow(/ is not asked: /);
    expect(watch.states()[0]?.state).toBe('hangs');
    const writer = createWriteStream(pipe);
    await once(writer, 'open');
    writer.end();
    await untilAnswered(store);
    expect(await store.get('other')).toBeUndefined();
    await store.close();
    await rm(folder, { recursive: true });
  });
});

it('a store that fails in time is asked every time', async () => {
  let asked = 0;
  const get = async () => {
    asked++;
    throw new StoreError('broken');
  };
  const told: string[] = [];
  const watch = storeWatch({ onTrouble: (text) => told.push(text) });
  for (const isTimed of [true, false]) {
    const store = guardedStore({ ...memoryStore(), get }, { place: 'p', watch, timeoutMilliseconds: hour, isTimed });
    for (let i = 0; i < 3; i++) await expect(store.get('a')).rejects.toThrow(new StoreError('broken'));
    expect(await all(store.keys(''))).toEqual([]);
  }
  expect(asked).toBe(6);
  expect(told).toEqual(['p fails: broken', 'p fails: broken']);
  expect(watch.states().map(({ state, failures }) => [state, failures])).toEqual([
    ['fails', 3],
    ['fails', 3],
  ]);
});

it('a trouble is over once the store answers, though nobody calls it again', async () => {
  let isAway = true;
  const away = <T>(value: T) => {
    if (isAway) throw new StoreError('away');
    return value;
  };
  const store = { ...memoryStore(), get: async () => away(undefined), head: async () => away(undefined) };
  const isWell = new Promise<string>((resolve) => {
    const watch = storeWatch({ onWell: resolve, calmMilliseconds: 0 });
    const options = { place: 'p', watch, timeoutMilliseconds: hour, isTimed: true, probeMilliseconds: 1 };
    const failed = guardedStore(store, options).get('a');
    failed.catch(() => setTimeout(() => (isAway = false), 20));
  });
  const keepsAlive = setInterval(() => undefined, 1000);
  expect(await isWell).toMatch(/^p answers again, after 0 s and 1 failure$/);
  clearInterval(keepsAlive);
});
