import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  connectRedis,
  decodeEntry,
  fingerprint,
  openStore,
  redisStore,
  removeResults,
  resultCache,
  resultKey,
  type Store,
} from '@cellshed/cache';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { startRedisCluster } from '../packages/cache/test/redis-cluster-server.ts';
import { startS3 } from '../packages/cache/test/s3-server.ts';
import type { Findings, Table, Value } from './findings.ts';

/**
 * Measures the cost of stores and envelopes, and how removing from among a million entries slows
 * others that use the same Redis.
 */
export async function benchCache(): Promise<Findings> {
  const measured = await stores();
  const inRedis = measured.rows.find(([name]) => name === 'Redis') as [string, number, number, number, number, number];
  return {
    tables: [measured, await envelope(), await invalidation()],
    figures: { redisBytesBesideValue: inRedis[5] - inRedis[1], redisWritesPerSecond: inRedis[2] },
  };
}

/** A result document of about so many bytes, as a grouped count has it. */
function resultOf(bytes: number, seed: number): Buffer {
  const groups = Array.from({ length: Math.round(bytes / 33) }, (_, n) => ({
    values: [11 + (n % 90), n % 5],
    cells: (seed * 7919 + n * 104_729) % 1_000_003,
  }));
  return Buffer.from(JSON.stringify({ operation: 'landcover_soil', area: `huc12/${seed}`, groups }));
}

const keyOf = (n: number, operation = 'landcover_soil') =>
  resultKey({
    area: { table: 'huc12', id: String(n).padStart(12, '0') },
    operation,
    fingerprint: fingerprint({ operation }),
  });

const own = { startedAt: 0, costMs: 12 };

async function stores(): Promise<Table> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const [server, above] = [await startRedis(), await startRedis()];
  const [cluster, s3] = [await startRedisCluster(), await startS3('results')];
  const admin = new Redis(server.url);
  const kinds: [name: string, url: string, entries: number, bytesOf: () => Promise<number>][] = [
    ['memory', 'memory:', 20_000, async () => Number.NaN],
    ['Redis', server.url, 20_000, async () => await usedMemory(admin)],
    ['files', `file:${folder}/files`, 5_000, async () => await folderBytes(`${folder}/files`)],
    ['Redis Cluster of three', cluster.url, 20_000, async () => Number.NaN],
    ['S3 (s3rver)', `s3://results/bench?endpoint=${s3.endpoint}&pathStyle=true`, 300, async () => Number.NaN],
    ['Redis over files', `${above.url},file:${folder}/under`, 5_000, async () => await folderBytes(`${folder}/under`)],
  ];
  const rows: Value[][] = [];
  try {
    for (const size of [1_000, 10_000, 100_000]) {
      for (const [name, url, most, bytesOf] of kinds) {
        const store = await openStore(url, { base: folder, maxBytes: 4e9 });
        rows.push(await measureStore(name, store, { size, entries: Math.min(most, 2e8 / size), bytesOf }));
        for await (const key of store.keys('')) await store.delete(key);
        await store.close();
      }
    }
  } finally {
    admin.disconnect();
    await Promise.all([server, above, cluster, s3].map((one) => one.stop()));
    await rm(folder, { recursive: true });
  }
  const rates = ['writes/s, 50 at once', 'reads/s, 50 at once', 'reads/s, one by one'];
  return { title: 'Stores', columns: ['', 'bytes of the value', ...rates, 'bytes of an entry'], rows };
}

async function measureStore(
  name: string,
  store: Store,
  { size, entries, bytesOf }: { size: number; entries: number; bytesOf: () => Promise<number> },
): Promise<Value[]> {
  const cache = resultCache({ store, schemaVersion: 1 });
  const values = Array.from({ length: 64 }, (_, n) => resultOf(size, n));
  const before = await bytesOf();
  const writes = await atOnce(50, entries, (n) => cache.write(keyOf(n), values[n % 64] as Buffer, own));
  const each = (await bytesOf()) - before;
  const reads = await atOnce(50, entries, async (n) => {
    if (!(await cache.read(keyOf(n)))) throw new Error(`${name} lost an entry`);
  });
  const alone = await atOnce(1, Math.min(entries, 2000), (n) => cache.read(keyOf(n)));
  const bytes = Number.isNaN(each) ? undefined : Math.round(each / entries);
  return [name, values[0]?.length, writes, reads, alone, bytes];
}

/** Calls per second. */
async function atOnce(many: number, calls: number, call: (n: number) => Promise<unknown>): Promise<number> {
  const before = performance.now();
  let next = 0;
  const work = async () => {
    while (next < calls) await call(next++);
  };
  await Promise.all(Array.from({ length: many }, work));
  return (1000 * calls) / (performance.now() - before);
}

async function usedMemory(admin: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const file of names) {
    // The file takes whole blocks of the disk.
    if (file.isFile()) bytes += 512 * (await stat(join(file.parentPath, file.name))).blocks;
  }
  return bytes;
}

/** A 10 kB value: read as an entry, beside a raw GET of as many bytes, by turns. */
async function envelope(): Promise<Table> {
  const server = await startRedis();
  // One connection for both: on one machine two may differ by more than what is measured.
  const client = await connectRedis({ url: server.url });
  const store = await redisStore({ client });
  const cache = resultCache({ store, schemaVersion: 1 });
  const value = resultOf(10_000, 1);
  const key = keyOf(1);
  await cache.write(key, value, own);
  await client.set('raw', value);
  const bytes = (await client.getBuffer(key)) as Buffer;
  const rounds: [raw: number, read: number][] = [];
  for (let round = 0; round < 220; round++) {
    const raw = await atOnce(1, 200, () => client.getBuffer('raw'));
    const read = await atOnce(1, 200, () => cache.read(key));
    if (round >= 20) rounds.push([1e6 / raw, 1e6 / read]);
  }
  const decode = 1e6 / (await atOnce(1, 100_000, async () => decodeEntry(bytes)));
  // The least of many turns: what is over it is what else the machine was doing.
  const [raw, read] = [Math.min(...rounds.map(([one]) => one)), Math.min(...rounds.map(([, one]) => one))];
  await store.close();
  client.disconnect();
  await server.stop();
  return {
    title: `Reading ${value.length.toLocaleString('en')} bytes from Redis`,
    columns: ['', 'microseconds', '% of a raw GET'],
    rows: [
      ['raw GET', raw, 100],
      ['decoding an entry', decode, (100 * decode) / raw],
      ['reading an entry', read, (100 * read) / raw],
    ],
    notes: ['Each figure is the least of 200 turns of 200 reads.'],
  };
}

/**
 * A million entries of ten operations; two of them use the raster that is invalidated. Others ping
 * meanwhile.
 */
async function invalidation(): Promise<Table> {
  const entries = 1_000_000;
  const server = await startRedis({ config: { 'slowlog-log-slower-than': '1000', 'slowlog-max-len': '10000' } });
  const admin = new Redis(server.url);
  const operations = Array.from({ length: 10 }, (_, n) => `operation_${n}`);
  await fill(admin, operations, entries);
  await admin.slowlog('RESET');
  const store = await openStore(server.url, { base: '.', timeoutMilliseconds: 10_000 });
  const other = new Redis(server.url);
  const pings: number[] = [];
  let over = false;
  const pinging = (async () => {
    while (!over) {
      const before = performance.now();
      await other.ping();
      pings.push(performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  const before = performance.now();
  const { looked, removed } = await removeResults(store, { operations: operations.slice(0, 2) });
  const seconds = (performance.now() - before) / 1000;
  over = true;
  await pinging;
  const slow = (await admin.slowlog('GET', 10_000)) as [number, number, number, string[]][];
  const slowest = Math.max(0, ...slow.map(([, , microseconds]) => microseconds / 1000));
  const sorted = pings.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const left = await admin.dbsize();
  other.disconnect();
  admin.disconnect();
  await store.close();
  await server.stop();
  return {
    title: 'Removing the results of a raster while others ping the same Redis',
    columns: [
      'entries',
      'removed',
      'left',
      'seconds',
      'longest command, ms',
      'PING p50 ms',
      'PING p99 ms',
      'longest PING ms',
    ],
    rows: [[looked, removed, left, seconds, slowest, at(0.5), at(0.99), at(1)]],
  };
}

async function fill(admin: Redis, operations: readonly string[], entries: number): Promise<void> {
  const value = Buffer.alloc(300, 1);
  for (let at = 0; at < entries; at += 10_000) {
    const pipeline = admin.pipeline();
    for (let n = at; n < at + 10_000; n++)
      pipeline.set(keyOf(Math.floor(n / operations.length), operations[n % operations.length]), value);
    await pipeline.exec();
  }
}
