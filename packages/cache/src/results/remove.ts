import { expectFunction, expectFunctionsOf, expectIfAny, expectObject } from '@cellshed/expected';
import { decodeHeader, entryHeaderBytes } from '../entry.ts';
import type { Store } from '../stores/store.ts';
import { type ResultSelection, selectedResults } from './selection.ts';

export interface RemovalOptions {
  /**
   * The number of keys that are looked at, and of results that are removed, at once; default 500.
   */
  readonly stepKeys?: number;
  /** Hears how far it is after each step, also after the one that failed. */
  readonly onProgress?: (progress: Removal) => void;
}

/** Counts since the beginning. */
export interface Removal {
  /** Keys looked at: those that the selection's common prefix could not leave out. */
  readonly looked: number;
  /** Results that were selected. One that is written meanwhile may count twice. */
  readonly matched: number;
  /** Results that were there and are no more: each counts once. */
  readonly removed: number;
}

/**
 * Removes the selected results, and nothing else, in bounded memory and without holding up others
 * who use the store. A result that may be refreshed is fenced too, so that a refresh that is under
 * way does not bring the old value back; one that lives as long as it is fresh is not, as a million
 * epochs would take more room than many results.
 *
 * Rejects with the store's error as soon as it fails; `onProgress` has heard what was removed until
 * then, and removing again continues.
 */
export async function removeResults(
  store: Store,
  selection: ResultSelection,
  options: RemovalOptions = {},
): Promise<Removal> {
  const { stepKeys = 500, onProgress } = checked(store, options, ['keys', 'head', 'delete']);
  let sum: Removal = { looked: 0, matched: 0, removed: 0 };
  for await (const { looked, found } of selectedResults(store, selection, stepKeys)) {
    const outcomes = await Promise.allSettled(found.map(({ key }) => removeOne(store, key)));
    const removed = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
    sum = { looked: sum.looked + looked, matched: sum.matched + found.length, removed: sum.removed + removed };
    onProgress?.(sum);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
  return sum;
}

/** Counts what `removeResults` would remove, and changes nothing. */
export async function countResults(
  store: Pick<Store, 'keys'>,
  selection: ResultSelection,
  options: RemovalOptions = {},
): Promise<Removal> {
  const { stepKeys = 500, onProgress } = checked(store, options, ['keys']);
  let sum: Removal = { looked: 0, matched: 0, removed: 0 };
  for await (const { looked, found } of selectedResults(store, selection, stepKeys)) {
    sum = { looked: sum.looked + looked, matched: sum.matched + found.length, removed: 0 };
    onProgress?.(sum);
  }
  return sum;
}

function checked(store: unknown, options: RemovalOptions, functions: readonly string[]): RemovalOptions {
  const what = 'the store that is looked through';
  expectObject(what, store);
  expectFunctionsOf(what, store, functions);
  expectObject('the options of a removal', options);
  expectIfAny('onProgress of a removal', options.onProgress, expectFunction);
  return options;
}

async function removeOne(store: Store, key: string): Promise<boolean> {
  const bytes = await store.head(key, entryHeaderBytes);
  if (!bytes) return false;
  const header = decodeHeader(bytes);
  const refreshed = header !== undefined && header.freshUntil !== header.hardUntil;
  return refreshed ? store.fence.remove(key) : store.delete(key);
}
