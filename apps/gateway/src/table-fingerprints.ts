import { type AreaTable, fingerprintOf, UnusableAreaError, type WellKnownArea } from '@catchment/areas';

/**
 * By the table as it was opened: when its source changes, it is opened anew. Empty: the geometry is
 * missing or wrong.
 */
const known = new WeakMap<object, Map<string, string>>();
const mostKnown = 20_000;

/**
 * The fingerprint of an area of a table, empty where it has no geometry. To read a large one takes
 * longer than a turn of the event loop should, and whoever draws a box may have it read: so each is
 * read once, also where `pay`, which is told of what is read, throws.
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
