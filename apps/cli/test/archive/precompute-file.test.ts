import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArchive, resultKey } from '@cellshed/cache';
import { isRefusal, type Refusal, type Request, resultSchemaVersion } from '@cellshed/contracts';
import { type OperationPlan, type ResultFrame, resultDocument } from '@cellshed/operations';
import type { CountPool } from '@cellshed/pool';
import type { TileRun } from '@cellshed/raster';
import type { Computing } from '../../src/archive/compute-one.ts';
import { compute } from '../../src/archive/compute-sweep.ts';
import type { Asked } from '../../src/archive/precomputation.ts';
import { computeIntoFile, finishedFile } from '../../src/archive/precompute-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-precompute-'));
});
afterAll(() => rm(folder, { recursive: true }));
let next = 0;
const fresh = () => join(folder, `${next++}.jsonl`);

const resolved = (operation: string) => ({ operation, coverage: 'centre' as const });
const soil = {
  ...{ name: 'soil', resolved: resolved('soil'), fingerprint: 'f0' },
  ...{ rasters: { soil: '2016' }, lines: {} },
};
const nlcd = {
  ...{ name: 'nlcd', resolved: resolved('nlcd'), fingerprint: 'f1' },
  ...{ rasters: { nlcd: '2019' }, lines: {} },
};
const asked: Asked = { table: 'huc', tableVersion: '1', ids: ['01', '02', '03', '04', '05'], operations: [nlcd, soil] };

interface Fake {
  /** Areas whose geometry is broken. */
  readonly broken?: readonly string[];
  /** Batches of an area. */
  readonly batches?: number;
  readonly onCount?: (id: string) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** The fingerprints that are found now. */
  readonly now?: () => Readonly<Record<string, string>>;
}

/** A pool in which area 03 has 3 cells in each of its batches, of two values. */
function computing({
  broken = [],
  batches = 1,
  onCount,
  signal,
  now,
}: Fake = {}): Computing & { seen: string[]; swept: number[] } {
  const seen: string[] = [];
  const swept: number[] = [];
  const idOf = (request: { area: unknown }) => (request.area as { id: string }).id;
  const plan = (request: Request, tilesPerBatch: number): OperationPlan | Refusal => {
    const id = idOf(request);
    if (broken.includes(id)) throw new Error(`area ${id}: ring 0 has 3 positions`);
    if (id === '99') return { problem: 'area: it cannot be projected' };
    const known = { operation: request.operation, area: `huc/${id}`, rasters: [], coverage: 'centre' as const };
    const definition = { type: 'groupedCount' as const, rasters: [] };
    const coverage = 'centre' as const;
    const frame: ResultFrame = {
      definition,
      coverage,
      known,
      warnings: [],
      areaCells: batches * Number(id),
      onRasters: true,
    };
    const batch = (n: number) => ({
      members: [0],
      rasters: [],
      tiles: [[n, 0, tilesPerBatch] as TileRun],
      tallied: null,
    });
    return {
      tiles: batches * tilesPerBatch,
      tallied: 0,
      cells: 0,
      batches: Array.from({ length: batches }, (_, n) => batch(n)),
      frames: [frame],
    };
  };
  const pool: Computing['pool'] = {
    atOnce: () => 4,
    sweep,
    compute: async ({ requests, tilesPerBatch }) => {
      const planned = plan(requests[0] as Request, tilesPerBatch);
      return isRefusal(planned) ? { refused: planned } : { planned };
    },
    count: async ({ requests, fingerprints, tiles }) => {
      const request = requests[0] as Request;
      const id = idOf(request);
      seen.push(`${id} ${request.operation} ${fingerprints[0]}`);
      await onCount?.(id);
      const value = (tiles[0]?.[0] ?? 0) % 2;
      return [{ cells: Number(id), groups: [{ values: [value], cells: Number(id) }] }];
    },
  };
  /** One after the other, as a thread would, with what planning and counting alone say. */
  async function sweep({ computation, requests, fingerprints, mostTiles }: SweepTask, stopped: AbortSignal) {
    const results: { value: string; cells: number }[] = [];
    let tiles = 0;
    for (const [i, request] of requests.entries()) {
      stopped.throwIfAborted();
      const planned = plan(request, 64);
      if (isRefusal(planned)) return undefined;
      tiles += planned.tiles;
      if (tiles > mostTiles) return undefined;
      const parts = [];
      for (const batch of planned.batches) {
        const task = { computation, requests: [request], fingerprints: [fingerprints[i] as string], ...batch };
        parts.push(...(await pool.count(task, () => undefined, stopped)));
      }
      const document = resultDocument(planned.frames[0] as ResultFrame, parts);
      results.push({ value: JSON.stringify(document), cells: document.cells });
    }
    swept.push(results.length);
    return { tiles, results };
  }
  const found = () => now?.() ?? { soil: 'f0', nlcd: 'f1' };
  const identify: Computing['identify'] = async ({ operation, area }) => {
    const fingerprint = found()[operation] as string;
    return { fingerprint, key: resultKey({ area, operation, fingerprint }) };
  };
  let time = 0;
  const clock = () => time++;
  return {
    pool,
    identify,
    seen,
    swept,
    threads: 2,
    tilesPerBatch: 64,
    signal: signal ?? new AbortController().signal,
    clock,
  };
}

type SweepTask = Parameters<CountPool['sweep']>[0];

const work = (path: string, fake?: Fake, more: object = {}) => ({
  path,
  asked,
  where: undefined,
  overwrite: false,
  computing: computing(fake),
  onProgress: () => undefined,
  ...more,
});

async function recordsOf(path: string) {
  const records = [];
  for await (const line of readArchive(path)) records.push('record' in line ? line.record : line);
  return records as { key: string; about: Record<string, unknown>; schemaVersion: number; value: Uint8Array }[];
}

const namesOf = async (path: string) => (await recordsOf(path)).map(({ about }) => `${about.area} ${about.operation}`);

const allNames = asked.ids.flatMap((id) => [`huc/${id} nlcd`, `huc/${id} soil`]);

it('results are in the order of areas and operations, whichever is counted first, and say of what they are', async () => {
  const path = fresh();
  const waiting: (() => void)[] = [];
  // The first area is counted only when three others are.
  const onCount = (id: string) =>
    new Promise<void>((resolve) => {
      if (id === '01') waiting.push(resolve);
      else resolve();
      if (id === '03') for (const wake of waiting.splice(0)) wake();
    });
  const outcome = await computeIntoFile(work(path, { onCount }));
  expect(outcome).toMatchObject({ outcome: 'done', counts: { results: 10, settled: 10, cells: 30, failed: 0 } });
  expect(await namesOf(path)).toEqual(allNames);
  const [, second] = await recordsOf(path);
  expect(second).toMatchObject({
    key: 'geop:huc:01:soil:f0',
    about: { area: 'huc/01', operation: 'soil', fingerprint: 'f0', rasters: { soil: '2016' }, tableVersion: '1' },
    schemaVersion: resultSchemaVersion,
  });
  expect(JSON.parse(Buffer.from(second?.value ?? []).toString())).toEqual({
    operation: 'soil',
    area: 'huc/01',
    rasters: [],
    coverage: 'centre',
    cells: 1,
    covered: 1,
    groups: [{ values: [0], cells: 1 }],
  });
});

it('a large area is cut into batches that add up, however many there are', async () => {
  const path = fresh();
  await computeIntoFile(work(path, { batches: 101 }, { asked: { ...asked, ids: ['03'], operations: [soil] } }));
  const [record] = await recordsOf(path);
  expect(JSON.parse(Buffer.from(record?.value ?? []).toString())).toMatchObject({
    cells: 303,
    covered: 1,
    groups: [
      { values: [0], cells: 153 },
      { values: [1], cells: 150 },
    ],
  });
});

describe('many small areas', () => {
  const ids = Array.from({ length: 60 }, (_, n) => String(n + 10));
  const many: Asked = { ...asked, ids, operations: [soil] };

  it('are swept together, more at once as long as they are small', async () => {
    const all = computing();
    await computeIntoFile(
      work(fresh(), {}, { asked: many, computing: { ...all, pool: { ...all.pool, atOnce: () => 1 } } }),
    );
    // Sixteen areas of 64 tiles each have as many tiles as a sweep should have.
    expect([all.seen.length, Math.max(...all.swept)]).toEqual([60, 16]);
    expect(all.swept.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(40);
  });

  it('of many operations are as many as the memory has room for', async () => {
    const all = computing();
    const swept: number[] = [];
    const sweep: Computing['pool']['sweep'] = async ({ requests }) => {
      swept.push(requests.length);
      return { tiles: 1, results: requests.map(() => ({ value: '{}', cells: 1 })) };
    };
    const operations = Array.from({ length: 41 }, () => soil);
    const results = 13_000;
    const left = { results: Array.from({ length: results }, () => ({ id: '10', operation: soil })), count: results };
    const pool = { ...all.pool, sweep, atOnce: () => 1 };
    for await (const one of compute({ ...many, operations }, left, { ...all, pool })) expect(one.id).toBe('10');
    expect(Math.max(...swept)).toBe(8000);
  });

  it('that fail are told apart from their neighbours', async () => {
    const path = fresh();
    const all = computing({ broken: ['17', '44', '45'] });
    const { counts } = await computeIntoFile(
      work(path, {}, { asked: { ...many, ids: [...ids, '99'] }, computing: all }),
    );
    expect(counts).toMatchObject({ results: 57, failed: 4 });
    expect(counts.failures.map(({ area, reason }) => [area, reason])).toEqual([
      ['huc/17', 'area 17: ring 0 has 3 positions'],
      ['huc/44', 'area 44: ring 0 has 3 positions'],
      ['huc/45', 'area 45: ring 0 has 3 positions'],
      ['huc/99', 'area: it cannot be projected'],
    ]);
    expect(await namesOf(path)).toEqual(
      ids.filter((id) => !['17', '44', '45'].includes(id)).map((id) => `huc/${id} soil`),
    );
  });

  it('stop with the first whose raster was replaced while they were swept', async () => {
    let fingerprint = 'f0';
    const onCount = (id: string) => {
      if (id === '40') fingerprint = 'f2';
    };
    const path = fresh();
    const now = () => ({ soil: fingerprint, nlcd: 'f1' });
    await expect(computeIntoFile(work(path, { onCount, now }, { asked: many }))).rejects.toThrow(/was replaced while/);
    expect((await namesOf(path)).every((name) => name < 'huc/40')).toBe(true);
  });
});

it('areas that fail are told with their reasons, also when the work was stopped after them', async () => {
  const path = fresh();
  const stop = new AbortController();
  const onCount = (id: string) => {
    if (id !== '04') return;
    stop.abort(new Error('stopped'));
    throw new Error('the counting was stopped');
  };
  const ids = ['01', '02', '03', '04', '99'];
  const first = await computeIntoFile(
    work(path, { broken: ['02'], onCount, signal: stop.signal }, { asked: { ...asked, ids } }),
  );
  expect(first).toMatchObject({ outcome: 'stopped', counts: { failed: 2 } });
  const fake = computing();
  const second = await computeIntoFile(work(path, {}, { asked: { ...asked, ids }, computing: fake }));
  const reason = 'area 02: ring 0 has 3 positions';
  const refused = 'area: it cannot be projected';
  expect(second).toMatchObject({
    outcome: 'done',
    before: first.counts,
    counts: { settled: 10, results: 6, failed: 4 },
  });
  expect(second.counts.failures).toEqual([
    { area: 'huc/02', operation: 'nlcd', reason },
    { area: 'huc/02', operation: 'soil', reason },
    { area: 'huc/99', operation: 'nlcd', reason: refused },
    { area: 'huc/99', operation: 'soil', reason: refused },
  ]);
  expect(await namesOf(path)).toEqual(allNames.filter((name) => !/02|05/.test(name)));
  // Results that were settled are not counted again.
  expect(fake.seen.filter((one) => one.startsWith('01'))).toEqual([]);
});

it('when a raster is replaced meanwhile it stops with a sentence, and nothing of the new one is in the file', async () => {
  const path = fresh();
  let fingerprint = 'f0';
  const onCount = (id: string) => {
    if (id === '03') fingerprint = 'f2';
  };
  const now = () => ({ soil: fingerprint, nlcd: 'f1' });
  await expect(computeIntoFile(work(path, { onCount, now }))).rejects.toThrow(
    'a raster, the lines or the area table of operation soil was replaced while it was computed',
  );
  expect((await namesOf(path)).every((name) => /0[12] /.test(name) || name === 'huc/03 nlcd')).toBe(true);
});

it('a count that fails as the raster was replaced is no failure of the area', async () => {
  const onCount = () => {
    throw new Error('ask again');
  };
  const now = () => ({ soil: 'f9', nlcd: 'f9' });
  await expect(computeIntoFile(work(fresh(), { onCount, now }))).rejects.toThrow(/was replaced while it was computed/);
});

it('when its caller fails, the work under way is stopped', async () => {
  const all = computing();
  const signals: AbortSignal[] = [];
  const compute: Computing['pool']['compute'] = (task, signal) => {
    signals.push(signal);
    return signals.length === 1 ? all.pool.compute(task, signal) : new Promise(() => undefined);
  };
  const onProgress = (settled: number) => {
    if (settled > 0) throw new Error('no room');
  };
  const failing = work(fresh(), {}, { computing: { ...all, pool: { ...all.pool, compute } }, onProgress });
  await expect(computeIntoFile(failing)).rejects.toThrow('no room');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
});

it('is not gone on with where other areas stand in the places of those that were settled', async () => {
  const path = fresh();
  const stop = new AbortController();
  const onCount = (id: string) => {
    if (id === '03') stop.abort(new Error('stopped'));
  };
  await computeIntoFile(work(path, { onCount, signal: stop.signal }));
  const other = { ...asked, ids: ['00', ...asked.ids] };
  await expect(computeIntoFile(work(path, {}, { asked: other }))).rejects.toThrow(/was begun with other areas/);
});

it('tells how far it is, what was before too', async () => {
  const path = fresh();
  const heard: number[] = [];
  await computeIntoFile(work(path, {}, { onProgress: (settled: number) => heard.push(settled) }));
  expect(heard).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

describe('a finished file', () => {
  it('is told from none, and from one that is not finished', async () => {
    const path = fresh();
    expect(await finishedFile(path, asked)).toBeUndefined();
    await writeFile(`${path}.progress`, '');
    expect(await finishedFile(path, asked)).toBeUndefined();
  });

  it('has all that is asked, but what failed', async () => {
    const path = fresh();
    await computeIntoFile(work(path, { broken: ['01', '05'] }));
    expect(await finishedFile(path, asked)).toEqual({
      results: 6,
      missing: 4,
      firstMissing: [
        { id: '01', operation: nlcd },
        { id: '01', operation: soil },
        { id: '05', operation: nlcd },
        { id: '05', operation: soil },
      ],
    });
  });

  it('of something else is refused with the line and what is wrong there', async () => {
    const path = fresh();
    await computeIntoFile(work(path));
    const other = (change: Partial<Asked>) => finishedFile(path, { ...asked, ...change });
    const version = { ...soil, fingerprint: 'f2', rasters: { soil: '2019' } };
    await expect(other({ operations: [nlcd, version] })).rejects.toThrow(
      `${path} is there, and is not what is asked (line 2: raster soil has version "2016" in the file, "2019" in the catalog): overwrite it, or give another name`,
    );
    await expect(other({ operations: [soil] })).rejects.toThrow(
      'line 1: huc/01 nlcd is not asked for, or not at this place',
    );
    await expect(other({ ids: asked.ids.slice(0, 4) })).rejects.toThrow('line 9: huc/05 nlcd is not asked for');
    await expect(other({ table: 'other' })).rejects.toThrow('line 1: huc/01 nlcd is not asked for');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], lines[0], ...lines.slice(1)].join('\n'));
    await expect(other({})).rejects.toThrow('line 2: huc/01 nlcd is not asked for, or not at this place');
    await writeFile(path, 'precious');
    await expect(other({})).rejects.toThrow('line 1: is not JSON');
  });
});
