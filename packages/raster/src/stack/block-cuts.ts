import type { Window } from '../grid/window.ts';
import { type CellRuns, cellRuns, hasCells } from '../spans/cell-runs.ts';
import type { Spans } from '../spans/spans.ts';
import type { AreaVisit, BlockWork } from './area-visit.ts';
import type { RasterSet, RasterSets } from './raster-sets.ts';
import type { PlacedRaster, RasterStack } from './stack.ts';
import type { Tile } from './stack-reader.ts';

/** A rectangle before its tiles are read, for areas that look at some of the rasters. */
export interface Cut {
  readonly window: Window;
  /** The areas that have cells in it, and these cells. */
  readonly areas: readonly AreaCut[];
  /**
   * The tile of each raster; undefined: the raster does not reach here, or none of these areas
   * looks at it.
   */
  readonly tiles: readonly (Tile | undefined)[];
  /** Tells whether an area has no cells in later rectangles of the block. */
  readonly ends: (area: AreaVisit) => boolean;
  /** Whether it is the last rectangle of its block. */
  readonly endsBlock: boolean;
}

interface AreaCut {
  readonly area: AreaVisit;
  readonly runs: CellRuns;
}

/** Spans, and all areas that have them: one area may be counted in rasters of many years. */
interface Place {
  readonly spans: Spans;
  /** The areas by the rasters at which they look. */
  readonly areasOf: ReadonlyMap<RasterSet | undefined, readonly AreaVisit[]>;
  /** The smallest window of all cells: most blocks are outside of most areas. */
  readonly box: Window;
}

function placesOf(areas: readonly AreaVisit[], { setOf }: RasterSets): Place[] {
  const bySpans = Map.groupBy(areas, ({ spans }) => spans);
  return Array.from(bySpans, ([spans, own]) => ({ spans, areasOf: Map.groupBy(own, setOf), box: boxOf(spans) }));
}

function boxOf({ firstRow, rowStarts, columns }: Spans): Window {
  let [firstColumn, endColumn] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < columns.length; k += 2) {
    if (columns[k]! < firstColumn) firstColumn = columns[k]!;
    if (columns[k + 1]! > endColumn) endColumn = columns[k + 1]!;
  }
  return { firstColumn, endColumn, firstRow, endRow: firstRow + rowStarts.length - 1 };
}

function meet(a: Window, b: Window): boolean {
  return a.firstRow < b.endRow && b.firstRow < a.endRow && a.firstColumn < b.endColumn && b.firstColumn < a.endColumn;
}

/**
 * The rectangles of the blocks in which areas have cells, in the order of the blocks. In a block,
 * those of one set of rasters follow each other: few tiles are needed at a time.
 */
export function* cutsOf(
  { stack, tiles }: BlockWork,
  visits: readonly AreaVisit[],
  sets: RasterSets,
): Generator<Cut, undefined> {
  const places = placesOf(visits, sets);
  const { width, height } = stack.block;
  for (const [blockRow, first, end] of tiles) {
    for (let blockColumn = first; blockColumn < end; blockColumn++) {
      const block = {
        firstColumn: blockColumn * width,
        endColumn: (blockColumn + 1) * width,
        firstRow: blockRow * height,
        endRow: (blockRow + 1) * height,
      };
      const pieces = piecesOf(block, stack, places);
      const found = sets.sets.flatMap((set) => cutsFor(set, pieces, stack));
      // A block without cells is also yielded, because blocks end in order.
      const cuts = found.length > 0 ? found : [{ window: block, areas: [], tiles: stack.rasters.map(() => undefined) }];
      const lastCuts = new Map(cuts.flatMap((cut) => cut.areas.map(({ area }) => [area, cut])));
      for (const cut of cuts)
        yield { ...cut, ends: (area) => lastCuts.get(area) === cut, endsBlock: cut === cuts.at(-1) };
    }
  }
}

/** A rectangle, and the places that have cells in it. */
interface Piece {
  readonly window: Window;
  readonly places: readonly { readonly place: Place; readonly runs: CellRuns }[];
}

function piecesOf(block: Window, stack: RasterStack, places: readonly Place[]): Piece[] {
  const { rasters, bounds } = stack;
  const inside = places.filter(({ box }) => meet(box, block));
  if (inside.length === 0) return [];
  const columns = cutLines(
    Math.max(block.firstColumn, bounds.firstColumn),
    Math.min(block.endColumn, bounds.endColumn),
    rasters.map(({ raster, column }) => ({ first: column, size: raster.grid.width, tile: raster.tiling.width })),
  );
  const rows = cutLines(
    Math.max(block.firstRow, bounds.firstRow, Math.min(...inside.map(({ box }) => box.firstRow))),
    Math.min(block.endRow, bounds.endRow, Math.max(...inside.map(({ box }) => box.endRow))),
    rasters.map(({ raster, row }) => ({ first: row, size: raster.grid.height, tile: raster.tiling.height })),
  );
  return rows.flatMap(([firstRow, endRow]) =>
    columns.map(([firstColumn, endColumn]): Piece => {
      const window = { firstColumn, endColumn, firstRow, endRow };
      const own = inside
        .filter(({ box }) => meet(box, window))
        .map((place) => ({ place, runs: cellRuns(place.spans, window) }));
      return { window, places: own.filter(({ runs }) => hasCells(runs)) };
    }),
  );
}

/** The pieces of a block as areas see them that look at a set of rasters. */
function cutsFor(set: RasterSet, pieces: readonly Piece[], stack: RasterStack) {
  return pieces.map((piece) => cutFor(set, piece, stack)).filter(({ areas }) => areas.length > 0);
}

function cutFor(set: RasterSet, { window, places }: Piece, { rasters }: RasterStack) {
  const all = rasters.map((raster, index) =>
    set.has(index) ? tileAt(raster, index, window.firstColumn, window.firstRow) : undefined,
  );
  const areas = places
    .flatMap(({ place, runs }) => (place.areasOf.get(set) ?? []).map((area): AreaCut => ({ area, runs })))
    .filter(({ area }) => area.rasters.some((raster) => all[raster] !== undefined));
  const needed = new Set(areas.flatMap(({ area }) => area.rasters));
  return { window, areas, tiles: all.map((tile, raster) => (needed.has(raster) ? tile : undefined)) };
}

/** The pieces of [from, to) between the borders of tiles and the ends of rasters. */
function cutLines(
  from: number,
  to: number,
  axes: readonly { readonly first: number; readonly size: number; readonly tile: number }[],
): [number, number][] {
  if (from >= to) return [];
  const lines = new Set([from, to]);
  for (const { first, size, tile } of axes) {
    const end = first + size;
    for (
      let line = first + Math.max(0, Math.ceil((from - first) / tile)) * tile;
      line < Math.min(end, to);
      line += tile
    ) {
      lines.add(line);
    }
    if (end > from && end < to) lines.add(end);
  }
  const sorted = [...lines].sort((a, b) => a - b);
  return sorted.slice(1).map((line, i) => [sorted[i]!, line]);
}

function tileAt(
  { raster, column, row }: PlacedRaster,
  index: number,
  atColumn: number,
  atRow: number,
): Tile | undefined {
  const [x, y] = [atColumn - column, atRow - row];
  if (x < 0 || y < 0 || x >= raster.grid.width || y >= raster.grid.height) return undefined;
  return { raster: index, column: Math.floor(x / raster.tiling.width), row: Math.floor(y / raster.tiling.height) };
}
