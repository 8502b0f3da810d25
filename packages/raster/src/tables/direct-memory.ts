/**
 * Arrays of counts that are all zero again, for the next table: small areas follow each other, and
 * fresh memory costs more than its use.
 */
const spare = new Map<number, Uint32Array[]>();
const mostSpare = 64;

/** An array of counts, all zero. */
export function emptyCounts(length: number): Uint32Array {
  return spare.get(length)?.pop() ?? new Uint32Array(length);
}

/** Takes back an array of counts, all zero. */
export function giveBack(counts: Uint32Array): void {
  const known = spare.get(counts.length);
  if (known === undefined) spare.set(counts.length, [counts]);
  else if (known.length < mostSpare) known.push(counts);
}

/**
 * The entries that were found in recent tables, by the size of tables. Neighbours have the same
 * entries, which are few of all.
 */
const found = new Map<number, Set<number>>();
const mostUsual = 2 ** 10;

/** The entries of recent tables of a size. */
export function usualEntries(size: number): Set<number> {
  const known = found.get(size);
  if (known !== undefined) return known;
  const none = new Set<number>();
  found.set(size, none);
  return none;
}

/** Adds entries to the usual ones. */
export function remember(usual: Set<number>, others: readonly number[]): void {
  if (usual.size + others.length > mostUsual) usual.clear();
  if (others.length <= mostUsual) for (const entry of others) usual.add(entry);
}
