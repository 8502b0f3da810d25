import { memoryStore, resultCache } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { type Computed, type CountedParts, openScratch, type Plan, type Queues } from '@cellshed/jobs';
import { Replaced } from '@cellshed/operations';
import { computeProcessor } from '../src/processors/compute.ts';
import { countProcessor, mostBytesReturned } from '../src/processors/count.ts';
import { openForget } from '../src/processors/forget.ts';
import { lifetimes } from '../src/processors/lifetimes.ts';
import { noTotals } from './flow.ts';

const request: Request = { operation: 'snow', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const frame = {
  definition: { type: 'groupedCount' as const, rasters: ['snow'] },
  coverage: 'centre' as const,
  known: { operation: 'snow', area: 'huc12/1', rasters: ['snow'], coverage: 'centre' as const },
  warnings: [],
  areaCells: 2,
  onRasters: true,
};
const key = 'geop:huc12:1:snow:v1';
const input: Computed = {
  ...{ id: 'c-7', request, members: [{ key, fingerprint: 'v1' }], for: { requests: {} } },
  isAwaited: async () => true,
};
const inBackground: Computed = { ...input, for: { background: { isSwept: false } }, isAwaited: async () => false };
const signal = new AbortController().signal;
const counted: CountedParts = { members: [0], parts: [{ cells: 2, groups: [{ values: [1], cells: 2 }] }] };
const shelved = { result: expect.stringContaining('"cells":2') };

type Pool = Parameters<typeof computeProcessor>[0]['pool'];

interface Opening {
  readonly pool?: Partial<Pool>;
  readonly clear?: () => Promise<void>;
  readonly mostResultBytes?: number;
  /** The documents that are no longer on the shelf. */
  readonly dropped?: readonly string[];
}

/** A processor of results that are fresh for a minute, at the time that the test sets. */
function open({ pool, clear, mostResultBytes = 1_000_000, dropped = [] }: Opening = {}) {
  let now = 1_000_000;
  const clock = () => now;
  const results = resultCache({ store: memoryStore({ clock }), schemaVersion: 1, clock });
  const scratch = openScratch({ prefix: 'test', retentionSeconds: 600 } as Queues, memoryStore());
  const released: unknown[] = [];
  const errors: string[] = [];
  const operation = { name: 'snow', type: 'groupedCount' as const, rasters: ['snow'], lifetimeMilliseconds: 60_000 };
  const planned = {
    ...{ tiles: 1, tallied: 0, cells: 2, frames: [frame] },
    batches: [{ members: [0], rasters: ['snow'], tiles: [[0, 0, 1] as [number, number, number]], tallied: null }],
  };
  const onError = ({ message }: Error) => void errors.push(message);
  const clearing = {
    ...scratch,
    ofComputation: (of: string) => ({ ...scratch.ofComputation(of), ...(clear && { clear }) }),
  };
  const put = async (bytes: Uint8Array) => Buffer.from(bytes).toString();
  const processor = computeProcessor({
    pool: { compute: async () => ({ planned }), sweep: async () => undefined, ...noTotals, ...pool },
    results,
    shelf: {
      put,
      putNew: put,
      get: async (hash) => (dropped.includes(hash) ? undefined : Buffer.from(hash)),
    },
    scratch,
    tilesPerBatch: 1,
    cellLimit: 1000,
    mostResultBytes,
    ...{ catalog: { operations: new Map([['snow', operation]]) }, mostMissing: 1000 },
    lifetimesOf: lifetimes({ operations: new Map([['snow', operation]]) }, 1000),
    forget: openForget({ scratch: clearing, onError }),
    refreshes: { ended: async (lease) => void released.push(lease) },
    onError,
    clock,
  });
  const letPass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { ...processor, results, scratch, released, errors, clock, letPass };
}

/** The counted parts of a plan, for a waiting request. */
const awaited = (plan: Plan, part: CountedParts) => ({ plan, parts: [part] });

async function planOf({ begin }: ReturnType<typeof open>): Promise<Plan> {
  const made = await begin(input, signal);
  if ('outcome' in made) throw new Error('the result is there');
  return made.plan;
}

it('neighbours that are swept are counted at once, and what is too much for that is refused', async () => {
  const swept: Computed = { ...inBackground, for: { background: { isSwept: true } } };
  const refused = await open().begin(swept, signal);
  expect(refused).toEqual({
    outcome: { outcome: 'refused', problem: 'areas: they cannot be swept together' },
    cells: 0,
  });
  const results = [{ value: '{"cells":2}', cells: 2 }];
  const opened = open({ pool: { sweep: async () => ({ tiles: 1, results }) as never } });
  expect(await opened.begin(swept, signal)).toEqual({
    outcome: { outcome: 'done', cache: 'miss', cells: 2 },
    cells: 0,
  });
  const entry = await opened.results.read(key);
  expect(Buffer.from(entry?.value ?? []).toString()).toBe('{"cells":2}');
});

it('what is replaced while it is counted ends the computation as replaced', async () => {
  const compute = async () => Promise.reject(new Replaced('raster snow was replaced'));
  expect(await open({ pool: { compute } }).begin(input, signal)).toEqual({
    outcome: { outcome: 'replaced', problem: expect.stringContaining('raster snow was replaced') },
    cells: 0,
  });
});

it('results of more bytes than one request may have are refused, computed or cached, unless nobody waits for them', async () => {
  const opened = open({ mostResultBytes: 10 });
  const { begin, addUp } = opened;
  const problem =
    'the results take more than 10 bytes together, the most that one request may have: ask for fewer at once';
  expect(await addUp(input, awaited(await planOf(opened), counted), signal)).toEqual({ outcome: 'refused', problem });
  // The computed results are cached anyway: a request for fewer finds them.
  expect(await begin(input, signal)).toEqual({ outcome: { outcome: 'refused', problem }, cells: 0 });
  expect(await begin(inBackground, signal)).toMatchObject({ outcome: { outcome: 'done', cache: 'hit' } });
});

it('a cached result that the shelf has dropped meanwhile is read again; what is nowhere any more fails the job', async () => {
  const opened = open({ dropped: ['{"cells":3}', '{"cells":4}'] });
  await opened.results.write(key, Buffer.from('{"cells":3}'), { startedAt: 1, costMs: 1 });
  const made = await planOf(open());
  const adding = (member: object) =>
    opened.addUp(input, { plan: { ...made, members: [member] as never }, parts: [] }, signal);
  expect(await adding({ key, result: '{"cells":3}' })).toMatchObject({ outcome: 'done', result: '{"cells":3}' });
  const gone = adding({ key: 'geop:huc12:2:snow:v1', result: '{"cells":4}' });
  await expect(gone).rejects.toThrow('the result of geop:huc12:2:snow:v1 is no longer kept');
});

it('a stale result is computed anew, and one that is fresh is not', async () => {
  const opened = open();
  const { begin, addUp, letPass } = opened;
  await addUp(input, awaited(await planOf(opened), counted), signal);
  letPass(60_000);
  expect(await begin(input, signal)).toMatchObject({ outcome: { outcome: 'done', cache: 'hit', ...shelved } });
  letPass(1);
  expect(await begin(inBackground, signal)).toMatchObject({ plan: { members: [{ key }] } });
});

it('a refresh that finds the result computed since gives its lease back', async () => {
  const opened = open();
  const { begin, addUp, clock, released } = opened;
  const refresh = { queuedAt: clock(), lease: 'mine' };
  await addUp(input, awaited(await planOf(opened), counted), signal);
  const refreshed = await begin({ ...inBackground, for: { refresh } }, signal);
  expect(refreshed).toMatchObject({ outcome: { outcome: 'done', cache: 'hit' } });
  expect(released).toEqual([{ key, lease: 'mine' }]);
});

it('a computation has ended though its job cache cannot be emptied', async () => {
  const opened = open({ clear: () => Promise.reject(new Error('the disk is away')) });
  const plan = await planOf(opened);
  const ended = await opened.addUp(input, awaited(plan, counted), signal);
  expect(ended).toMatchObject({ outcome: 'done', cache: 'miss', ...shelved });
  await opened.forget(input, plan);
  expect(opened.errors).toEqual(['the disk is away']);
});

it('large counts are kept by batch and content, so those of an earlier plan are never taken for others', async () => {
  const opened = open();
  const groups = Array.from({ length: mostBytesReturned / 20 }, (_, value) => ({
    values: [value],
    cells: value < 2 ? 1 : 0,
  }));
  const pool = { count: async () => [{ cells: 2, groups }] };
  const count = countProcessor({ pool, scratch: opened.scratch });
  const only = { members: [0], requests: [request], fingerprints: ['v1'], rasters: ['snow'], tiles: [], tallied: null };
  const batch = { ...only, computation: input.id, batch: 0 };
  const kept = (await count(batch, () => undefined, signal)) as CountedParts;
  expect(kept).toEqual({ members: [0], parts: { kept: expect.any(String) } });
  const other = (await count({ ...batch, tiles: [[0, 0, 1]] }, () => undefined, signal)) as CountedParts;
  expect(other.parts).not.toEqual(kept.parts);
  const plan = await planOf(opened);
  const ended = await opened.addUp(input, awaited(plan, kept), signal);
  expect(ended).toMatchObject({ outcome: 'done', cache: 'miss', ...shelved });
  await opened.forget(input, plan);
  await expect(opened.addUp(input, awaited(plan, kept), signal)).rejects.toThrow(
    /^the counts of a batch are no longer kept/,
  );
});
