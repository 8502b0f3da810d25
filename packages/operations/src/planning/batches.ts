import { cutPlan, planTiles, type RasterStack, type Spans, type TileRun, tilesIn } from '@cellshed/raster';

/** The tiles in which a member has cells. */
export interface MemberPlan {
  readonly member: number;
  readonly runs: readonly TileRun[];
}

/**
 * Tiles, and who has cells in them, ascending. From top to bottom, from left to right; or column by
 * column where they lie in a long strip: so few areas are begun and not ended at a time, and their
 * tables stay small together.
 */
export interface SharedTiles {
  readonly members: number[];
  readonly tiles: TileRun[];
}

/**
 * Cuts the tiles in which any of the members has cells into batches of at most `tilesPerBatch`,
 * each tile in one of them, all batches of about the same size. Tiles come in the order of the
 * members: where these are neighbours, few have cells in several batches.
 */
export function cutTogether(plans: readonly MemberPlan[], tilesPerBatch: number): SharedTiles[] {
  const [first] = plans;
  if (first === undefined) return [];
  if (plans.length === 1) {
    const { member, runs } = first;
    const cut = cutPlan({ runs: [...runs] }, evenly(tilesIn(runs), tilesPerBatch));
    return cut.map((tiles) => ({ members: [member], tiles }));
  }
  const owners = new Map<string, Owned>();
  for (const { member, runs } of plans) {
    for (const [key, tile] of tilesOf(runs)) {
      const known = owners.get(key);
      if (known) known.members.push(member);
      else owners.set(key, { tile, members: [member] });
    }
  }
  const all = [...owners.values()];
  const size = evenly(all.length, tilesPerBatch);
  const batches: SharedTiles[] = [];
  for (let at = 0; at < all.length; at += size) batches.push(sharedTiles(all.slice(at, at + size)));
  return batches;
}

/** The place among the tiles of the last that each part has cells in; -1: it has none. */
export function lastTiles(parts: readonly Spans[], stack: RasterStack, tiles: readonly TileRun[]): number[] {
  const places = new Map(Array.from(tilesOf(tiles), ([key], place) => [key, place]));
  const lastOf = oncePerSpans((spans) => {
    let last = -1;
    for (const [key] of tilesOf(planTiles(stack, spans).runs)) last = Math.max(last, places.get(key) ?? -1);
    return last;
  });
  return parts.map(lastOf);
}

/**
 * Finds something once for spans: the members that ask for an area in rasters of many years have
 * the same.
 */
export function oncePerSpans<Found>(find: (spans: Spans) => Found): (spans: Spans) => Found {
  const known = new Map<Spans, Found>();
  return (spans) => {
    const before = known.get(spans);
    if (before !== undefined) return before;
    const found = find(spans);
    known.set(spans, found);
    return found;
  };
}

interface Owned {
  readonly tile: readonly [row: number, column: number];
  readonly members: number[];
}

/** The size of batches of at most so many, when they are to be alike. */
function evenly(tiles: number, tilesPerBatch: number): number {
  if (!(tilesPerBatch >= 1)) throw new RangeError(`a batch has ${tilesPerBatch} tiles, expected at least 1`);
  const batches = Math.max(1, Math.ceil(tiles / Math.floor(tilesPerBatch)));
  return Math.max(1, Math.ceil(tiles / batches));
}

function sharedTiles(owned: readonly Owned[]): SharedTiles {
  const members = new Set(owned.flatMap((one) => one.members));
  const tiles: TileRun[] = [];
  const all = owned.map(({ tile }) => tile);
  const [outer, inner] = extent(all, 1) > 2 * extent(all, 0) ? ([1, 0] as const) : ([0, 1] as const);
  for (const [row, column] of all.sort((a, b) => a[outer] - b[outer] || a[inner] - b[inner])) {
    const last = tiles.at(-1);
    if (last !== undefined && last[0] === row && last[2] === column) last[2] = column + 1;
    else tiles.push([row, column, column + 1]);
  }
  return { members: [...members].sort((a, b) => a - b), tiles };
}

/** The distance of tiles along an axis. */
function extent(tiles: readonly Owned['tile'][], axis: 0 | 1): number {
  let [first, last] = [Infinity, -Infinity];
  for (const tile of tiles) {
    first = Math.min(first, tile[axis]);
    last = Math.max(last, tile[axis]);
  }
  return last - first;
}

/** Those of a plan's runs that lie in some tiles. */
export function runsWithin(runs: readonly TileRun[], tiles: readonly TileRun[]): TileRun[] {
  return tiles.flatMap(([row, first, end]) =>
    runs
      .filter((run) => run[0] === row && run[1] < end && run[2] > first)
      .map((run): TileRun => [row, Math.max(first, run[1]), Math.min(end, run[2])]),
  );
}

/** Each tile of runs, and a word for it. */
export function* tilesOf(
  runs: readonly TileRun[],
): Generator<[key: string, tile: readonly [row: number, column: number]]> {
  for (const [row, first, end] of runs)
    for (let column = first; column < end; column++) yield [`${row} ${column}`, [row, column]];
}
