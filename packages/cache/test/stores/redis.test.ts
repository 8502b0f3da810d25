import { createServer, type Socket } from 'node:net';
import { openProxy, type PrivateRedis, startRedis } from '@cellshed/local-services';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { connectRedis, redisStore } from '../../src/stores/redis.ts';
import { StoreError } from '../../src/stores/store.ts';
import { freeTime, ownTime, stopTime, whileTimePasses } from '../passing-time.ts';
import { all, hour, patient } from '../store-fixture.ts';
import { storeSuite } from './store-suite.ts';

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

storeSuite('Redis', {
  open: async () => {
    await admin.flushall();
    return redisStore({ url: server.url, ...patient });
  },
  // Redis has no fake clock, so its values are made older instead.
  letPass: async (milliseconds) => {
    for (const name of await admin.keys('*')) {
      const left = await admin.pttl(name);
      if (left >= 0) await admin.pexpire(name, left - milliseconds);
    }
  },
});

describe('the names of the Redis store', () => {
  beforeEach(() => admin.flushall());

  it('are the keys themselves, so that an operator finds them', async () => {
    const store = await redisStore({ client: admin });
    await store.set('geop:huc12:020402031008:nlcd_soil:0f', Uint8Array.of(1));
    await store.set('a{b}~c', Uint8Array.of(1));
    expect((await admin.keys('*')).sort()).toEqual(['a~7Bb~7D~7Ec', 'geop:huc12:020402031008:nlcd_soil:0f']);
  });

  it('leave room for names of other things, which are not listed', async () => {
    const store = await redisStore({ client: admin });
    await store.set('geop:a', Uint8Array.of(1));
    await admin.set('{geop:a}:lease', 'somebody');
    await admin.set('{geop:a}:epoch', '3');
    await admin.hset('geop:hash', 'field', 'value');
    expect(await all(store.keys(''))).toEqual(['geop:a']);
  });

  it('share their slot of a cluster with those of their leases and epochs', async () => {
    const store = await redisStore({ client: admin });
    const key = fc.string({ unit: fc.constantFrom('a', ':', '{', '}', '~', '%', 'é'), minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(key, async (text) => {
        await admin.flushall();
        await store.set(text, Uint8Array.of(1));
        const name = await admin.randomkey();
        await store.fence.take(text, { name: 'refresh', holder: 'me', milliseconds: hour });
        await store.fence.move(text);
        const slots = (await admin.keys('*')).map(slotOf);
        expect([slots.length, new Set(slots).size]).toEqual([3, 1]);
        expect(await admin.keys('*')).toEqual(expect.arrayContaining([`{${name}}:lease:refresh`, `{${name}}:epoch`]));
      }),
    );
  });

  it('are found by a server that has forgotten the scripts', async () => {
    const store = await redisStore({ client: admin });
    const take = () => store.fence.take('key', { name: 'refresh', holder: 'me', milliseconds: hour });
    await admin.script('FLUSH');
    expect(await take()).toBe(true);
    await admin.config('RESETSTAT');
    expect(await take()).toBe(true);
    // From the second time on it is not sent again.
    const calls = await admin.info('commandstats');
    expect([/cmdstat_evalsha:calls=1,/.test(calls), /cmdstat_eval:/.test(calls)]).toEqual([true, false]);
  });

  it('gives a client that it was handed back open', async () => {
    const store = await redisStore({ client: admin });
    await store.close();
    expect(await admin.ping()).toBe('PONG');
  });
});

describe('a Redis that is away', () => {
  afterEach(freeTime);

  it('is no reason not to start; then it is said at once, without the password, and found again when it is back', async () => {
    const gone = await startRedis();
    await gone.kill();
    const errors: Error[] = [];
    const url = `redis://:secret@127.0.0.1:${gone.port}`;
    const client = await connectRedis({ url, ...patient, onError: (error) => errors.push(error) });
    const store = await redisStore({ client });
    const failure = store.get('a');
    await expect(failure).rejects.toThrow(StoreError);
    await expect(failure).rejects.toThrow(`Redis at 127.0.0.1:${gone.port} did not carry out GET: not connected`);
    await expect(all(store.keys(''))).rejects.toThrow(/SCAN: not connected/);
    expect(errors.join()).toMatch(/ECONNREFUSED/);

    const ready = new Promise((resolve) => client.once('ready', resolve));
    const back = await startRedis({ port: gone.port });
    await ready;
    await store.set('a', Uint8Array.of(1));
    expect(await store.get('a')).toEqual(Buffer.of(1));

    const closed = new Promise((resolve) => client.once('close', resolve));
    await back.kill();
    await closed;
    await expect(store.get('a')).rejects.toThrow(/GET: not connected/);
    client.disconnect();
  });

  it('does not hold up those who asked when it went silent', async () => {
    const silent = await startRedis();
    const stopper = new Redis(silent.url);
    await stopper.set('a', 'value');
    stopTime();
    const store = await redisStore({ url: silent.url, timeoutMilliseconds: ownTime() });
    expect(await store.get('a')).toEqual(Buffer.from('value'));
    await stopper.client('PAUSE', 600_000, 'ALL');
    expect(await whileTimePasses(messageOf(store.get('a')))).toMatch(/did not carry out GET: Command timed out/);
    freeTime();
    stopper.disconnect();
    await silent.kill();
    await store.close();
  });

  it('is said in the same words while the client has not noticed yet that its socket ended', async () => {
    const client = await connectRedis({ url: server.url, ...patient });
    const store = await redisStore({ client });
    client.stream.end();
    expect(client.status).toBe('ready');
    await expect(store.get('a')).rejects.toThrow(/did not carry out GET: not connected$/);
    client.disconnect();
  });

  it('is said at once to those who were waiting for an answer', async () => {
    const doomed = await startRedis();
    const client = await connectRedis({ url: doomed.url, ...patient });
    const store = await redisStore({ client });
    const stopper = new Redis(doomed.url);
    await stopper.client('PAUSE', 600_000, 'ALL');
    const waiting = messageOf(store.get('a'));
    const closed = new Promise((resolve) => client.once('close', resolve));
    stopper.disconnect();
    await doomed.kill();
    await closed;
    expect(await atOnce(waiting)).toMatch(/did not carry out GET: not connected/);
    client.disconnect();
  });

  it('does not hold up the start when it accepts and says nothing', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const store = await redisStore({ url: `redis://127.0.0.1:${port}`, timeoutMilliseconds: 50 });
    expect(await atOnce(messageOf(store.get('a')))).toMatch(/not connected/);
    await store.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  it('says why when it refuses', async () => {
    const full = await startRedis({ config: { maxmemory: '1mb', 'maxmemory-policy': 'noeviction' } });
    const store = await redisStore({ url: full.url, ...patient });
    await expect(
      store.set('a', new Uint8Array(5_000_000)).then(() => store.set('b', Uint8Array.of(1))),
    ).rejects.toThrow(/did not carry out SET: OOM/);
    await store.close();
    await full.stop();
  });
});

async function messageOf(failing: Promise<unknown>): Promise<string> {
  return failing.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );
}

/** The value of the promise, if it has one without waiting for a timer or the network. */
async function atOnce(promise: Promise<string>): Promise<string> {
  return Promise.race([promise, new Promise<string>((resolve) => setImmediate(() => resolve('it was waiting')))]);
}

/**
 * Redis Cluster's own rule: CRC-16 (XMODEM) of what is in the first braces, or of the whole name,
 * modulo 16,384.
 */
function slotOf(name: string): number {
  const tag = /\{([^}]+)\}/.exec(name)?.[1] ?? name;
  const first = name.indexOf('{');
  const end = name.indexOf('}', first + 1);
  expect(first === -1 || tag === name.slice(first + 1, end)).toBe(true);
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % 16384;
}

describe('a Redis whose connection is lost', () => {
  /** Lets sockets be heard. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is told of once, however many commands fail, and once when it is back', async () => {
    await using proxy = await openProxy(server.port);
    const told: string[] = [];
    const store = await redisStore({
      url: `redis://127.0.0.1:${proxy.port}`,
      timeoutMilliseconds: 300,
      onError: (error) => told.push(error.message),
      onBack: () => told.push('back'),
    });
    await store.set('key', Uint8Array.of(1));
    for (const round of [1, 2]) {
      proxy.silence({ newOnes: true });
      let failures = 0;
      while (failures < 10 || told.length < 2 * round - 1) {
        await store.get('key').catch(() => {
          failures += 1;
        });
        await turn();
      }
      proxy.heal();
      proxy.cut();
      while (told.length < 2 * round) await turn();
    }
    expect(told).toEqual([
      expect.stringMatching(/^Socket timeout/),
      'back',
      expect.stringMatching(/^Socket timeout/),
      'back',
    ]);
    await store.close();
  });

  it('is looked for again when it has become a replica', async () => {
    const [old, next] = await Promise.all([startRedis(), startRedis()]);
    await using proxy = await openProxy(old.port);
    const store = await redisStore({ url: `redis://127.0.0.1:${proxy.port}`, ...patient });
    await store.set('key', Uint8Array.of(1));
    const control = new Redis(old.url);
    await control.replicaof('127.0.0.1', next.port);
    await expect(store.set('key', Uint8Array.of(2))).rejects.toThrow(/READONLY/);
    proxy.lead(next.port);
    const written = () => store.set('key', Uint8Array.of(3)).catch(() => false);
    while (!(await written())) await turn();
    expect(await store.get('key')).toEqual(Buffer.of(3));
    control.disconnect();
    await store.close();
    await Promise.all([old.stop(), next.stop()]);
  });
});
