import { type AreaTable, fingerprintOf, UnusableAreaError, type WellKnownArea } from '@cellshed/areas';

/**
 * The fingerprints of each open table: when its source changes, the table is opened anew. Empty:
 * the geometry is missing or wrong.
 */
const known = new WeakMap<object, Map<string, string>>();
const mostKnown = 20_000;

/**
 * The fingerprint of an area of a table; empty if it has no geometry. Reading a large area takes
 * longer than a turn of the event loop should, and any client that draws a box may cause it. So
 * each area is read once, even if `pay`, which is called with the cost of reading, throws.
 */
export async function fingerprintIn(
  table: Pick<AreaTable, 'get'>,
  id: string,
  pay: (area: WellKnownArea) => void,
): Promise<string> {
  const fingerprints = known.get(table) ?? new Map<string, string>();
  known.set(table, fingerprints);
  const before = fingerprints.get(id);
  if (before !== undefined) return before;
  const area = await table.get(id).catch(unlessUnusable);
  const fingerprint = area ? fingerprintOf(area) : '';
  if (fingerprints.size >= mostKnown) fingerprints.clear();
  fingerprints.set(id, fingerprint);
  if (area) pay(area);
  return fingerprint;
}

function unlessUnusable(error: unknown): undefined {
  if (error instanceof UnusableAreaError) return undefined;
  throw error;
}
