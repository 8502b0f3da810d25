import type { Window } from '../grid/window.ts';
import { endRowOf, hasCells } from '../spans/span-runs.ts';
import type { Spans } from '../spans/spans.ts';
import type { AreaVisit, BlockWork } from './area-visit.ts';
import type { PlacedRaster, RasterStack } from './stack.ts';
import type { Tile } from './stack-reader.ts';

/** A rectangle before its tiles are read. */
export interface Cut {
  readonly window: Window;
  /** The areas that have cells in it. */
  readonly areas: readonly AreaVisit[];
  /**
   * The tile of each raster; undefined: the raster does not reach here, or none of these areas
   * looks at it.
   */
  readonly tiles: readonly (Tile | undefined)[];
  /** Whether this is the last rectangle of its block. */
  readonly endsBlock: boolean;
}

/**
 * Spans, the visitors of them (more than one where an area is counted in rasters of many years),
 * and the smallest window of all their cells: most blocks are outside of most areas.
 */
interface Place {
  readonly spans: Spans;
  readonly areas: readonly AreaVisit[];
  readonly box: Window;
}

function placesOf(areas: readonly AreaVisit[]): Place[] {
  const bySpans = Map.groupBy(areas, ({ spans }) => spans);
  return Array.from(bySpans, ([spans, areas]) => ({ spans, areas, box: boxOf(spans) }));
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

/** The rectangles of the blocks in which areas have cells, in the order of the blocks. */
export function* cutsOf({ stack, tiles }: BlockWork, visits: readonly AreaVisit[]): Generator<Cut, undefined> {
  const places = placesOf(visits);
  const { width, height } = stack.block;
  for (const [blockRow, first, end] of tiles) {
    for (let blockColumn = first; blockColumn < end; blockColumn++) {
      const block = {
        firstColumn: blockColumn * width,
        endColumn: (blockColumn + 1) * width,
        firstRow: blockRow * height,
        endRow: (blockRow + 1) * height,
      };
      const cuts = cutBlock(block, stack, places);
      // A block without cells is also yielded, because blocks end in order.
      if (cuts.length === 0)
        yield { window: block, areas: [], tiles: stack.rasters.map(() => undefined), endsBlock: true };
      for (const [i, cut] of cuts.entries()) yield { ...cut, endsBlock: i === cuts.length - 1 };
    }
  }
}

function cutBlock(block: Window, stack: RasterStack, places: readonly Place[]): Omit<Cut, 'endsBlock'>[] {
  const { rasters, bounds } = stack;
  const inside = places.filter(({ spans, box }) => meet(box, block) && hasCells(spans, block));
  if (inside.length === 0) return [];
  const columns = cutLines(
    Math.max(block.firstColumn, bounds.firstColumn),
    Math.min(block.endColumn, bounds.endColumn),
    rasters.map(({ raster, column }) => ({ first: column, size: raster.grid.width, tile: raster.tiling.width })),
  );
  const rows = cutLines(
    Math.max(block.firstRow, bounds.firstRow, Math.min(...inside.map(({ spans }) => spans.firstRow))),
    Math.min(block.endRow, bounds.endRow, Math.max(...inside.map(({ spans }) => endRowOf(spans)))),
    rasters.map(({ raster, row }) => ({ first: row, size: raster.grid.height, tile: raster.tiling.height })),
  );
  const cuts: Omit<Cut, 'endsBlock'>[] = [];
  for (const [firstRow, endRow] of rows) {
    for (const [firstColumn, endColumn] of columns) {
      const cut = cutFor({ firstColumn, endColumn, firstRow, endRow }, stack, inside);
      if (cut.areas.length > 0) cuts.push(cut);
    }
  }
  return cuts;
}

function cutFor(window: Window, { rasters }: RasterStack, places: readonly Place[]): Omit<Cut, 'endsBlock'> {
  const all = rasters.map((raster, index) => tileAt(raster, index, window.firstColumn, window.firstRow));
  const here = places
    .filter(({ spans }) => hasCells(spans, window))
    .flatMap(({ areas }) => areas)
    .filter(({ rasters: own }) => own.some((raster) => all[raster] !== undefined));
  const needed = new Set(here.flatMap(({ rasters: own }) => own));
  return { window, areas: here, tiles: all.map((tile, raster) => (needed.has(raster) ? tile : undefined)) };
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
