import { memoryStore, resultCache } from '@catchment/cache';
import {
  type CountResult,
  openScratch,
  type Plan,
  type PlannedBatch,
  type Queues,
  type Request,
} from '@catchment/jobs';
import { computeProcessor } from '../src/processors/compute.ts';
import { countProcessor, mostBytesReturned } from '../src/processors/count.ts';

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
const input = { key, request };
const signal = new AbortController().signal;
const counted: CountResult = { members: [0], parts: [{ cells: 2, groups: [{ values: [1], cells: 2 }] }] };
const shelved = { result: expect.stringContaining('"cells":2') };

interface Opening {
  readonly clear?: () => Promise<void>;
  readonly mostResultBytes?: number;
  /** What is not on the shelf any more. */
  readonly dropped?: readonly string[];
}

/** A processor of results that are fresh for a minute, at the time that the test says. */
function open({ clear, mostResultBytes = 1_000_000, dropped = [] }: Opening = {}) {
  let now = 1_000_000;
  const clock = () => now;
  const results = resultCache({ store: memoryStore({ clock }), schemaVersion: 1, clock });
  const scratch = openScratch({ prefix: 'test', retentionSeconds: 600 } as Queues, memoryStore());
  const released: unknown[] = [];
  const errors: string[] = [];
  const operation = { name: 'snow', type: 'groupedCount' as const, rasters: ['snow'], lifetimeMilliseconds: 60_000 };
  const processor = computeProcessor({
    operations: {
      catalog: { operations: new Map([['snow', operation]]) },
      identifyAll: async () => [{ key, fingerprint: 'v1' }],
    },
    pool: {
      plan: async () => ({
        tiles: 1,
        tallied: 0,
        batches: [{ members: [0], rasters: ['snow'], tiles: [[0, 0, 1]], tallied: null }],
        frames: [frame],
      }),
    },
    results,
    shelf: {
      put: async (bytes) => Buffer.from(bytes).toString(),
      get: async (hash) => (dropped.includes(hash) ? undefined : Buffer.from(hash)),
    },
    scratch: { ofComputation: (of) => ({ ...scratch.ofComputation(of), ...(clear && { clear }) }) },
    tilesPerBatch: 1,
    cellLimit: 1000,
    mostResultBytes,
    drawnLifetimeMilliseconds: 1000,
    refreshes: { ended: async (lease) => void released.push(lease) },
    onError: ({ message }) => void errors.push(message),
    clock,
  });
  const letPass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { ...processor, results, scratch, released, errors, clock, letPass };
}

async function planOf({ plan }: ReturnType<typeof open>): Promise<Plan> {
  const made = await plan(input, signal);
  if ('found' in made) throw new Error('the result is there');
  return made.plan;
}

it('a sweep is not planned but counted as one batch, and what comes back is written as it is', async () => {
  const opened = open();
  const swept = { ...input, request: { operation: 'warm', members: [request] }, sweep: true, background: true };
  const made = await opened.plan(swept, signal);
  if ('found' in made) throw new Error('the result is there');
  expect(made.batches).toEqual([
    { members: [0], requests: [request], fingerprints: ['v1'], rasters: [], tiles: [], tallied: null, mostTiles: 4 },
  ]);
  const ended = (pool: Partial<Parameters<typeof countProcessor>[0]['pool']>) => {
    const count = async () => Promise.reject(new Error('it has no tiles to count'));
    const counting = countProcessor({ pool: { count, sweep: count, ...pool }, scratch: opened.scratch });
    return counting({ ...(made.batches[0] as PlannedBatch), key, computation: '7', batch: 0 }, () => undefined, signal);
  };
  // Too many tiles, or a failure: whose it is, another computation finds.
  for (const pool of [{ sweep: async () => undefined }, {}]) {
    const refused = await ended(pool);
    expect(refused).toEqual({ members: [0], parts: null });
    const problem = 'areas: they cannot be swept together';
    expect(await opened.addUp(swept, made.plan, [refused], signal)).toEqual({ outcome: 'refused', problem });
  }
  expect(await opened.results.read(key)).toBeUndefined();
  const results = [{ value: '{"cells":2}', cells: 2 }];
  const part = await ended({ sweep: async () => ({ tiles: 1, results }) });
  expect(await opened.addUp(swept, made.plan, [part], signal)).toEqual({ outcome: 'done', cache: 'miss', cells: 2 });
  const entry = await opened.results.read(key);
  expect(Buffer.from(entry?.value ?? []).toString()).toBe('{"cells":2}');
});

it('results of more bytes than one request may have are refused, computed or cached, unless nobody waits for them', async () => {
  const opened = open({ mostResultBytes: 10 });
  const { plan, addUp } = opened;
  const problem =
    'the results take more than 10 bytes together, the most that one request may have: ask for fewer at once';
  expect(await addUp(input, await planOf(opened), [counted], signal)).toEqual({ outcome: 'refused', problem });
  // What was computed is cached all the same: who asks for less finds it.
  expect(await plan(input, signal)).toEqual({ found: { outcome: 'refused', problem } });
  expect(await plan({ ...input, background: true }, signal)).toEqual({ found: { outcome: 'done', cache: 'hit' } });
});

it('a cached result that the shelf has dropped meanwhile is read again; what is nowhere any more fails the job', async () => {
  const opened = open({ dropped: ['{"cells":3}', '{"cells":4}'] });
  await opened.results.write(key, Buffer.from('{"cells":3}'), { startedAt: 1, costMs: 1 });
  const made = await planOf(open());
  const adding = (member: object) => opened.addUp(input, { ...made, members: [member] as never }, [], signal);
  expect(await adding({ key, result: '{"cells":3}' })).toMatchObject({ outcome: 'done', result: '{"cells":3}' });
  const gone = adding({ key: 'geop:huc12:2:snow:v1', result: '{"cells":4}' });
  await expect(gone).rejects.toThrow('the result of geop:huc12:2:snow:v1 is no longer kept');
});

it('a stale result is computed anew, and one that is fresh is not', async () => {
  const opened = open();
  const { plan, addUp, letPass } = opened;
  await addUp(input, await planOf(opened), [counted], signal);
  letPass(60_000);
  expect(await plan(input, signal)).toEqual({ found: { outcome: 'done', cache: 'hit', ...shelved } });
  letPass(1);
  expect(await plan({ ...input, background: true }, signal)).toMatchObject({ plan: { members: [{ key }] } });
});

it('a refresh that finds the result computed since gives its lease back', async () => {
  const opened = open();
  const { plan, addUp, clock, released } = opened;
  const refresh = { queuedAt: clock(), lease: 'mine' };
  await addUp(input, await planOf(opened), [counted], signal);
  expect(await plan({ ...input, background: true, refresh }, signal)).toEqual({
    found: { outcome: 'done', cache: 'hit' },
  });
  expect(released).toEqual([{ key, lease: 'mine' }]);
});

it('a refresh gives back the lease of the key for which it was queued, also when the raster was replaced since', async () => {
  const opened = open();
  const asked = 'geop:huc12:1:snow:v0';
  const refresh = { queuedAt: 1, lease: 'mine' };
  await opened.addUp({ ...input, key: asked, refresh }, await planOf(opened), [counted], signal);
  expect(opened.released).toEqual([{ key: asked, lease: 'mine' }]);
});

it('a result is answered though the job cache of its computation cannot be emptied', async () => {
  const opened = open({ clear: () => Promise.reject(new Error('the disk is away')) });
  const ended = await opened.addUp(input, await planOf(opened), [counted], signal);
  expect(ended).toMatchObject({ outcome: 'done', cache: 'miss', ...shelved });
  expect(opened.errors).toEqual(['the disk is away']);
});

it('adding up again, after a worker was killed at its end, finds the result though the large counts are gone', async () => {
  const opened = open();
  const groups = Array.from({ length: mostBytesReturned / 20 }, (_, value) => ({
    values: [value],
    cells: value < 2 ? 1 : 0,
  }));
  const pool = { count: async () => [{ cells: 2, groups }], sweep: async () => undefined };
  const count = countProcessor({ pool, scratch: opened.scratch });
  const only = { members: [0], requests: [request], fingerprints: ['v1'], rasters: ['snow'], tiles: [], tallied: null };
  const batch = { ...only, key, computation: '7', batch: 0 };
  const kept = await count(batch, () => undefined, signal);
  expect(kept).toEqual({ members: [0], parts: { kept: expect.any(String) } });
  // Of a plan that was made before this one and lost: it may still be counted.
  const other = await count({ ...batch, tiles: [[0, 0, 1]] }, () => undefined, signal);
  expect(other.parts).not.toEqual(kept.parts);
  const plan = await planOf(opened);
  expect(await opened.addUp(input, plan, [kept], signal)).toMatchObject({ outcome: 'done', cache: 'miss', ...shelved });
  expect(await opened.addUp(input, plan, [kept], signal)).toEqual({ outcome: 'done', cache: 'hit', ...shelved });
  opened.letPass(1);
  const later = { ...plan, startedAt: opened.clock() };
  await expect(opened.addUp(input, later, [kept], signal)).rejects.toThrow(/^the counts of a batch are no longer kept/);
});
