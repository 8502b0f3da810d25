import { gdalwarpToGrid, sameCrs } from '@catchment/crs';
import { worldOf } from './cell-projector.ts';
import { describeGrid, type Grid } from './grid.ts';
import type { Raster, Tiling } from './raster.ts';
import type { Window } from './spans.ts';

/**
 * Rasters whose cells coincide, on one lattice: the grid of the first raster, without end in all
 * directions. Its cell (0, 0) is the first raster's upper left cell; columns and rows can be
 * negative where another raster reaches further.
 */
export interface RasterStack {
  /** The first raster's grid: what areas are projected to. */
  readonly grid: Grid;
  readonly layers: readonly Layer[];
  /** The smallest window around all rasters. */
  readonly bounds: Window;
  /**
   * The unit of work: the lattice is cut into blocks of this many columns and rows, from cell (0,
   * 0). A block is a tile of the first raster or, where those are small, several; it has 2^18 cells
   * or more, if the raster has.
   */
  readonly block: { readonly width: number; readonly height: number };
}

/** A raster, and where its upper left cell lies on the lattice. */
export interface Layer {
  readonly raster: Raster;
  readonly column: number;
  readonly row: number;
}

/** The cells of two rasters of an operation do not coincide. */
export class MisalignedRastersError extends Error {
  override readonly name = 'MisalignedRastersError';
}

/**
 * Lays rasters on one lattice. Throws MisalignedRastersError naming both rasters and both grids
 * unless they have the same CRS and cells that coincide; their extents may differ. Where columns
 * repeat, as in longitudes, a raster lies whole turns from where its own longitudes are, if it is
 * nearer to the first one there.
 */
export function stackRasters(rasters: readonly Raster[]): RasterStack {
  const [first] = rasters;
  if (first === undefined) throw new RangeError('a stack needs at least one raster');
  const turn = columnsOfTurn(first.grid);
  const layers = rasters.map((raster) => placed(raster, first, turn));
  const bounds = {
    firstColumn: Math.min(...layers.map(({ column }) => column)),
    endColumn: Math.max(...layers.map(({ column, raster }) => column + raster.grid.width)),
    firstRow: Math.min(...layers.map(({ row }) => row)),
    endRow: Math.max(...layers.map(({ row, raster }) => row + raster.grid.height)),
  };
  if (turn !== undefined) checkTurns(layers, bounds, turn);
  return { grid: first.grid, layers, bounds, block: blockOf(first.tiling) };
}

/**
 * How many columns go around the world; undefined where they do not repeat, or cells do not meet
 * after a turn.
 */
function columnsOfTurn(grid: Grid): number | undefined {
  const period = worldOf(grid)?.period;
  return Number.isInteger(period) ? period : undefined;
}

/**
 * Places that lie in two columns would be those of one raster in the one, and of another raster in
 * the other.
 */
function checkTurns(layers: readonly Layer[], { firstColumn, endColumn }: Window, turn: number): void {
  const widest = Math.max(...layers.map(({ raster }) => raster.grid.width));
  if (endColumn - firstColumn <= Math.max(turn, widest)) return;
  const [{ raster: first }] = layers as [Layer];
  const away = layers.find(({ column }) => column === firstColumn) as Layer;
  const { raster: other } =
    away.raster === first
      ? (layers.findLast(({ column, raster }) => column + raster.grid.width === endColumn) as Layer)
      : away;
  throw misaligned(first, other, 'longitudes are cut at other meridians, so that one lies on both sides of the other');
}

/**
 * How far, in cells, the edges of a raster may lie off the lattice. Degrees written with ten
 * decimals lie up to 1e-6 of a cell off, sums of doubles far less; a shift that anyone made, be it
 * of a centimetre in 30 metres, is 3e-4.
 */
const tolerance = 1e-5;

function placed(raster: Raster, first: Raster, turn: number | undefined): Layer {
  const [grid, lattice] = [raster.grid, first.grid];
  const same = sameCrs(grid.crs, lattice.crs);
  const place = same ? placeOn(lattice, grid) : undefined;
  if (place === undefined) throw misaligned(first, raster, same ? 'cells do not coincide' : 'CRS differs');
  if (turn === undefined) return { raster, ...place };
  const middle = place.column + grid.width / 2;
  const turns = Math.round((lattice.width / 2 - middle) / turn);
  return { raster, ...place, column: place.column + turns * turn };
}

function misaligned(first: Raster, other: Raster, differs: string): MisalignedRastersError {
  return new MisalignedRastersError(
    `rasters ${first.name} and ${other.name} do not align, their ${differs}: ` +
      `${first.name} has ${describeGrid(first.grid)}; ${other.name} has ${describeGrid(other.grid)}; ` +
      `expected the same lattice, to which a line like this brings it: ${gdalwarpToGrid(`${other.name}.tif`, first.grid)}`,
  );
}

/**
 * The cell of a lattice that is a grid's first one; undefined: their cells do not coincide. Nobody
 * looks at their CRS. For each cell that the grid lies away, `drift` of a cell more may be off.
 */
export function placeOn(
  lattice: Grid,
  grid: Grid,
  drift = 0,
): { readonly column: number; readonly row: number } | undefined {
  const [right, down] = [grid.originX - lattice.originX, lattice.originY - grid.originY];
  const column = offset(right, [grid.cellWidth, grid.width], lattice.cellWidth, drift);
  const row = offset(down, [grid.cellHeight, grid.height], lattice.cellHeight, drift);
  return column === undefined || row === undefined ? undefined : { column, row };
}

/**
 * Whole cells from the lattice's origin to a raster that begins `distance` from it; undefined: its
 * first or last edge is off.
 */
function offset(
  distance: number,
  [cell, cells]: readonly [size: number, count: number],
  latticeCell: number,
  drift: number,
): number | undefined {
  const first = distance / latticeCell;
  const end = (distance + cells * cell) / latticeCell;
  const whole = Math.round(first) + 0;
  const most = tolerance + drift * Math.abs(whole);
  const aligned = Math.abs(first - whole) <= most && Math.abs(end - whole - cells) <= most;
  return aligned ? whole : undefined;
}

const leastCellsOfBlock = 2 ** 18;

/**
 * Doubles the shorter side of a tile, as far as the raster has tiles, until there is enough in it
 * to be worth a turn.
 */
function blockOf({ width, height, across, down }: Tiling): RasterStack['block'] {
  let [columns, rows] = [1, 1];
  while (columns * width * rows * height < leastCellsOfBlock && (columns < across || rows < down)) {
    const wider = columns < across && (columns * width <= rows * height || rows >= down);
    if (wider) columns *= 2;
    else rows *= 2;
  }
  return { width: columns * width, height: rows * height };
}
