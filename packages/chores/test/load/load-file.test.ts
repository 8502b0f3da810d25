import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { memoryStore, openArchiveWriter, resultCache, type Store, StoreError } from '@cellshed/cache';
import { type LoadWork, loadFile } from '../../src/load/load-file.ts';
import { openLoadOutcomes } from '../../src/load/load-outcomes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-load-'));
});
afterAll(() => rm(folder, { recursive: true }));
let next = 0;

const startedAt = 1_000;
const record = (n: number, value: unknown = { n }) => ({
  key: `geop:${n}`,
  about: { operation: n % 2 === 0 ? 'even' : 'odd' },
  schemaVersion: 1,
  computedAt: startedAt,
  costMs: 7,
  value: Buffer.from(JSON.stringify(value)),
});

async function archive(records: readonly ReturnType<typeof record>[]): Promise<string> {
  const path = join(folder, `${next++}.jsonl`);
  const writer = await openArchiveWriter(path, { begin: {} });
  for (const one of records) await writer.add(one, null);
  await writer.finish();
  return path;
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

function work(path: string, store: Store, more: Partial<LoadWork> = {}): LoadWork {
  return {
    path,
    results: resultCache({ store, schemaVersion: 1, clock: () => startedAt + 5 }),
    judge: async () => ({ verdict: 'good' }),
    limits: () => ({}),
    overwrite: false,
    dryRun: false,
    signal: new AbortController().signal,
    onRead: () => undefined,
    ...more,
  };
}

async function contentOf(store: Store): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for await (const key of store.keys('')) content.set(key, Buffer.from((await store.get(key)) ?? []).toString('hex'));
  return content;
}

it('every record is a result as if it had been computed here, and loading again changes nothing', async () => {
  const store = memoryStore();
  const path = await archive(numbers(300).map((n) => record(n)));
  expect(await loadFile(work(path, store))).toMatchObject({ outcome: 'done', loaded: 300, alreadyThere: 0, broken: 0 });
  const entry = await resultCache({ store, schemaVersion: 1 }).read('geop:299');
  expect(Buffer.from(entry?.value ?? []).toString()).toBe('{"n":299}');
  expect(entry).toMatchObject({
    computedAt: startedAt,
    costMs: 7,
    freshUntil: null,
    hardUntil: null,
    schemaVersion: 1,
  });
  const before = await contentOf(store);
  expect(await loadFile(work(path, store))).toMatchObject({ loaded: 0, alreadyThere: 300, alreadyThereOtherwise: 0 });
  expect(await contentOf(store)).toEqual(before);
});

it("an operation's limits are the results' own, from when they were computed", async () => {
  const store = memoryStore({ clock: () => startedAt + 5 });
  const path = await archive([record(1), record(2)]);
  const limits = (operation: string) => (operation === 'odd' ? { lifetimeMilliseconds: 10, ttlMilliseconds: 20 } : {});
  await loadFile(work(path, store, { limits }));
  const results = resultCache({ store, schemaVersion: 1, clock: () => startedAt + 5 });
  expect(await results.read('geop:1')).toMatchObject({ freshUntil: startedAt + 10, hardUntil: startedAt + 20 });
  expect(await results.read('geop:2')).toMatchObject({ freshUntil: null, hardUntil: null });
});

it('what is there with another value stays, unless told to overwrite', async () => {
  const store = memoryStore();
  await loadFile(work(await archive(numbers(10).map((n) => record(n))), store));
  const other = await archive([record(3), record(4, 'other')]);
  const before = await contentOf(store);
  expect(await loadFile(work(other, store))).toMatchObject({ loaded: 0, alreadyThere: 2, alreadyThereOtherwise: 1 });
  expect(await contentOf(store)).toEqual(before);
  expect(await loadFile(work(other, store, { overwrite: true }))).toMatchObject({ loaded: 1, alreadyThere: 1 });
  const entry = await resultCache({ store, schemaVersion: 1 }).read('geop:4');
  expect(Buffer.from(entry?.value ?? []).toString()).toBe('"other"');
});

it('a dry run says the same and writes nothing', async () => {
  const store = memoryStore();
  const path = await archive(numbers(5).map((n) => record(n)));
  expect(await loadFile(work(path, store, { dryRun: true }))).toMatchObject({ loaded: 5, dryRun: true });
  expect((await contentOf(store)).size).toBe(0);
});

it('of two lines of one key the first is loaded, and the last when told to overwrite', async () => {
  const path = await archive([record(1, 'first'), record(2), record(1, 'last')]);
  for (const [overwrite, text] of [
    [false, '"first"'],
    [true, '"last"'],
  ] as const) {
    const store = memoryStore();
    const summary = await loadFile(work(path, store, { overwrite }));
    expect(summary).toMatchObject(overwrite ? { loaded: 3, alreadyThere: 0 } : { loaded: 2, alreadyThereOtherwise: 1 });
    const entry = await resultCache({ store, schemaVersion: 1 }).read('geop:1');
    expect(Buffer.from(entry?.value ?? []).toString()).toBe(text);
  }
});

it('lines that are broken or refused are counted with their numbers, and the rest is loaded', async () => {
  const path = await archive(numbers(6).map((n) => record(n)));
  await writeFile(path, 'garbage\n', { flag: 'a' });
  const judge: LoadWork['judge'] = async ({ key }) => {
    if (key === 'geop:1') return { verdict: 'broken', problem: 'key is of another area' };
    return /[24]/.test(key) ? { verdict: 'refused', reason: 'raster soil is another' } : { verdict: 'good' };
  };
  const store = memoryStore();
  expect(await loadFile(work(path, store, { judge }))).toMatchObject({
    loaded: 3,
    refused: 2,
    refusals: [{ reason: 'raster soil is another', lines: 2, firstLines: [3, 5] }],
    broken: 2,
    brokenLines: [
      { line: 2, problem: 'key is of another area' },
      { line: 7, problem: expect.stringMatching(/^is not JSON/) },
    ],
  });
  expect([...(await contentOf(store)).keys()].toSorted()).toEqual(['geop:0', 'geop:3', 'geop:5']);
});

it.each(['head', 'set'] as const)(
  'a store that fails (%s) stops it with a sentence, and loading again goes on',
  async (call) => {
    const store = memoryStore();
    let calls = 0;
    const failing = {
      ...store,
      [call]: (...args: [never, never]) => {
        calls += 1;
        return calls > 100 ? Promise.reject(new StoreError('the store is full')) : store[call](...args);
      },
    };
    const path = await archive(numbers(500).map((n) => record(n)));
    await expect(loadFile(work(path, failing))).rejects.toThrow(
      /^the store is full; \d+ results had been loaded before, and the same command goes on with the rest$/,
    );
    expect(calls).toBeLessThan(200);
    const there = (await contentOf(store)).size;
    expect(await loadFile(work(path, store))).toMatchObject({ loaded: 500 - there, alreadyThere: there });
  },
);

it('a store that fails at the last record is not taken for one that has it', async () => {
  const path = await archive([record(1)]);
  const failing = () => Promise.reject(new StoreError('the store is full'));
  const sentence = 'the store is full; 0 results had been loaded before';
  await expect(loadFile(work(path, { ...memoryStore(), set: failing }))).rejects.toThrow(sentence);
  await expect(loadFile(work(path, { ...memoryStore(), head: failing }, { dryRun: true }))).rejects.toThrow(sentence);
});

it('stops between two lines when it is told, with what was loaded until then', async () => {
  const stop = new AbortController();
  const path = await archive(numbers(500).map((n) => record(n)));
  const judge: LoadWork['judge'] = async ({ key }) => {
    if (key === 'geop:99') stop.abort();
    return { verdict: 'good' };
  };
  const store = memoryStore();
  expect(await loadFile(work(path, store, { judge, signal: stop.signal }))).toMatchObject({
    outcome: 'stopped',
    loaded: 100,
  });
  expect((await contentOf(store)).size).toBe(100);
});

it('tells how many bytes it has read', async () => {
  const path = await archive(numbers(1000).map((n) => record(n)));
  const heard: number[] = [];
  await loadFile(work(path, memoryStore(), { onRead: (bytes) => heard.push(bytes) }));
  const { size } = await stat(path);
  expect(heard.at(-1)).toBe(size);
  expect(heard).toEqual(heard.toSorted((one, other) => one - other));
});

describe('the summary', () => {
  const frame = { outcome: 'done', file: 'r.jsonl', dryRun: false } as const;

  it('keeps few reasons and lines, and counts all', () => {
    const outcomes = openLoadOutcomes();
    for (const n of numbers(5000)) outcomes.refuse(n, `reason ${n % 1000}`);
    for (const n of numbers(5000)) outcomes.break(n, 'is broken');
    const { refused, refusals, broken, brokenLines } = outcomes.summary(frame);
    expect([refused, broken, brokenLines.length, refusals.length]).toEqual([5000, 5000, 10, 101]);
    expect(refusals.reduce((sum, { lines }) => sum + lines, 0)).toBe(5000);
    expect(refusals[1]).toEqual({ reason: 'reason 1', lines: 5, firstLines: [1, 1001, 2001, 3001, 4001] });
    expect(refusals[100]).toMatchObject({ reason: 'other reasons', lines: 4500 });
    expect(refusals[100]?.firstLines).toHaveLength(10);
  });
});

const script = `
  import { loadFile } from '${new URL('../../src/load/load-file.ts', import.meta.url).href}';
  let bytes = 0;
  const summary = await loadFile({
    path: process.env.ARCHIVE,
    results: { ticket: async () => undefined, write: async () => true, stats: () => ({ lastFailure: null }) },
    judge: async () => ({ verdict: 'good' }),
    limits: () => ({}),
    overwrite: false,
    dryRun: false,
    signal: new AbortController().signal,
    onRead: () => {
      globalThis.gc();
      const { heapUsed, external } = process.memoryUsage();
      bytes = Math.max(bytes, heapUsed + external);
    },
  });
  console.log(JSON.stringify({ loaded: summary.loaded, bytes }));
`;

it('half a million lines are loaded in the memory of ten thousand', async () => {
  const one = await archive(numbers(1000).map((n) => record(n, numbers(60))));
  const member = gzipSync(await readFile(one));
  const load = async (lines: number) => {
    const path = join(folder, `${lines}.jsonl.gz`);
    const file = await open(path, 'w');
    for (let n = 0; n < lines; n += 1000) await file.write(member);
    await file.close();
    // Garbage is collected before bytes are counted: only what is kept counts.
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      env: { ...process.env, NODE_OPTIONS: '', ARCHIVE: path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(child, 'close');
    return JSON.parse(said) as { loaded: number; bytes: number };
  };
  const [small, large] = [await load(10_000), await load(500_000)];
  expect([small.loaded, large.loaded]).toEqual([10_000, 500_000]);
  // All lines are 150 MB.
  expect(large.bytes - small.bytes).toBeLessThan(20e6);
});
