import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { openRangeCache } from '../../src/bytes/range-cache.ts';
import type { ByteRange } from '../../src/bytes/remote-object.ts';
import { variedBytes } from '../range-server.ts';

let folder: string;
const mebibyte = 2 ** 20;
const bytes = variedBytes(5000);
const range = { offset: 1000, length: 5000 };
const rangeAt = (offset: number) => ({ offset, length: 5000 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catchment-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A cache that writes stored ranges before the test continues. */
function open(mostBytes = mebibyte, onUnwritable?: (sentence: string) => void) {
  const cache = openRangeCache({ folder, mostBytes, onUnwritable });
  const of = (identity: string, version: string) => {
    const { get, put } = cache.of(identity, version);
    const putAndWait = async (range: ByteRange, content: Uint8Array) => {
      put(range, content);
      await cache.settled();
    };
    return { get, put: putAndWait };
  };
  return { of };
}

/** The files with ranges, and those that are being written. */
function kept(): string[] {
  const root = join(folder, 'ranges-1');
  const folders = existsSync(root) ? readdirSync(root).filter((name) => /^[0-9a-f]{2}$/.test(name)) : [];
  return folders.flatMap((name) => readdirSync(join(root, name)).map((file) => join(root, name, file)));
}

function bytesKept(): number {
  return kept().reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Resolves when no sweep is running. */
async function swept(): Promise<void> {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  while (readdirSync(join(folder, 'ranges-1')).includes('sweeping')) await turn();
  await turn();
}

describe('a cache of ranges', () => {
  it('has what was put into it, for whoever opens it, in a buffer of their own', async () => {
    await open().of('http://a', '"1"').put(range, bytes);
    const other = open().of('http://a', '"1"');
    other.get(range)?.fill(0);
    expect(other.get(range)).toEqual(Buffer.from(bytes));
  });

  it('writes when a while has passed, in which whoever waits for the bytes goes on, or it is told to settle', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const cached = openRangeCache({ folder, mostBytes: mebibyte });
    cached.of('http://a', '"1"').put(range, bytes);
    jest.advanceTimersByTime(49);
    for (let turns = 0; turns < 100; turns++) await turn();
    expect(kept()).toEqual([]);
    jest.advanceTimersByTime(1);
    while (!cached.of('http://a', '"1"').get(range)) await turn();
    cached.of('http://a', '"1"').put(rangeAt(0), bytes);
    await cached.settled();
    expect(kept()).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('has nothing of another object, another version or another range', async () => {
    const cache = open();
    await cache.of('http://a', '"1"').put(range, bytes);
    expect(cache.of('http://b', '"1"').get(range)).toBeUndefined();
    expect(cache.of('http://a', '"2"').get(range)).toBeUndefined();
    expect(cache.of('http://a', '"1"').get({ offset: 1000, length: 4999 })).toBeUndefined();
    expect(cache.of('http://a', '"1"').get({ offset: 1001, length: 5000 })).toBeUndefined();
  });

  it('tells no URL to who looks into its folder', async () => {
    await open().of('http://a?signature=s3cret', '"1"').put(range, bytes);
    const found = kept().map((path) => [path, readFileSync(path, 'latin1')]);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toMatch(/s3cret|http/);
  });

  it.each<[string, (path: string) => void | Promise<void>]>([
    ['of which a bit is wrong', (path) => flip(path, 2500)],
    ['of which the checksum is wrong', (path) => flip(path, 5002)],
    ['that is too short', (path) => truncateSync(path, 5003)],
    ['that is empty', (path) => truncateSync(path, 0)],
    ['that is too long', (path) => appendFileSync(path, 'x')],
    ['that is a folder', (path) => (rmSync(path), mkdirSync(path))],
    [
      'that is another, whole one',
      async (path) => {
        await open().of('http://a', '"1"').put(rangeAt(0), variedBytes(5000, 2));
        renameSync(kept().find((one) => one !== path) as string, path);
      },
    ],
  ])('takes no file %s, and another in its place', async (_, damage) => {
    const cached = open().of('http://a', '"1"');
    await cached.put(range, bytes);
    await damage(kept()[0] as string);
    expect(cached.get(range)).toBeUndefined();
    const fresh = open().of('http://a', '"1"');
    await fresh.put(range, bytes);
    if (_ !== 'that is a folder') expect(fresh.get(range)).toEqual(Buffer.from(bytes));
  });

  it('stays within its bytes, and removes what was used longest ago', async () => {
    const cache = open(20 * 8192);
    await swept();
    const cached = cache.of('http://a', '"1"');
    for (let i = 0; i < 20; i++) {
      const before = new Set(kept());
      await cached.put(rangeAt(i), bytes);
      for (const path of kept()) if (!before.has(path)) utimesSync(path, 1000 + i, 1000 + i);
    }
    expect(kept()).toHaveLength(20);
    expect(cached.get(rangeAt(0))).toBeDefined();
    await cached.put(rangeAt(20), bytes);
    await swept();
    expect(kept()).toHaveLength(16);
    expect(cached.get(rangeAt(20))).toBeUndefined();
    expect(cached.get(rangeAt(0))).toBeDefined();
    for (const gone of [1, 2, 3, 4]) expect(cached.get(rangeAt(gone))).toBeUndefined();
    expect(cached.get(rangeAt(5))).toBeDefined();
    await cached.put(rangeAt(20), bytes);
    expect(cached.get(rangeAt(20))).toBeDefined();
  });

  it('never grows beyond its bytes, whatever is put into it, and takes again when it was swept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 60 }), async (lengths) => {
        rmSync(folder, { recursive: true });
        const cache = open(200_000);
        const cached = cache.of('http://a', '"1"');
        for (const [offset, length] of lengths.entries()) {
          await cached.put({ offset, length }, variedBytes(length));
          expect(bytesKept()).toBeLessThanOrEqual(200_000);
          if (offset % 7 === 0) await swept();
        }
        await swept();
        await cached.put({ offset: 0, length: 1000 }, variedBytes(1000));
        await swept();
        await cached.put({ offset: 0, length: 1000 }, variedBytes(1000));
        expect(cached.get({ offset: 0, length: 1000 })).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  it('takes nothing that would push out a fifth of it', async () => {
    const cached = open(100_000).of('http://a', '"1"');
    await cached.put({ offset: 0, length: 21_000 }, variedBytes(21_000));
    await swept();
    expect(kept()).toEqual([]);
  });

  it('counts what is there when its account is lost', async () => {
    const cached = open().of('http://a', '"1"');
    await swept();
    for (let i = 0; i < 20; i++) await cached.put(rangeAt(i), bytes);
    rmSync(join(folder, 'ranges-1', 'taken'));
    open(10 * 8192);
    await swept();
    expect(kept()).toHaveLength(8);
  });

  it('is swept by another when who swept it was killed', async () => {
    const cached = open(5 * 8192).of('http://a', '"1"');
    await swept();
    for (let i = 0; i < 5; i++) await cached.put(rangeAt(i), bytes);
    const lock = join(folder, 'ranges-1', 'sweeping');
    mkdirSync(lock);
    await cached.put(rangeAt(5), bytes);
    await new Promise((resolve) => setImmediate(resolve));
    expect(kept()).toHaveLength(5);
    utimesSync(lock, 1000, 1000);
    await cached.put(rangeAt(5), bytes);
    await swept();
    expect(kept()).toHaveLength(4);
  });

  it('does without when its disk is full, says so once, and goes on when there is room again', async () => {
    const told: string[] = [];
    const cache = open(mebibyte, (text) => told.push(text));
    await swept();
    const account = join(folder, 'ranges-1', 'taken');
    rmSync(account);
    symlinkSync('/dev/full', account);
    const cached = cache.of('http://a', '"1"');
    for (let i = 0; i < 3; i++) await cached.put(rangeAt(i), bytes);
    expect(told).toEqual([
      expect.stringMatching(/^the raster cache in \S+ cannot be written: ENOSPC: no space left on device/),
    ]);
    expect(kept()).toEqual([]);
    rmSync(account);
    await cached.put(range, bytes);
    expect(cached.get(range)).toBeDefined();
  });

  it('leaves nothing half there, and does without, where a file cannot be written', async () => {
    const told: string[] = [];
    const cache = open(mebibyte, (text) => told.push(text));
    const cached = cache.of('http://a', '"1"');
    await cached.put(range, bytes);
    const path = kept()[0] as string;
    rmSync(path);
    mkdirSync(join(path, 'x'), { recursive: true });
    await cached.put(range, bytes);
    expect(readdirSync(join(path, '..'))).toHaveLength(1);
    expect(told).toHaveLength(1);
    expect(cached.get(range)).toBeUndefined();
  });

  it('is shared by processes, stays within its bytes, and gives nobody other bytes than were put', async () => {
    const most = 150_000;
    open(most);
    await swept();
    const processes = [1, 2, 3].map(() => startProcess(most, 800));
    let running = true;
    const watching = (async () => {
      let most = 0;
      while (running) {
        most = Math.max(most, bytesKept());
        await new Promise((resolve) => setImmediate(resolve));
      }
      return most;
    })();
    const ended = await Promise.all(processes.map(({ ended }) => ended));
    running = false;
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(Math.min(...ended.map(({ said }) => Number(said)))).toBeGreaterThan(0);
    expect(await watching).toBeLessThanOrEqual(most);
    expect(await watching).toBeGreaterThan(most / 4);
  });

  it('has nothing wrong in it when a process is killed while it writes', async () => {
    const { child, ended } = startProcess(mebibyte, 1_000_000);
    while (kept().length < 30) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await ended;
    const cached = open().of('http://a', '"1"');
    for (let offset = 0; offset < 100; offset++) {
      const expected = Buffer.from(variedBytes(1000 + 100 * offset, offset + 1));
      expect([undefined, expected]).toContainEqual(cached.get({ offset, length: expected.length }));
    }
  });

  it('is refused in one sentence when its folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openRangeCache({ folder: join(folder, 'file'), mostBytes: mebibyte })).toThrow(
      /^the raster cache in \S+ cannot be opened: ENOTDIR/,
    );
  });
});

function startProcess(mostBytes: number, rounds: number) {
  const program = join(import.meta.dirname, 'range-cache-process.ts');
  const child = spawn(process.execPath, [program, folder, String(mostBytes), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { child, ended: once(child, 'close').then(([code]: unknown[]) => ({ code, said })) };
}

function flip(path: string, at: number): void {
  const content = readFileSync(path);
  content[at] = (content[at] as number) ^ 1;
  writeFileSync(path, content);
}
