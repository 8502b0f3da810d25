import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeEntry, fileStore, parseResultKey, type ResultKeyParts, resultKey } from '@cellshed/cache';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import {
  catchmentCommand,
  gatewayReady,
  runCatchment,
  spawnCatchment,
  startCatchment,
  workerReady,
} from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-invalidate-'));
const file = (name: string) => join(folder, name);
const many = 60_000;
let cache: PrivateRedis;
let admin: Redis;
let env: NodeJS.ProcessEnv;

const square = boxRing(-96, 36.4, -95.9, 36.45);

beforeAll(async () => {
  for (const [name, value] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    writeConstantRaster(file(`${name}.tif`), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value });
  }
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: { type: 'Polygon', coordinates: [square] } };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { a: { url: a.tif }, b: { url: b.tif, aliases: [b-2019] } }\n' +
      'operations:\n  a: { type: groupedCount, rasters: [a] }\n  ab: { type: groupedCount, rasters: [a, b] }\n' +
      'areas:\n  huc12: { source: huc.geojson, id: huc }\n  huc8: { source: huc.geojson, id: huc }\n',
  );
  cache = await startRedis();
  admin = new Redis(cache.url);
  env = { CACHE_URL: cache.url, CATCHMENT_CATALOG: file('catalog.yaml') };
});

afterAll(async () => {
  admin.disconnect();
  await cache.stop();
  rmSync(folder, { recursive: true });
});

const value = Buffer.from('{"cells":1}');
const entry = Buffer.from(
  encodeEntry({
    ...{ value, computedAt: Date.parse('2026-11-21T12:00Z'), costMs: 1234, schemaVersion: 1 },
    ...{ freshUntil: null, hardUntil: null },
  }),
);

/**
 * The nth of a mixture: tables, drawn areas, operations of the catalog and one that has left it;
 * ids with awkward characters.
 */
function partsOf(n: number): ResultKeyParts {
  const id = n % 1000 === 0 ? `a%é:🏞️ ${n}` : String(n).padStart(12, '0');
  const table = n % 7 === 0 ? 'huc8' : n % 501 === 0 ? 'drawn' : 'huc12';
  return {
    area: n % 11 === 0 ? { drawn: `d${n}` } : { table, id },
    operation: ['a', 'ab', 'gone'][n % 3] as string,
    fingerprint: '0123456789abcdef0123456789abcdef',
  };
}

async function fill(count: number, parts: (n: number) => ResultKeyParts): Promise<Set<string>> {
  await admin.flushall();
  const keys = new Set<string>();
  for (let from = 0; from < count; from += 10_000) {
    const pipeline = admin.pipeline();
    for (let n = from; n < Math.min(count, from + 10_000); n += 1) {
      const key = resultKey(parts(n));
      keys.add(key);
      pipeline.set(key, entry);
    }
    await pipeline.exec();
  }
  return keys;
}

async function names(): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const page of admin.scanStream({ count: 10_000 })) for (const name of page as string[]) found.add(name);
  return found;
}

/** A command of which the test reads the bytes itself. */
function piped(args: readonly string[]) {
  const [program = '', ...rest] = catchmentCommand(args);
  const complete = { ...process.env, NODE_OPTIONS: '', ...env };
  return spawn(program, rest, { env: complete, stdio: ['ignore', 'pipe', 'inherit'] });
}

const json = (out: string) => JSON.parse(out) as Readonly<Record<string, unknown>>;

/** A Redis whose table of keys is just shrinking may list some twice. */
function expectAbout(given: unknown, count: number): void {
  expect(given).toBeGreaterThanOrEqual(count);
  expect(given).toBeLessThan(1.02 * count + 1);
}

describe('among 60,000 results and things of others', () => {
  const others = ['job:1', 'geop:huc12:1:a', 'geop:huc12:a%:a:0f', '{geop:huc12:1:a:0f}:epoch', 'geopher', 'huc12'];
  const noString = 'geop:huc12:hash:a:0f';
  let all: Set<string>;
  beforeAll(async () => {
    all = await fill(many, partsOf);
    for (const name of others) await admin.set(name, entry);
    await admin.hset(noString, 'field', 'value');
    for (const name of [...others, noString]) all.add(name);
  });

  it('a dry run of everything changes nothing', async () => {
    const { code, out, err } = await runCatchment(['invalidate', '--all', '--dry-run'], env);
    expect([code, err]).toEqual([0, '']);
    const [, matched, looked] =
      /^([\d,]+) results would be removed \(dry run: none was\)\n([\d,]+) keys looked at in .*, in redis:/.exec(out) ??
      [];
    expectAbout(Number(matched?.replace(',', '')), many);
    expectAbout(Number(looked?.replace(',', '')), many + 2);
    expect(await admin.dbsize()).toBe(all.size);
  });

  type Case = readonly [args: string, fits: (parts: ResultKeyParts) => boolean];
  const inTable = ({ area }: ResultKeyParts, table: string) => 'table' in area && area.table === table;
  const cases: Case[] = [
    [
      '--area huc12/000000000001 --area drawn/d22 --operation ab',
      (parts) =>
        parts.operation === 'ab' &&
        (JSON.stringify(parts.area).includes('"000000000001"') || JSON.stringify(parts.area).includes('"d22"')),
    ],
    ['--raster b --table huc8', (parts) => parts.operation === 'ab' && inTable(parts, 'huc8')],
    ['--table drawn --any-name', (parts) => inTable(parts, 'drawn')],
    ['--drawn --operation a', (parts) => 'drawn' in parts.area && parts.operation === 'a'],
    ['--operation gone', (parts) => parts.operation === 'gone'],
    [
      '--raster b-2019 --raster a --table huc12',
      (parts) => ['a', 'ab'].includes(parts.operation) && inTable(parts, 'huc12'),
    ],
  ];
  const fitting = (fits: Case[1]) =>
    [...all].filter((key) => {
      const parts = parseResultKey(key);
      return parts && key !== noString && fits(parts);
    });

  it.each(cases)('%s removes exactly what fits', async (args, fits) => {
    const going = fitting(fits);
    expect(going.length).toBeGreaterThan(0);
    const dry = await runCatchment(['invalidate', ...args.split(' '), '--dry-run', '--json'], env);
    expect(json(dry.out)).toMatchObject({ removed: 0, dryRun: true });
    expectAbout(json(dry.out).matched, going.length);
    expect(await admin.dbsize()).toBe(all.size);

    const done = await runCatchment(['invalidate', ...args.split(' '), '--json'], env);
    expect([done.code, json(done.out)]).toMatchObject([0, { removed: going.length, dryRun: false }]);
    for (const key of going) all.delete(key);
    expect(await names()).toEqual(all);
  });

  it('all can be removed while others write', async () => {
    const going = fitting(() => true);
    expect(going.length).toBeGreaterThan(4000);
    const written: string[] = [];
    const running = runCatchment(['invalidate', '--all', '--json'], env);
    let writing = true;
    const ended = running.finally(() => {
      writing = false;
    });
    while (writing) {
      written.push(`written:${written.length}`);
      await admin.set(written.at(-1) as string, 'by others');
    }
    expect(json((await ended).out)).toMatchObject({ removed: going.length });
    for (const key of going) all.delete(key);
    for (const name of written) all.add(name);
    expect(await names()).toEqual(all);
  });
});

/** The command that removes all, stopped where it stood on its way. */
async function caughtRemoving() {
  for (;;) {
    await fill(50_000, partsOf);
    const removing = spawnCatchment(['invalidate', '--all'], env);
    await until(async () => (await admin.dbsize()) <= 49_000);
    process.kill(removing.pid, 'SIGSTOP');
    if ((await admin.dbsize()) > 0) return removing;
    // This test was too slow for it.
    process.kill(removing.pid, 'SIGCONT');
    await removing.ended;
  }
}

it('a connection lost half-way is said with how many were removed, and the same command goes on', async () => {
  const removing = await caughtRemoving();
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  process.kill(removing.pid, 'SIGCONT');
  const { code, out, err } = await removing.ended;
  expect([code, out]).toEqual([1, '']);
  const removed =
    /^catchment: Redis at \S+ did not carry out \w+: .*; ([\d,]+) results had been removed before, and the same command goes on with the rest\n$/.exec(
      err,
    )?.[1];
  const left = await admin.dbsize();
  const gone = 50_000 - left;
  // The answers to a step that was under way are lost.
  expect(gone - Number(removed?.replace(/,/g, ''))).toBeLessThanOrEqual(500);
  expect(gone).toBeGreaterThanOrEqual(Number(removed?.replace(/,/g, '')));
  const again = await runCatchment(['invalidate', '--all', '--json'], env);
  expect([again.code, json(again.out).removed]).toEqual([0, left]);
  expect(await admin.dbsize()).toBe(0);
});

it('ten times as many results take no more memory', async () => {
  const long = (n: number): ResultKeyParts => ({
    ...partsOf(1),
    area: { table: 'huc12', id: `${n}`.padStart(900, 'x') },
  });
  // The maxRSS that Linux gives begins with that of the process that started it.
  const report = `process.on('exit', () => console.error(process.platform === 'linux'
    ? /VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status'))[1]
    : process.resourceUsage().maxRSS))`;
  writeFileSync(file('peak.cjs'), report);
  const peaks: number[] = [];
  for (const count of [5000, 50_000]) {
    await fill(count, long);
    for (const args of [
      ['cache', 'stats'],
      ['invalidate', '--all'],
    ]) {
      const { code, err } = await runCatchment(args, {
        ...env,
        NODE_OPTIONS: `--max-semi-space-size=2 --max-old-space-size=80 --require=${file('peak.cjs')}`,
      });
      expect([code, err]).toEqual([0, expect.stringMatching(/^\d+\n$/)]);
      peaks.push(Number(err) / 1024);
    }
  }
  const [statsOfFew = 0, removalOfFew = 0, statsOfMany = 0, removalOfMany = 0] = peaks;
  // Forty-five thousand more keys of 950 bytes are 41 MiB, as text alone.
  expect(statsOfMany - statsOfFew).toBeLessThan(30);
  expect(removalOfMany - removalOfFew).toBeLessThan(30);
});

describe('looking into the cache', () => {
  const key = resultKey(partsOf(1));
  beforeAll(() => fill(600, partsOf));

  it('stats counts by table and operation', async () => {
    const { code, out, err } = await runCatchment(['cache', 'stats'], env);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^table +operation +results +size +oldest +newest\ndrawn +/);
    expect(out).toMatch(/\nhuc12 +gone +[\d,]+ +[\d.]+ kB +2026-11-21 +2026-11-21\n/);
    expect(out).toMatch(/\nall +600 +6\.6 kB +2026-11-21 +2026-11-21\n/);
    expect(out).toMatch(
      /\nredis:\/\/\S+ uses [\d.]+ MB, no limit; noeviction\nsince it started: 0 evicted, .* reads hit/,
    );
    const { groups } = json((await runCatchment(['cache', 'stats', '--json', '--drawn'], env)).out);
    expect(groups).toMatchObject(['a', 'ab', 'gone'].map((operation) => ({ table: null, operation, stale: 0 })));
  });

  it('ls lists the selected, a line each, and ends when nobody reads on', async () => {
    const { code, out } = await runCatchment(['cache', 'ls', '--limit', '5', '--table', 'huc12'], env);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect([code, head]).toEqual([0, '   size  computed (UTC)        cost  expires (UTC)     key']);
    expect(lines).toHaveLength(5);
    for (const line of lines)
      expect(line).toMatch(/^ {3}11 B {2}2026-11-21 12:00 {6}1\.2s {2}never {13}geop:huc12:\d+:\w+:\w+$/);
    const all = (await runCatchment(['cache', 'ls', '--json'], env)).out.trimEnd().split('\n').map(json);
    expect(new Set(all.map((one) => one.key))).toEqual(await names());

    const child = piped(['cache', 'ls', '--json']);
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('get prints the bytes of a value as they are, or its header', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, ...Buffer.from('no JSON')]);
    await admin.set(
      'geop:huc12:x:a:0f',
      Buffer.from(
        encodeEntry({ value: bytes, computedAt: 0, costMs: 0, schemaVersion: 9, freshUntil: 1, hardUntil: 1 }),
      ),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of piped(['cache', 'get', 'geop:huc12:x:a:0f']).stdout) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(bytes);
    const header = await runCatchment(['cache', 'get', 'geop:huc12:x:a:0f', '--header'], env);
    expect(json(header.out)).toMatchObject({ schemaVersion: 9, hardUntil: '1970-01-01T00:00:00.001Z', valueBytes: 11 });
    const whole = await runCatchment(['cache', 'get', key, '--json'], env);
    expect(json(whole.out)).toMatchObject({ key, header: { costMs: 1234 }, value: { cells: 1 } });
  });

  it('get of a long value is not cut', async () => {
    const long = Buffer.alloc(5_000_000, 'x');
    await admin.set(
      'geop:huc12:long:a:0f',
      Buffer.from(
        encodeEntry({ value: long, computedAt: 0, costMs: 0, schemaVersion: 1, freshUntil: null, hardUntil: null }),
      ),
    );
    expect((await runCatchment(['cache', 'get', 'geop:huc12:long:a:0f'], env)).out.length).toBe(5_000_000);
  });

  it('a file: cache is found from the folder of the catalog', async () => {
    mkdirSync(file('results'));
    const store = await fileStore({ folder: file('results') });
    await store.set(key, entry);
    const inFiles = { ...env, CACHE_URL: 'file:./results' };
    expect(json((await runCatchment(['cache', 'stats', '--json'], inFiles)).out)).toMatchObject({
      total: { entries: 1 },
    });
    expect((await runCatchment(['invalidate', '--all'], inFiles)).out).toMatch(
      /^1 result removed\n1 key looked at in .*, in file:/,
    );
    expect(await store.get(key)).toBeUndefined();
  });
});

describe('a cache of several stores', () => {
  const well = partsOf(1);
  const drawn = partsOf(11);
  const total = async (settings: NodeJS.ProcessEnv) =>
    (json((await runCatchment(['cache', 'stats', '--json'], settings)).out).total as { entries: number }).entries;
  const removed = async (args: readonly string[], settings: NodeJS.ProcessEnv) =>
    json((await runCatchment(['invalidate', ...args, '--json'], settings)).out).removed;
  beforeEach(async () => {
    await admin.flushall();
  });

  it('is emptied where drawn areas have a store of their own', async () => {
    const apart = await fileStore({ folder: file('drawn') });
    await admin.set(resultKey(well), entry);
    await apart.set(resultKey(drawn), entry);
    const settings = { ...env, DRAWN_CACHE_URL: 'file:./drawn' };
    expect(await total(settings)).toBe(2);
    expect(await removed(['--drawn'], settings)).toBe(1);
    expect(await apart.get(resultKey(drawn))).toBeUndefined();
    await apart.set(resultKey(drawn), entry);
    expect(await removed(['--all'], settings)).toBe(2);
    expect([await total(settings), await admin.dbsize()]).toEqual([0, 0]);
  });

  it('in layers loses a result from every layer, and counts it once', async () => {
    const durable = await fileStore({ folder: file('durable') });
    for (const parts of [well, partsOf(2), drawn]) await durable.set(resultKey(parts), entry);
    for (const parts of [well, partsOf(4)]) await admin.set(resultKey(parts), entry);
    const settings = { ...env, CACHE_URL: `${cache.url},file:./durable` };
    expect(await total(settings)).toBe(4);
    expect(await removed(['--area', 'huc12/000000000001'], settings)).toBe(1);
    expect([await durable.get(resultKey(well)), await admin.get(resultKey(well))]).toEqual([undefined, null]);
    expect(await removed(['--all'], settings)).toBe(3);
    expect([await total(settings), await total(env)]).toEqual([0, 0]);
  });
});

describe('a command', () => {
  const cases: readonly [args: string, settings: NodeJS.ProcessEnv, code: number, err: RegExp][] = [
    [
      'invalidate',
      {},
      2,
      /^catchment: nothing is named; expected raster, table, area, operation, drawn, superseded or all\n$/,
    ],
    [
      'invalidate --raster c',
      {},
      2,
      /^catchment: raster: the catalog has no raster called "c"; expected one of a, b\n$/,
    ],
    [
      'invalidate --table huc10',
      {},
      2,
      /^catchment: table: the catalog has no area table called "huc10"; expected one of huc12, huc8\n$/,
    ],
    ['invalidate --raster a --any-name', {}, 2, /^catchment: raster: only the catalog knows/],
    ['invalidate --everything', {}, 2, /unknown option '--everything'/],
    ['invalidate --operation left', {}, 0, /^note: the catalog has no operation called left; it has a, ab\n$/],
    ['invalidate --all', { CACHE_URL: '' }, 1, /^catchment: CACHE_URL is empty/],
    ['invalidate --all', { CACHE_URL: 'memory:' }, 1, /^catchment: CACHE_URL is memory:, a cache inside the process/],
    ['cache stats', { DRAWN_CACHE_URL: 'memory:1000' }, 1, /^catchment: DRAWN_CACHE_URL is memory:, a cache inside/],
    [
      'invalidate --all',
      { CACHE_URL: 'redis://:secret@127.0.0.1:1' },
      1,
      /^catchment: Redis at 127\.0\.0\.1:1 did not carry out SCAN: not connected \(connect ECONNREFUSED 127\.0\.0\.1:1\); 0 results had been removed before/,
    ],
    [
      'invalidate --table huc12',
      { CATCHMENT_CATALOG: file('nowhere.yaml') },
      1,
      /nowhere\.yaml: there is no such file/,
    ],
    ['invalidate --all', { CATCHMENT_CATALOG: file('nowhere.yaml') }, 0, /^$/],
    ['cache', {}, 2, /Usage: catchment cache/],
    [
      'cache stats',
      { CACHE_URL: 'redis://127.0.0.1:1' },
      1,
      /^catchment: Redis at 127\.0\.0\.1:1 did not carry out .*ECONNREFUSED/,
    ],
    ['cache ls --limit some', {}, 2, /"some" is no whole number from 1/],
    ['cache get geop:huc12:none:a:0f', {}, 1, /^catchment: redis:\S+ has nothing under geop:huc12:none:a:0f\n$/],
    ['cache get damaged', {}, 1, /^catchment: what lies under damaged cannot be read: it is no entry, or damaged\n$/],
    [`cache get ${'x'.repeat(1025)}`, {}, 2, /^catchment: a key has 1025 characters/],
    [
      'gateway',
      { ADMIN_TOKEN: 'fifteen-letters', QUEUE_REDIS_URL: 'redis://127.0.0.1:1' },
      1,
      /^catchment: ADMIN_TOKEN has 15 characters, expected at least 16 /,
    ],
  ];
  beforeAll(async () => {
    await admin.set('damaged', 'no entry');
  });
  it.each(cases)('%s %j ends with %d and a sentence', async (args, settings, code, err) => {
    const ended = await runCatchment(args.split(' '), { ...env, ...settings });
    expect([ended.code, ended.err]).toEqual([code, expect.stringMatching(err)]);
    expect(ended.err).not.toMatch(/secret|fifteen-letters|\n {4}at /);
  });
});

it('a result that was removed is computed again when it is asked for, through the command and through the gateway', async () => {
  await admin.flushall();
  const queue = await startRedis();
  const settings = {
    ...env,
    QUEUE_REDIS_URL: queue.url,
    PORT: '0',
    COUNT_THREADS: '1',
    ADMIN_TOKEN: 'only-for-this-test',
  };
  const [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], settings, gatewayReady),
    startCatchment(['worker'], settings, workerReady),
  ]);
  try {
    const client = createClient(gateway.said);
    const asked = async (operation: string) => {
      const { jobID } = await client.execute(operation, { area: 'huc12/01' });
      return (await client.wait(jobID, { everyMilliseconds: 10 })).cache;
    };
    const request = async (method: string, path: string, body?: object) => {
      const headers = { authorization: 'Bearer only-for-this-test', 'content-type': 'application/json' };
      const answer = await fetch(`${gateway.said}${path}`, {
        method,
        ...(body ? { headers, body: JSON.stringify(body) } : { headers: { authorization: headers.authorization } }),
      });
      return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
    };
    expect([await asked('a'), await asked('ab'), await asked('a'), await asked('ab')]).toEqual([
      'miss',
      'miss',
      'hit',
      'hit',
    ]);

    const done = await runCatchment(['invalidate', '--raster', 'b', '--json'], env);
    expect(json(done.out)).toMatchObject({ removed: 1 });
    expect([await asked('a'), await asked('ab')]).toEqual(['hit', 'miss']);

    expect(await request('GET', '/admin/cache')).toMatchObject({
      status: 200,
      body: { total: { entries: 2 }, servers: [{ figures: { evictedKeys: 0 } }] },
    });
    expect(await request('POST', '/admin/cache/invalidate', { operation: ['a'] })).toMatchObject({
      body: { removed: 1 },
    });
    expect([await asked('a'), await asked('ab')]).toEqual(['miss', 'hit']);

    const { body } = await request('GET', '/admin/cache/entries?operation=ab');
    const { entries } = body as { entries: { key: string }[] };
    const path = `/admin/cache/entries/${encodeURIComponent(entries[0]?.key ?? '')}`;
    expect(await request('GET', path)).toMatchObject({
      status: 200,
      body: { value: { operation: 'ab', area: 'huc12/01' } },
    });
    expect((await request('DELETE', path)).status).toBe(204);
    expect([await asked('a'), await asked('ab')]).toEqual(['hit', 'miss']);
  } finally {
    await Promise.all([gateway.stop(), worker.stop()]);
    await queue.stop();
  }
});
