import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { openSmallDisk } from '../../../../test/small-disk.ts';
import { encodeEntry } from '../../src/entry.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import { fileStore } from '../../src/stores/files.ts';
import { redisStore } from '../../src/stores/redis.ts';
import { s3Store } from '../../src/stores/s3.ts';
import type { Store } from '../../src/stores/store.ts';
import { type S3Server, startS3 } from '../s3-server.ts';
import { all, patient } from '../store-fixture.ts';

const large = randomBytes(20_000);

function entry(computedAt: number, value: Uint8Array = large): Uint8Array {
  const times = { computedAt, freshUntil: null, hardUntil: null };
  return encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value });
}

function over(above: Store, durable: Store) {
  const told: string[] = [];
  const layers = [{ store: above }, { store: durable }];
  const store = layeredStore({ layers, onError: ({ message }) => told.push(message), repairMilliseconds: 10 });
  return { above, durable, told, store };
}

/** Reads until the layer has it, too. */
async function untilFilled(store: Store, layer: Store, key: string) {
  while ((await layer.get(key)) === undefined) {
    await store.get(key);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

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

/** The promises about a layer beneath Redis that is read and that deletes, but takes nothing. */
function passesOver(open: () => Promise<{ durable: Store; refuse(): void; take(): void; close(): Promise<void> }>) {
  const withBoth = async (
    run: (parts: ReturnType<typeof over> & { refuse(): void; take(): void }) => Promise<void>,
  ) => {
    const { durable, refuse, take, close } = await open();
    const parts = over(await redisStore({ url: server.url, ...patient }), durable);
    try {
      await run({ ...parts, refuse, take });
    } finally {
      await parts.store.close();
      await close();
    }
  };

  it('the other layer has what is written, and is read', () =>
    withBoth(async ({ store, durable, told, refuse }) => {
      refuse();
      expect(await store.set('set', large)).toBe(true);
      expect(await store.fence.write('written', entry(1), { epoch: '' })).toBe(true);
      expect(told.length).toBe(2);
      expect(await store.get('set')).toEqual(large);
      expect(await store.get('written')).toEqual(Buffer.from(entry(1)));
      expect(await durable.get('set')).toBeUndefined();
      await expect(store.set('verified', large, { verify: true })).rejects.toThrow(/cannot write/);
    }));

  it('it has what it missed when it takes values again', () =>
    withBoth(async ({ store, durable, refuse, take }) => {
      refuse();
      for (const key of ['one', 'two', 'three']) await store.fence.write(key, entry(1), { epoch: '' });
      await store.set('expires', large, { ttlMilliseconds: 600_000 });
      take();
      for (const key of ['one', 'two', 'three', 'expires']) await untilFilled(store, durable, key);
      expect(await durable.ttlMilliseconds('expires')).toBeLessThanOrEqual(600_000);
      expect(await durable.ttlMilliseconds('one')).toBeNull();
    }));

  it('a value that was overwritten meanwhile is not read from it', () =>
    withBoth(async ({ store, durable, refuse }) => {
      await store.set('key', Buffer.from('old'));
      refuse();
      expect(await store.set('key', large)).toBe(true);
      expect(await durable.get('key')).toBeUndefined();
      await admin.flushall();
      expect(await store.get('key')).toBeUndefined();
    }));

  it('what is removed meanwhile is in no layer, and does not come back', () =>
    withBoth(async ({ store, above, durable, refuse, take }) => {
      await store.set('old', entry(1, Buffer.from('old')));
      const epoch = await store.fence.epoch('new');
      refuse();
      await store.fence.write('new', entry(2), { epoch });
      expect(await store.fence.remove('old')).toBe(true);
      expect(await store.fence.remove('new')).toBe(true);
      expect(await store.fence.write('new', entry(3), { epoch })).toBe(false);
      take();
      await store.fence.write('other', entry(3), { epoch: '' });
      for (const layer of [above, durable]) expect(await all(layer.keys(''))).toEqual(['other']);
    }));
}

describe('while the disk is full', () => {
  const disk = openSmallDisk();
  afterAll(() => disk.close());
  const free = () => disk.free([process.pid]);
  passesOver(async () => {
    const { folder } = disk;
    free();
    await rm(join(folder, 'results'), { recursive: true, force: true });
    const durable = await fileStore({ folder: join(folder, 'results') });
    // The folders of some keys are there.
    for (const key of ['set', 'written']) await durable.delete(key);
    return { durable, refuse: () => disk.fill([process.pid]), take: free, close: async () => free() };
  });
});

describe('while S3 refuses what is written', () => {
  let s3: S3Server;
  let proxy: Server;
  let isRefusing = false;
  beforeAll(async () => {
    s3 = await startS3('results');
    const port = Number(new URL(s3.endpoint).port);
    proxy = createServer((incoming, outgoing) => {
      if (isRefusing && incoming.method === 'PUT') {
        incoming.resume();
        outgoing.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>quota</Message></Error>');
        return;
      }
      const { method, url, headers } = incoming;
      const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
  });
  afterAll(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await s3.stop();
  });
  let prefix = 0;

  passesOver(async () => {
    isRefusing = false;
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const durable = s3Store({ bucket: 'results', prefix: `p${prefix++}`, endpoint, pathStyle: true, ...patient });
    const refuse = (refusing: boolean) => () => {
      isRefusing = refusing;
    };
    return { durable, refuse: refuse(true), take: refuse(false), close: async () => undefined };
  });
});

describe('while Redis is full and evicts nothing', () => {
  let small: PrivateRedis;
  let client: Redis;
  let folder: string;
  beforeAll(async () => {
    small = await startRedis({ config: { 'maxmemory-policy': 'noeviction' } });
    client = new Redis(small.url);
    folder = await mkdtemp(join(tmpdir(), 'catchment-full-redis-'));
  });
  afterAll(async () => {
    client.disconnect();
    await small.stop();
    await rm(folder, { recursive: true });
  });
  const fill = () => client.config('SET', 'maxmemory', '1');

  it('files take what is written and are read, removals reach both, and Redis has it when there is room', async () => {
    await client.flushall();
    const redis = await redisStore({ url: small.url, ...patient });
    const { store, above, durable, told } = over(redis, await fileStore({ folder }));
    await store.set('old', Buffer.from('old'));
    await store.fence.write('removed', entry(1), { epoch: '' });
    await fill();
    const epoch = await store.fence.epoch('entry');
    expect(await store.set('old', large)).toBe(true);
    expect(await store.fence.write('entry', entry(1), { epoch })).toBe(true);
    expect(told.every((message) => /OOM/.test(message))).toBe(true);
    expect(await above.get('old')).toBeUndefined();
    expect(await store.get('old')).toEqual(large);
    expect(await store.get('entry')).toEqual(Buffer.from(entry(1)));
    expect(await store.fence.remove('removed')).toBe(true);
    expect(await store.delete('old')).toBe(true);
    expect(await store.fence.move('entry')).not.toBe('');
    expect(await store.fence.write('entry', entry(2), { epoch: '' })).toBe(false);
    expect(await all(durable.keys(''))).toEqual(['entry']);
    await client.config('SET', 'maxmemory', '0');
    await untilFilled(store, above, 'entry');
    await store.close();
  });
});
