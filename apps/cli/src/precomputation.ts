import { type ArchiveRecord, resultKey } from '@catchment/cache';
import {
  type Identity,
  isRefusal,
  mergeParts,
  type OperationRequest,
  type Operations,
  type PartialResult,
  type ResultFrame,
  resultDocument,
  resultSchemaVersion,
  type TileBatch,
} from '@catchment/operations';
import type { CountPool } from '@catchment/worker';
import type { CatalogVersions, SourceVersions } from './catalog-versions.ts';
import { inOrder } from './in-order.ts';
import type { OperationAhead } from './operations-ahead.ts';

/** All areas and operations of one precomputation, and the versions that their results are of. */
export interface Asked {
  readonly table: string;
  readonly tableVersion: string;
  /** Ascending. */
  readonly ids: readonly string[];
  /** By name, ascending. */
  readonly operations: readonly AskedOperation[];
}

export interface AskedOperation extends Pick<OperationAhead, 'name' | 'resolved'>, SourceVersions {
  readonly fingerprint: string;
}

/** One result that is asked for. */
export interface AskedResult {
  readonly id: string;
  readonly operation: AskedOperation;
}

/** What became of one: its result, why there is none, or that the work was stopped before it was done. */
export type Settled = AskedResult &
  (
    | { readonly outcome: 'result'; readonly record: Omit<ArchiveRecord, 'etag'>; readonly cells: number }
    | { readonly outcome: 'failed'; readonly reason: string }
    | { readonly outcome: 'stopped' }
  );

/** Asks for operations on all areas of a table whose id matches. Throws when there is none, and when a file is replaced meanwhile. */
export async function ask(
  { identify }: Pick<Operations, 'identify'>,
  versions: CatalogVersions,
  wanted: {
    readonly table: string;
    readonly operations: readonly OperationAhead[];
    readonly matches: (id: string) => boolean;
  },
): Promise<Asked> {
  const { table } = wanted;
  const { version: tableVersion, ids } = await versions.areas(table, wanted.matches);
  const [first] = ids;
  if (first === undefined) throw new Error(`table ${table} has no area that is asked for`);
  const operations: AskedOperation[] = [];
  for (const { name, resolved, definition } of wanted.operations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const sources = await versions.sources(definition);
    const { fingerprint } = await identified(identify, { ...resolved, area: { table, id: first } });
    // So the fingerprint is that of these versions.
    const after = { sources: await versions.sources(definition), tableVersion: await versions.table(table) };
    if (JSON.stringify(after) !== JSON.stringify({ sources, tableVersion })) throw new Error(replaced(name));
    operations.push({ name, resolved, fingerprint, ...sources });
  }
  return { table, tableVersion, ids, operations };
}

/** Every area with every operation, by area, then by operation. */
export function* askedResults({ ids, operations }: Asked): Generator<AskedResult> {
  for (const id of ids) for (const operation of operations) yield { id, operation };
}

export interface Computing {
  readonly identify: Operations['identify'];
  readonly pool: Pick<CountPool, 'plan' | 'count'>;
  readonly threads: number;
  readonly tilesPerBatch: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Computes results, several at once, and gives them on in the order in which they are asked for. One that cannot be computed is
 * given on with the reason. Throws when a raster or the table is not what is asked for any more, or cannot be looked at.
 */
export function compute(asked: Asked, results: Iterable<AskedResult>, computing: Computing): AsyncGenerator<Settled> {
  const { threads } = computing;
  // Two for each thread, so that none waits for the next; the small ones may run ahead of a large one.
  return inOrder(results, (one) => computeOne(asked, one, computing), { atOnce: 2 * threads, window: 16 * threads });
}

async function computeOne(asked: Asked, one: AskedResult, computing: Computing): Promise<Settled> {
  const { identify, signal, clock } = computing;
  const { id, operation } = one;
  const area = { table: asked.table, id };
  const startedAt = clock();
  let settled: Settled;
  try {
    const counted = await countArea(area, operation, computing);
    const costMs = clock() - startedAt;
    settled = { ...one, ...settledBy(asked, one, { ...counted, startedAt, costMs }) };
  } catch (error) {
    if (signal.aborted) return { ...one, outcome: 'stopped' };
    settled = { ...one, outcome: 'failed', reason: (error as Error).message };
  }
  // What was computed, or failed, may have been of a file that was replaced meanwhile.
  const { fingerprint } = await identified(identify, { ...operation.resolved, area });
  if (fingerprint !== operation.fingerprint) throw new Error(replaced(operation.name));
  return settled;
}

type Counted = { readonly problem: string } | { readonly key: string; readonly value: string; readonly cells: number };

async function countArea(
  area: { readonly table: string; readonly id: string },
  { name, resolved, fingerprint }: AskedOperation,
  { pool, threads, tilesPerBatch, signal }: Computing,
): Promise<Counted> {
  const request = { ...resolved, area };
  const key = resultKey({ area, operation: name, fingerprint });
  const planned = await orAborted(signal, pool.plan({ key, requests: [request], tilesPerBatch }, signal));
  if (isRefusal(planned)) return planned;
  const frame = planned.frames[0] as ResultFrame;
  const count = async ({ rasters, tiles }: TileBatch) => {
    const batch = { key, requests: [request], fingerprints: [fingerprint], rasters, tiles };
    const [part] = await pool.count(batch, () => undefined, signal);
    return part as PartialResult;
  };
  let parts: PartialResult[] = [];
  for await (const part of inOrder(planned.batches, count, { atOnce: threads, window: 2 * threads })) {
    parts.push(part);
    // However many batches a large area has, few parts are kept.
    if (parts.length === 16) parts = [mergeParts(frame, parts)];
  }
  const document = resultDocument(frame, parts);
  return { key, value: JSON.stringify(document), cells: document.cells };
}

function settledBy(
  { table, tableVersion }: Asked,
  { id, operation }: AskedResult,
  counted: Counted & { readonly startedAt: number; readonly costMs: number },
) {
  if ('problem' in counted) return { outcome: 'failed', reason: counted.problem } as const;
  const { key, value, cells, startedAt, costMs } = counted;
  const { name, fingerprint, rasters, lines } = operation;
  const joined = Object.keys(lines).length > 0;
  const record = {
    key,
    about: {
      ...{ area: `${table}/${id}`, operation: name, fingerprint, rasters },
      ...(joined && { lines }),
      tableVersion,
    },
    schemaVersion: resultSchemaVersion,
    computedAt: startedAt,
    costMs,
    value: Buffer.from(value),
  };
  return { outcome: 'result', record, cells } as const;
}

async function identified(identify: Operations['identify'], request: OperationRequest): Promise<Identity> {
  const identity = await identify(request);
  if (isRefusal(identity)) throw new Error(`${identity.problem}: the table was replaced while it was computed`);
  return identity;
}

function replaced(operation: string): string {
  return `a raster, the lines or the area table of operation ${operation} was replaced while it was computed`;
}

/** Planning cannot be stopped: it is left to itself. */
function orAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
