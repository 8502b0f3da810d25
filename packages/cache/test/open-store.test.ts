import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PrivateRedis, startRedis } from '@catchment/local-redis';
import { openStore } from '../src/open-store.ts';

let base: string;
let server: PrivateRedis;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'catchment open#store%'));
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
  await rm(base, { recursive: true });
});

describe('openStore', () => {
  it('opens each kind of store', async () => {
    const urls = [
      'memory:',
      `${server.url}/1`,
      'file:./one',
      'file:two',
      `file:${base}/three`,
      pathToFileURL(join(base, 'four')).href,
    ];
    for (const url of urls) {
      const store = await openStore(url, { base });
      await store.set('key', Uint8Array.of(1, 2));
      expect([...((await store.get('key')) ?? [])]).toEqual([1, 2]);
      await store.close();
    }
    expect((await readdir(base)).sort()).toEqual(['four', 'one', 'three', 'two']);
  });

  it('hands its options on', async () => {
    let now = 0;
    for (const url of ['memory:', 'file:clocked']) {
      const store = await openStore(url, { base, maxBytes: 8, clock: () => now });
      await store.set('a', Uint8Array.of(1), { ttlMilliseconds: 10 });
      now += 11;
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', new Uint8Array(100));
      expect((await store.get('a')) === undefined).toBe(url === 'memory:');
      await store.close();
    }
  });

  it('opens a Redis that is not there, and says so when asked', async () => {
    const errors: Error[] = [];
    const gone = await startRedis();
    await gone.kill();
    const store = await openStore(gone.url, { base, timeoutMilliseconds: 100, onError: (error) => errors.push(error) });
    await expect(store.get('key')).rejects.toThrow(
      `Redis at 127.0.0.1:${gone.port} did not carry out GET: not connected`,
    );
    expect(errors[0]?.message).toMatch(/ECONNREFUSED/);
    await store.close();
  });

  it.each([
    ['', '""'],
    ['results', '"results"'],
    ['file:', '"file"'],
    ['memory:64', '"memory"'],
    ['redis:', '"redis"'],
    ['redis://user:secret@[', '"redis"'],
    ['https://user:secret@example.org', '"https"'],
  ])('refuses %j in one sentence, which tells no password', async (url, begins) => {
    await expect(openStore(url, { base })).rejects.toThrow(
      new RangeError(
        `a store's URL begins with ${begins}, expected redis://<host>, rediss://<host>, file:<folder> or memory:`,
      ),
    );
  });
});
