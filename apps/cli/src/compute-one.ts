import { type ArchiveRecord, resultKey } from '@catchment/cache';
import {
  isRefusal,
  mergeParts,
  type Operations,
  type PartialResult,
  type ResultFrame,
  resultDocument,
  resultSchemaVersion,
  type TileBatch,
} from '@catchment/operations';
import type { CountPool } from '@catchment/worker';
import { identified, replaced } from './identified.ts';
import { inOrder } from './in-order.ts';
import type { Asked, AskedResult } from './precomputation.ts';

/**
 * What became of one: its result, why there is none, or that the work was stopped before it was
 * done.
 */
export type Settled = AskedResult &
  (
    | { readonly outcome: 'result'; readonly record: Omit<ArchiveRecord, 'etag'>; readonly cells: number }
    | { readonly outcome: 'failed'; readonly reason: string }
    | { readonly outcome: 'stopped' }
  );

/** What results are computed with. */
export interface Computing {
  readonly identify: Operations['identify'];
  readonly pool: Pick<CountPool, 'plan' | 'count' | 'sweep'>;
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
 * Computes one result, its tiles split over all threads; one that cannot be computed is settled
 * with the reason. Throws when what it is computed from is not what is asked for any more, or
 * cannot be looked at.
 */
export async function computeOne(asked: Asked, one: AskedResult, computing: Computing): Promise<Computed> {
  const { signal, clock } = computing;
  const startedAt = clock();
  let computed: Computed;
  try {
    const { tiles, ...counted } = await countArea(asked, one, computing);
    if ('problem' in counted) computed = { settled: [{ ...one, outcome: 'failed', reason: counted.problem }], tiles };
    else computed = { settled: [settledBy(asked, one, { ...counted, startedAt, costMs: clock() - startedAt })], tiles };
  } catch (error) {
    if (signal.aborted) return { settled: [{ ...one, outcome: 'stopped' }], tiles: 0 };
    computed = { settled: [{ ...one, outcome: 'failed', reason: (error as Error).message }], tiles: 0 };
  }
  // What was computed, or failed, may have been of a file that was replaced meanwhile.
  await checkUnchanged(asked, one, computing);
  return computed;
}

/** Throws when a result would be of something else by now. */
export async function checkUnchanged(
  { table }: Asked,
  { id, operation }: AskedResult,
  { identify }: Pick<Computing, 'identify'>,
): Promise<void> {
  const { fingerprint } = await identified(identify, { ...operation.resolved, area: { table, id } });
  if (fingerprint !== operation.fingerprint) throw new Error(replaced(operation.name));
}

type Counted = { readonly tiles: number } & ({ readonly problem: string } | Counts);

async function countArea(
  { table }: Asked,
  { id, operation: { name, resolved, fingerprint } }: AskedResult,
  { pool, threads, tilesPerBatch, signal }: Computing,
): Promise<Counted> {
  const area = { table, id };
  const request = { ...resolved, area };
  const key = resultKey({ area, operation: name, fingerprint });
  const planned = await orAborted(signal, pool.plan({ key, requests: [request], tilesPerBatch }, signal));
  if (isRefusal(planned)) return { ...planned, tiles: 0 };
  const frame = planned.frames[0] as ResultFrame;
  const count = async ({ members: _, ...batch }: TileBatch) => {
    const task = { ...batch, key, requests: [request], fingerprints: [fingerprint] };
    const [part] = await pool.count(task, () => undefined, signal);
    return part as PartialResult;
  };
  let parts: PartialResult[] = [];
  for await (const part of inOrder(planned.batches, count, { atOnce: threads, window: 2 * threads })) {
    parts.push(part);
    // However many batches a large area has, few parts are kept.
    if (parts.length === 16) parts = [mergeParts(frame, parts)];
  }
  const document = resultDocument(frame, parts);
  return { value: JSON.stringify(document), cells: document.cells, tiles: planned.tiles };
}

/** A result document, and the cells of it. */
interface Counts {
  readonly value: string;
  readonly cells: number;
}

/** A result with all that is kept with it. */
export function settledBy(
  { table, tableVersion }: Asked,
  one: AskedResult,
  { value, cells, ...times }: Counts & { readonly startedAt: number; readonly costMs: number },
): Settled {
  const { name, fingerprint, rasters, lines } = one.operation;
  const joined = Object.keys(lines).length > 0;
  const record = {
    key: resultKey({ area: { table, id: one.id }, operation: name, fingerprint }),
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
 * Throws the signal's reason at once when it is aborted. Planning cannot be stopped: it is left to
 * itself.
 */
export function orAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
