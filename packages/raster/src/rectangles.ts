import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LentTile } from './lent-tile.ts';
import type { Samples } from './raster.ts';
import { type Shares, type Spans, type Window, wholeCell } from './spans.ts';
import type { Layer, RasterStack } from './stack.ts';
import { readsAhead, type Tile, tileReader } from './stack-reader.ts';
import type { TileRun } from './tile-plan.ts';

/** A stack, and the blocks of it to be visited: all of a plan, or a batch. */
export interface BlockWork {
  readonly stack: RasterStack;
  readonly tiles: readonly TileRun[];
  /** Stops the work between tiles: what was called throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a block is done; blocks are done in their order. */
  readonly onTile?: (() => void) | undefined;
}

/** Blocks, and the cells of an area in them. */
export interface TileWork extends BlockWork {
  readonly spans: Spans;
}

/** The cells of an area, and who is to see what some layers of the stack have there. */
export interface AreaVisit {
  readonly spans: Spans;
  /** By their index in the stack; the views of a rectangle are in this order. */
  readonly layers: readonly number[];
  readonly visit: (rectangle: Rectangle) => void;
}

/** A rectangle of cells in which every layer has one tile, or none. */
export interface Rectangle extends Window {
  /** What each of the layers has here; undefined: its raster has ended, or its tile is sparse. */
  readonly views: readonly (View | undefined)[];
}

/** A tile as it was decoded: `samples[offset + i * stride + j]` is row i, column j of the rectangle. */
export interface View {
  readonly samples: Samples;
  readonly offset: number;
  readonly stride: number;
}

/**
 * Shows each area all cells of the blocks that lie in its spans and on one of its layers, one rectangle at a time, without copying
 * a sample: a block is cut wherever a tile of any layer, or a raster, ends. A tile is read once for all areas that have a cell in
 * it and look at its layer, and not at all if there is none; some are read ahead. What reading throws is thrown, and no read is left
 * running.
 */
export async function visitAreas(work: BlockWork, areas: readonly AreaVisit[]): Promise<void> {
  const { stack, signal, onTile } = work;
  const reader = tileReader(stack, signal);
  const { most, together } = readsAhead(stack);
  const cuts = cutsOf(work, areas.map(boxed));
  const ahead: { readonly cut: Cut; readonly reading: Promise<readonly (LentTile | undefined)[]> }[] = [];
  const readOn = async () => {
    if (ahead.length + together > most) return;
    const before = ahead.length;
    while (ahead.length < most) {
      const { value: cut } = cuts.next();
      if (cut === undefined) break;
      const reading = Promise.all(cut.tiles.map((tile) => tile && reader.read(tile)));
      // A failure is thrown when it is this rectangle's turn; until then somebody must have listened.
      reading.catch(() => undefined);
      ahead.push({ cut, reading });
    }
    // What is read together is asked for together, before the many tiles that have come keep this thread busy.
    if (together > 1 && ahead.length > before) await nextTurn();
  };
  try {
    signal?.throwIfAborted();
    for (await readOn(); ahead[0] !== undefined; await readOn()) {
      const { cut, reading } = ahead[0];
      const tiles = await reading;
      signal?.throwIfAborted();
      ahead.shift();
      const views = viewsOf(cut, tiles, stack);
      for (const { layers, visit } of cut.areas) visit({ ...cut.window, views: layers.map((layer) => views[layer]) });
      for (const tile of tiles) tile?.giveBack();
      if (cut.endsBlock) onTile?.();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await reader.close();
  }
}

/** As `visitAreas`, for one area that looks at all layers. */
export function forEachRectangle({ spans, ...work }: TileWork, visit: (rectangle: Rectangle) => void): Promise<void> {
  return visitAreas(work, [{ spans, layers: [...work.stack.layers.keys()], visit }]);
}

/** Takes a run of cells: row, first column, end column (exclusive), and how much of each lies in the area, of `wholeCell` parts. */
export type RunVisitor = (row: number, firstColumn: number, endColumn: number, parts: number) => void;

/** Calls back for every run of cells of the spans in the window, from left to right; cells in part in the area come one by one. */
export function forEachRun({ firstRow, rowStarts, columns, shares }: Spans, window: Window, visit: RunVisitor): void {
  const endRow = Math.min(window.endRow, firstRow + rowStarts.length - 1);
  for (let row = Math.max(window.firstRow, firstRow); row < endRow; row++) {
    const end = rowStarts[row - firstRow + 1]!;
    for (let k = spanEndingAfter(window.firstColumn, columns, rowStarts[row - firstRow]!, end); k < end; k++) {
      const start = columns[2 * k]!;
      if (start >= window.endColumn) break;
      const from = Math.max(start, window.firstColumn);
      const to = Math.min(columns[2 * k + 1]!, window.endColumn);
      if (shares === undefined) visit(row, from, to, wholeCell);
      else visitShared(shares, [row - firstRow, row], [from, to], visit);
    }
  }
}

function visitShared(
  { rowStarts, columns, parts }: Shares,
  [index, row]: readonly [number, number],
  [from, to]: readonly [number, number],
  visit: RunVisitor,
): void {
  const end = rowStarts[index + 1]!;
  let next = from;
  for (let k = firstAtOrAfter(from, columns, rowStarts[index]!, end); k < end && columns[k]! < to; k++) {
    const column = columns[k]!;
    if (column > next) visit(row, next, column, wholeCell);
    visit(row, column, column + 1, parts[k]!);
    next = column + 1;
  }
  if (to > next) visit(row, next, to, wholeCell);
}

/** A rectangle before its tiles are read. */
interface Cut {
  readonly window: Window;
  /** The areas that have cells in it. */
  readonly areas: readonly AreaVisit[];
  /** The tile of each layer; undefined: its raster does not reach here, or none of these areas looks at it. */
  readonly tiles: readonly (Tile | undefined)[];
  /** No more of this block follows. */
  readonly endsBlock: boolean;
}

/** An area, and the smallest window that has all its cells: most blocks lie outside of most areas. */
type BoxedArea = AreaVisit & { readonly box: Window };

function boxed(area: AreaVisit): BoxedArea {
  const { firstRow, rowStarts, columns } = area.spans;
  let [firstColumn, endColumn] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < columns.length; k += 2) {
    if (columns[k]! < firstColumn) firstColumn = columns[k]!;
    if (columns[k + 1]! > endColumn) endColumn = columns[k + 1]!;
  }
  return { ...area, box: { firstColumn, endColumn, firstRow, endRow: firstRow + rowStarts.length - 1 } };
}

function meet(a: Window, b: Window): boolean {
  return a.firstRow < b.endRow && b.firstRow < a.endRow && a.firstColumn < b.endColumn && b.firstColumn < a.endColumn;
}

function* cutsOf({ stack, tiles }: BlockWork, areas: readonly BoxedArea[]): Generator<Cut, undefined> {
  const { width, height } = stack.block;
  for (const [blockRow, first, end] of tiles) {
    for (let blockColumn = first; blockColumn < end; blockColumn++) {
      const block = {
        firstColumn: blockColumn * width,
        endColumn: (blockColumn + 1) * width,
        firstRow: blockRow * height,
        endRow: (blockRow + 1) * height,
      };
      const cuts = cutBlock(block, stack, areas);
      // In its turn, though there is nothing to be shown: blocks end in order.
      if (cuts.length === 0)
        yield { window: block, areas: [], tiles: stack.layers.map(() => undefined), endsBlock: true };
      for (const [i, cut] of cuts.entries()) yield { ...cut, endsBlock: i === cuts.length - 1 };
    }
  }
}

function cutBlock(block: Window, stack: RasterStack, areas: readonly BoxedArea[]): Omit<Cut, 'endsBlock'>[] {
  const { layers, bounds } = stack;
  const inside = areas.filter(({ spans, box }) => meet(box, block) && hasCells(spans, block));
  if (inside.length === 0) return [];
  const columns = cutLines(
    Math.max(block.firstColumn, bounds.firstColumn),
    Math.min(block.endColumn, bounds.endColumn),
    layers.map(({ raster, column }) => ({ first: column, size: raster.grid.width, tile: raster.tiling.width })),
  );
  const rows = cutLines(
    Math.max(block.firstRow, bounds.firstRow, Math.min(...inside.map(({ spans }) => spans.firstRow))),
    Math.min(block.endRow, bounds.endRow, Math.max(...inside.map(({ spans }) => endRowOf(spans)))),
    layers.map(({ raster, row }) => ({ first: row, size: raster.grid.height, tile: raster.tiling.height })),
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

function cutFor(window: Window, { layers }: RasterStack, areas: readonly AreaVisit[]): Omit<Cut, 'endsBlock'> {
  const all = layers.map((layer, index) => tileAt(layer, index, window.firstColumn, window.firstRow));
  const here = areas.filter(
    ({ spans, layers: own }) => own.some((layer) => all[layer] !== undefined) && hasCells(spans, window),
  );
  const needed = new Set(here.flatMap(({ layers: own }) => own));
  return { window, areas: here, tiles: all.map((tile, layer) => (needed.has(layer) ? tile : undefined)) };
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

function tileAt({ raster, column, row }: Layer, layer: number, atColumn: number, atRow: number): Tile | undefined {
  const [x, y] = [atColumn - column, atRow - row];
  if (x < 0 || y < 0 || x >= raster.grid.width || y >= raster.grid.height) return undefined;
  return { layer, column: Math.floor(x / raster.tiling.width), row: Math.floor(y / raster.tiling.height) };
}

function endRowOf({ firstRow, rowStarts }: Spans): number {
  return firstRow + rowStarts.length - 1;
}

function hasCells(spans: Spans, window: Window): boolean {
  const endRow = Math.min(window.endRow, endRowOf(spans));
  for (let row = Math.max(window.firstRow, spans.firstRow); row < endRow; row++) {
    const end = spans.rowStarts[row - spans.firstRow + 1]!;
    const k = spanEndingAfter(window.firstColumn, spans.columns, spans.rowStarts[row - spans.firstRow]!, end);
    if (k < end && spans.columns[2 * k]! < window.endColumn) return true;
  }
  return false;
}

/** The first of the sorted columns [from, to) that is not left of a column; `to` if all are. */
function firstAtOrAfter(column: number, columns: Int32Array, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (columns[middle]! >= column) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The first of the spans [from, to) of a row that ends right of where the column begins; `to` if none does. */
function spanEndingAfter(column: number, columns: Int32Array, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (columns[2 * middle + 1]! > column) to = middle;
    else from = middle + 1;
  }
  return from;
}

function viewsOf({ window, tiles }: Cut, lent: readonly (LentTile | undefined)[], { layers }: RasterStack) {
  return tiles.map((tile, i): View | undefined => {
    const [layer, own] = [layers[i]!, lent[i]?.samples];
    if (tile === undefined || own === undefined) return undefined;
    const { tiling, name } = layer.raster;
    const top = window.firstRow - layer.row - tile.row * tiling.height;
    const left = window.firstColumn - layer.column - tile.column * tiling.width;
    const needed =
      (top + window.endRow - window.firstRow - 1) * tiling.width + left + window.endColumn - window.firstColumn;
    if (own.length < needed) {
      throw new Error(
        `raster ${name}: tile ${tile.column}, ${tile.row} has ${own.length} samples, expected at least ${needed}`,
      );
    }
    return { samples: own, offset: top * tiling.width + left, stride: tiling.width };
  });
}
