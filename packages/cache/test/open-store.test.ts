import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { openStore, storeUrls } from '../src/open-store.ts';
import { type S3Server, startS3 } from './s3-server.ts';
import { hour, patient } from './store-fixture.ts';

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
      const store = await openStore(url, { base, ...patient });
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
    const store = await openStore(gone.url, { base, ...patient, onError: (error) => errors.push(error) });
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
    ['memory:64k', '"memory"'],
    ['redis:', '"redis"'],
    ['redis://user:secret@[', '"redis"'],
    ['https://user:secret@example.org', '"https"'],
    ['memory:,https://user:secret@example.org', '"https"'],
    ['memory:,', '"memory"'],
  ])('refuses %j in one sentence, which tells no password', async (url, begins) => {
    await expect(openStore(url, { base })).rejects.toThrow(
      new RangeError(
        `a store's URL begins with ${begins}, expected redis://<host>, rediss://<host>, redis-cluster://<host>,<host>, redis-sentinel://<host>,<host>/<name>, s3://<bucket>, file:<folder> or memory:`,
      ),
    );
  });

  it('refuses the URL of a cluster without nodes, before anything is opened', async () => {
    await expect(openStore('file:unopened,redis-cluster://:secret@', { base })).rejects.toThrow(
      /^the URL of a Redis Cluster names no nodes, expected redis-cluster:\/\/\[/,
    );
    expect(await readdir(base)).not.toContain('unopened');
  });

  it('refuses a file URL of another host', async () => {
    await expect(openStore('file://host/results', { base })).rejects.toMatchObject({
      name: 'RangeError',
      message: '"file://host/results" names no folder, expected file:./results or file:///var/results',
    });
  });

  it('takes the size of a memory store from its URL', async () => {
    const store = await openStore('memory:50', { base, maxBytes: 5000 });
    await store.set('a', new Uint8Array(48));
    await store.set('b', new Uint8Array(49));
    expect([(await store.get('a'))?.length, await store.get('b')]).toEqual([48, undefined]);
  });
});

describe('openStore of an S3 URL', () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3('results');
  });
  afterAll(() => s3.stop());

  it('opens S3, and loads its client for nobody else', async () => {
    const urls = ['memory:', `s3://results/a?pathStyle=true&endpoint=${s3.endpoint}`];
    const program = `
      import { _cache } from 'node:module';
      import { openStore } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
      for (const url of ${JSON.stringify(urls)}) {
        const store = await openStore(url, { base: '.', timeoutMilliseconds: ${hour} });
        await store.set('key', Uint8Array.of(1));
        console.log((await store.get('key')).length, Object.keys(_cache).some((name) => name.includes('client-s3')));
        await store.close();
      }`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env },
    });
    expect(stdout).toBe('1 false\n1 true\n');
  });
});

describe('openStore of several URLs', () => {
  it('makes layers of them, the durable one last', async () => {
    const store = await openStore(`${server.url}/2 , file:layered,with comma`, { base, ...patient });
    await store.set('key', Uint8Array.of(1));
    const [redis, files] = [
      await openStore(`${server.url}/2`, { base, ...patient }),
      await openStore('file:layered,with comma', { base }),
    ];
    for (const layer of [redis, files]) expect([...((await layer.get('key')) ?? [])]).toEqual([1]);
    expect(store.fence.reach).toBe('cluster');
    await redis.delete('key');
    expect([...((await store.get('key')) ?? [])]).toEqual([1]);
    expect([...((await redis.get('key')) ?? [])]).toEqual([1]);
    for (const opened of [store, redis, files]) await opened.close();
  });

  it('keeps what is in memory in front for a second, or as long as it is told', async () => {
    let now = 0;
    for (const [memoryMilliseconds, expected] of [
      [undefined, 1000],
      [20, 20],
    ] as const) {
      const options = { base, clock: () => now, ...(memoryMilliseconds ? { memoryMilliseconds } : {}) };
      const [mine, other] = [await openStore('memory:,file:front', options), await openStore('file:front', options)];
      await mine.set('key', Uint8Array.of(1));
      await other.delete('key');
      now += expected;
      expect(await mine.get('key')).toBeDefined();
      now += 1;
      expect(await mine.get('key')).toBeUndefined();
      await mine.close();
    }
  });

  it('goes on without one that is away, and says so', async () => {
    const errors: Error[] = [];
    const gone = await startRedis();
    await gone.kill();
    const options = { base, ...patient, onError: (error: Error) => errors.push(error) };
    const store = await openStore(`${gone.url},file:alone`, options);
    await store.set('key', Uint8Array.of(1));
    expect([...((await store.get('key')) ?? [])]).toEqual([1]);
    expect(await store.get('other')).toBeUndefined();
    expect(errors.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ECONNREFUSED/),
        `Redis at 127.0.0.1:${gone.port} did not carry out SET: not connected`,
        `Redis at 127.0.0.1:${gone.port} did not carry out GET: not connected`,
      ]),
    );
    await store.close();
  });

  it('refuses memory anywhere but in front, before anything is opened', async () => {
    for (const url of ['file:unopened,memory:', 'memory:,file:unopened,memory:', 'memory:,memory:64']) {
      await expect(openStore(url, { base })).rejects.toThrow(
        new RangeError('of several stores one behind the first is memory:, expected it first, in front of the others'),
      );
    }
    await expect(openStore('file:unopened,ftp://host', { base })).rejects.toThrow('"ftp"');
    expect(await readdir(base)).not.toContain('unopened');
  });

  it('closes what it has opened when one cannot be', async () => {
    await writeFile(join(base, 'no folder'), 'a file');
    const admin = new Redis(server.url);
    const connected = async () => String(await admin.client('LIST')).includes(' db=3 ');
    const store = await openStore(`${server.url}/3`, { base, ...patient });
    expect(await connected()).toBe(true);
    await store.close();
    await expect(openStore(`${server.url}/3,file:no folder`, { base, ...patient })).rejects.toThrow(
      /cannot be opened: ENOTDIR/,
    );
    expect(await connected()).toBe(false);
    admin.disconnect();
  });

  it('takes a comma that no scheme follows for a part of the URL before it', () => {
    expect(storeUrls('memory:,redis-cluster://a:1,b:2,[::1]:3 ,\ts3://x/y,z,file:./a,b,rediss://h')).toEqual([
      'memory:',
      'redis-cluster://a:1,b:2,[::1]:3',
      's3://x/y,z',
      'file:./a,b',
      'rediss://h',
    ]);
  });
});
