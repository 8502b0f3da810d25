/** A table, and what tells how large its areas are. */
export interface SizedTable {
  readonly id: string;
  /** West, south, east, north. */
  readonly box: readonly number[] | undefined;
  readonly count: number;
}

/** The pixels of an average area's side from which on areas are seen well. */
const leastSide = 48;

/** The pixels of a map around the world at zoom 0. */
const worldPixels = 512;

/** The table for a zoom: the last one whose areas are large enough to be seen, else the first. */
export function levelAt(zoom: number, tables: readonly SizedTable[]): string | undefined {
  return (tables.findLast((table) => sideAt(zoom, table) >= leastSide) ?? tables[0])?.id;
}

/** The side of a square as large as the average area of a table, in pixels at a zoom. */
function sideAt(zoom: number, { box, count }: SizedTable): number {
  if (!box || count === 0) return 0;
  const [west, south, east, north] = box as [number, number, number, number];
  const pixelsOfDegree = (worldPixels * 2 ** zoom) / 360;
  const stretch = 1 / Math.cos((Math.PI * (south + north)) / 360);
  return pixelsOfDegree * Math.sqrt(((east - west) * (north - south) * stretch) / count);
}
