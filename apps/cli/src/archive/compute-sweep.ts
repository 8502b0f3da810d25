import { resultKey } from '@cellshed/cache';
import { inHalves } from '@cellshed/jobs/in-halves';
import {
  type Computed,
  type Computing,
  checkUnchanged,
  computeOne,
  orAborted,
  type Settled,
  settledBy,
} from './compute-one.ts';
import { inOrder } from './in-order.ts';
import { type Asked, type AskedResult, areaOf } from './precomputation.ts';

/**
 * The most that a sweep has of each. Its tiles and bytes are guessed from the sweeps before it. Two
 * sweeps that are neighbours both read the tiles at their border, from the rasters of all
 * operations: few sweeps of many areas read the fewest. All results of a sweep are in memory at the
 * same time.
 */
const most = { areas: 1000, results: 8000, tiles: 1024, bytes: 2 ** 22 };

/** How many times as many results a sweep may have as the largest before it. */
const growth = 8;

/** The results of the last sweeps, when there is not enough left for all threads. */
const leastAtEnd = 16;

export interface ResultsToCompute {
  readonly results: Iterable<AskedResult>;
  readonly count: number;
}

/**
 * Computes results and gives them on in the order in which they are asked for. Neighbours in this
 * order are mostly neighbours on the ground: many small ones are swept together by one thread, each
 * tile read once for all of them, and large ones are split over all threads. One that cannot be
 * computed is given on with the reason. Throws as `computeOne` does. When the caller stops, so does
 * the work.
 */
export async function* compute(
  asked: Asked,
  { results, count }: ResultsToCompute,
  computing: Computing,
): AsyncGenerator<Settled> {
  const { atOnce } = computing.pool;
  const mostResults = Math.min(most.results, most.areas * asked.operations.length);
  const sizes = sweepSizes(count, { atOnce, mostResults });
  const over = new AbortController();
  const signal = AbortSignal.any([computing.signal, over.signal]);
  const work = async (some: readonly AskedResult[]) => {
    const computed = await computeTogether(asked, some, { ...computing, signal });
    sizes.learn(computed);
    return computed.settled;
  };
  // Small sweeps may run ahead of a large one.
  const sweeps = inOrder(cut(results, sizes.next), work, { atOnce, window: () => 2 * atOnce() });
  try {
    for await (const settled of sweeps) yield* settled;
  } finally {
    // Nobody waits for what is still under way.
    over.abort(new Error('the results are not needed any more'));
  }
}

/**
 * Says how many results are computed together next: few at first, then as many as those before them
 * allow, and fewer at the end, so that all threads end at about the same time.
 */
function sweepSizes(
  count: number,
  { atOnce, mostResults }: { readonly atOnce: () => number; readonly mostResults: number },
) {
  let [left, largest, fitting] = [count, 0, 1];
  return {
    next: () => {
      const size = Math.min(fitting, Math.max(leastAtEnd, Math.ceil(left / atOnce())));
      left -= size;
      return size;
    },
    learn: ({ settled, tiles }: Computed) => {
      const bytes = settled.reduce((sum, one) => sum + (one.outcome === 'result' ? one.record.value.length : 0), 0);
      const { length } = settled;
      largest = Math.max(largest, length);
      const allowed = Math.min((most.tiles * length) / tiles, (most.bytes * length) / bytes);
      fitting = Math.max(1, Math.floor(Math.min(mostResults, growth * largest, allowed)));
    },
  };
}

function* cut<Item>(items: Iterable<Item>, size: () => number): Generator<Item[]> {
  let some: Item[] = [];
  let wanted = size();
  for (const item of items) {
    some.push(item);
    if (some.length < wanted) continue;
    yield some;
    some = [];
    wanted = size();
  }
  if (some.length > 0) yield some;
}

/** Sweeps results together, or computes each alone where they cannot be. */
async function computeTogether(asked: Asked, some: readonly AskedResult[], computing: Computing): Promise<Computed> {
  const settled: Settled[] = [];
  let tiles = 0;
  const work = inHalves(some, {
    together: (several) => sweep(asked, several, computing),
    alone: (one) => computeOne(asked, one, computing),
  });
  for await (const computed of work) {
    settled.push(...computed.settled);
    tiles += computed.tiles;
  }
  return { settled, tiles };
}

async function sweep(asked: Asked, some: readonly AskedResult[], computing: Computing): Promise<Computed | undefined> {
  const { pool, signal, clock } = computing;
  const startedAt = clock();
  const [first] = some as readonly [AskedResult, ...AskedResult[]];
  const task = {
    computation: resultKey({
      area: areaOf(asked, first.id),
      operation: first.operation.name,
      fingerprint: first.operation.fingerprint,
    }),
    requests: some.map(({ id, operation }) => ({ ...operation.resolved, area: areaOf(asked, id) })),
    fingerprints: some.map(({ operation }) => operation.fingerprint),
    mostTiles: 2 * most.tiles,
  };
  let swept: Awaited<ReturnType<typeof pool.sweep>>;
  try {
    swept = await orAborted(signal, pool.sweep(task, signal));
  } catch {
    if (signal.aborted) return { settled: some.map((one) => ({ ...one, outcome: 'stopped' })), tiles: 0 };
    // Each failure is found in halves.
    swept = undefined;
  }
  const each = new Map(some.map((one) => [one.operation, one]));
  for (const one of each.values()) await checkUnchanged(asked, one, computing);
  if (!swept) return undefined;
  const times = { startedAt, costMs: Math.round((clock() - startedAt) / some.length) };
  const settled = swept.results.map((counts, i) => settledBy(asked, some[i] as AskedResult, { ...counts, ...times }));
  return { settled, tiles: swept.tiles };
}
