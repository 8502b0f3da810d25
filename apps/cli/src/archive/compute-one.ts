import { type ArchiveRecord, resultKey } from '@cellshed/cache';
import { isRefusal, type Refusal, type ResultDocument, refusalText, resultSchemaVersion } from '@cellshed/contracts';
import {
  type Counter,
  countPlanned,
  type Operations,
  type WrittenDocument,
  writtenDocument,
} from '@cellshed/operations';
import { identified, replaced } from './identified.ts';
import type { PoolWhenNeeded } from './pool-when-needed.ts';
import { type Asked, type AskedResult, areaOf } from './precomputation.ts';

/**
 * The outcome of one result: its record, the reason for its failure, or that the work was stopped
 * before it was done.
 */
export type Settled = AskedResult &
  (
    | { readonly outcome: 'result'; readonly record: Omit<ArchiveRecord, 'etag'>; readonly cells: number }
    | { readonly outcome: 'failed'; readonly reason: string }
    | { readonly outcome: 'stopped' }
  );

/** The tools that results are computed with. */
export interface Computing {
  readonly identify: Operations['identify'];
  readonly pool: Pick<PoolWhenNeeded, 'compute' | 'count' | 'sweep' | 'atOnce'>;
  readonly threads: number;
  readonly tilesPerBatch: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Results in the order in which they were asked for, and how many tiles were counted for them. */
export interface Computed {
  readonly settled: readonly Settled[];
  readonly tiles: number;
}

/**
 * Computes one result, its tiles split over all threads. A result that cannot be computed is
 * settled with the reason. Throws when a source was replaced or cannot be looked at.
 */
export async function computeOne(asked: Asked, one: AskedResult, computing: Computing): Promise<Computed> {
  const { signal, clock } = computing;
  const startedAt = clock();
  let computed: Computed;
  try {
    const { tiles, ...counted } = await countArea(asked, one, computing);
    if (isRefusal(counted))
      computed = { settled: [{ ...one, outcome: 'failed', reason: refusalText(counted) }], tiles };
    else computed = { settled: [settledBy(asked, one, { ...counted, startedAt, costMs: clock() - startedAt })], tiles };
  } catch (error) {
    if (signal.aborted) return { settled: [{ ...one, outcome: 'stopped' }], tiles: 0 };
    computed = { settled: [{ ...one, outcome: 'failed', reason: (error as Error).message }], tiles: 0 };
  }
  // The source may have been replaced while this was computed, or failed.
  await checkUnchanged(asked, one, computing);
  return computed;
}

/** Throws when a source of the result was replaced. */
export async function checkUnchanged(
  asked: Asked,
  { id, operation }: AskedResult,
  { identify }: Pick<Computing, 'identify'>,
): Promise<void> {
  const { fingerprint } = await identified(identify, { ...operation.resolved, area: areaOf(asked, id) });
  if (fingerprint !== operation.fingerprint) throw new Error(replaced(operation.name));
}

type Counted = { readonly tiles: number } & (Refusal | WrittenDocument);

async function countArea(
  asked: Asked,
  { id, operation: { name, resolved, fingerprint } }: AskedResult,
  { pool, threads, tilesPerBatch, signal }: Computing,
): Promise<Counted> {
  const area = areaOf(asked, id);
  const requests = [{ ...resolved, area }];
  const computation = resultKey({ area, operation: name, fingerprint });
  const task = { computation, requests, fingerprints: [fingerprint] };
  const begun = await orAborted(signal, pool.compute({ ...task, tilesPerBatch }, signal));
  if ('refused' in begun) return { ...begun.refused, tiles: 0 };
  if ('results' in begun) return { ...(begun.results[0] as WrittenDocument), tiles: begun.tiles };
  const count: Counter['count'] = (some, _, { fingerprints, ...batch }) =>
    pool.count(
      { ...batch, computation, requests: [...some], fingerprints: [...fingerprints] },
      () => undefined,
      signal,
    );
  const { planned } = begun;
  const work = { planned, fingerprints: task.fingerprints, batchesAtOnce: threads };
  const [document] = await orAborted(signal, countPlanned({ count }, requests, work));
  return { ...writtenDocument(document as ResultDocument), tiles: planned.tiles };
}

/** A result with all that is kept with it. */
export function settledBy(
  asked: Asked,
  one: AskedResult,
  { value, cells, ...times }: WrittenDocument & { readonly startedAt: number; readonly costMs: number },
): Settled {
  const { name, fingerprint, rasters, lines } = one.operation;
  const { table, tableVersion } = asked;
  const joined = Object.keys(lines).length > 0;
  const record = {
    key: resultKey({ area: areaOf(asked, one.id), operation: name, fingerprint }),
    about: {
      ...{ area: `${table}/${one.id}`, operation: name, fingerprint, rasters },
      ...(joined && { lines }),
      tableVersion,
    },
    schemaVersion: resultSchemaVersion,
    computedAt: times.startedAt,
    costMs: times.costMs,
    value: Buffer.from(value),
  };
  return { ...one, outcome: 'result', record, cells };
}

/**
 * Throws the signal's reason at once when it is aborted. Planning cannot be stopped: it runs on
 * unwatched.
 */
export function orAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
