import { type EntryHeader, type PackedEntry, type ResultCache, resultKey } from '@cellshed/cache';
import type { Request, UnitsReference } from '@cellshed/contracts';
import { type IdentifiedUnits, operationText, type UnitSum } from '@cellshed/operations';
import type { CountPool, StoredUnits } from '@cellshed/pool';

export interface CachedUnitsDependencies {
  readonly pool: Pick<CountPool, 'addUnits'>;
  readonly results: Pick<ResultCache, 'readManyPacked'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A request for a total. */
export type TotalRequest = Request & { readonly area: UnitsReference };

/** The part of a total that is cached. */
export interface CachedUnits {
  /** The sums of the units whose results are cached. */
  readonly sums: readonly UnitSum[];
  /** When the oldest of them was computed, in epoch milliseconds; null: there is none. */
  readonly oldest: number | null;
  /** The ids of the other units. */
  readonly missing: readonly string[];
  /** Whether the cache did not answer for some of them. */
  readonly isUnread: boolean;
}

/** So many results cannot be read that they cannot be computed instead. A later try may succeed. */
export class UnreadResultsError extends Error {
  override readonly name = 'UnreadResultsError';
  readonly publicMessage = 'the cached results of areas cannot be read now';
}

/** The entries that are read together. */
const readTogether = 500;

/** The limits of results that a thread adds up in one go. */
const [mostAdded, mostBytesAdded] = [2500, 4 * 2 ** 20];

/** The tasks of adding up that wait for threads while others are read. */
const mostWaiting = 3;

/** The key of the result of a unit. */
export function unitKey(request: TotalRequest, id: string, fingerprint: string): string {
  return resultKey({ area: { table: request.area.table, id }, operation: operationText(request), fingerprint });
}

/**
 * Reads the cached results of the units of a total, and has threads add them up. Results that are
 * not fresh, or too old to be added, are missing.
 */
export async function cachedUnits(
  request: TotalRequest,
  { ids, fingerprint }: IdentifiedUnits,
  { pool, results, clock }: CachedUnitsDependencies,
  signal: AbortSignal,
): Promise<CachedUnits> {
  const { area: _, ...question } = request;
  const sums: UnitSum[] = [];
  const missing: string[] = [];
  let oldest: number | null = null;
  let isUnread = false;
  let found: Found[] = [];
  const adding: Promise<void>[] = [];
  const add = async (some: readonly Found[]) => {
    const { sum, unusable } = await pool.addUnits({ question, ...packed(some.map(({ entry }) => entry)) }, signal);
    if (sum) sums.push(sum);
    const left = new Set(unusable);
    for (const [i, { id, entry }] of some.entries()) {
      if (left.has(i)) missing.push(id);
      else oldest = Math.min(oldest ?? entry.computedAt, entry.computedAt);
    }
  };
  const flush = async () => {
    if (found.length === 0) return;
    const added = add(found);
    // A failure is told when it is waited for.
    added.catch(() => undefined);
    adding.push(added);
    found = [];
    if (adding.length > mostWaiting) await adding.shift();
  };
  for (let at = 0; at < ids.length; at += readTogether) {
    signal.throwIfAborted();
    const some = ids.slice(at, at + readTogether);
    const entries = await results.readManyPacked(some.map((id) => unitKey(request, id, fingerprint)));
    isUnread ||= entries === undefined;
    for (const [i, id] of some.entries()) {
      const entry = entries?.[i];
      if (entry && isFresh(entry, clock())) found.push({ id, entry });
      else missing.push(id);
    }
    if (found.length >= mostAdded || bytesOf(found) >= mostBytesAdded) await flush();
  }
  await flush();
  await Promise.all(adding);
  return { sums, oldest, missing, isUnread };
}

interface Found {
  readonly id: string;
  readonly entry: PackedEntry;
}

/** Results in memory of their own: a view would bring all of its buffer to a thread. */
function packed(entries: readonly PackedEntry[]): StoredUnits {
  let end = 0;
  const documents = entries.map(({ stored, encoding, valueBytes }) => {
    end += stored.length;
    return { end, ...(encoding && { unpacked: valueBytes }) };
  });
  return { bytes: new Uint8Array(Buffer.concat(entries.map(({ stored }) => stored))), documents };
}

/** Result documents that were just made, in the same form. */
export function unpacked(documents: readonly Uint8Array[]): StoredUnits {
  let end = 0;
  const ends = documents.map(({ length }) => {
    end += length;
    return { end };
  });
  return { bytes: new Uint8Array(Buffer.concat(documents)), documents: ends };
}

function bytesOf(found: readonly Found[]): number {
  return found.reduce((sum, { entry }) => sum + entry.stored.length, 0);
}

export function isFresh({ freshUntil }: EntryHeader, now: number): boolean {
  return freshUntil === null || now <= freshUntil;
}
