import { gdalwarpToGrid, sameCrs } from '@cellshed/crs';
import { worldOf } from '../grid/cell-projector.ts';
import { describeGrid, type Grid } from '../grid/grid.ts';
import type { Window } from '../grid/window.ts';
import type { Raster } from '../tiles/raster.ts';
import type { Tiling } from '../tiles/tiles.ts';

/**
 * Rasters whose cells coincide, on one lattice: the grid of the first raster, without end in all
 * directions. Its cell (0, 0) is the upper left cell of the first raster; columns and rows can be
 * negative where another raster reaches further.
 */
export interface RasterStack {
  /** The grid of the first raster, to which areas are projected. */
  readonly grid: Grid;
  readonly rasters: readonly PlacedRaster[];
  /** The smallest window around all rasters. */
  readonly bounds: Window;
  /**
   * The unit of work: the lattice is cut into blocks of this many columns and rows, from cell (0,
   * 0). A block is a tile of the first raster or, if tiles are small, several; it has at least 2^18
   * cells, if the raster has as many.
   */
  readonly block: { readonly width: number; readonly height: number };
}

/** A raster, and the place of its upper left cell on the lattice. */
export interface PlacedRaster {
  readonly raster: Raster;
  readonly column: number;
  readonly row: number;
}

/** The cells of two rasters of an operation do not coincide. */
export class MisalignedRastersError extends Error {
  override readonly name = 'MisalignedRastersError';
}

/**
 * Places rasters on one lattice. Throws MisalignedRastersError, which names both rasters and both
 * grids, unless they have the same CRS and cells that coincide; their extents may differ. Where
 * columns repeat, as in longitudes, a raster is moved by whole turns if that brings it nearer to
 * the first one.
 */
export function stackRasters(rasters: readonly Raster[]): RasterStack {
  const [first] = rasters;
  if (first === undefined) throw new RangeError('a stack needs at least one raster');
  const turn = columnsOfTurn(first.grid);
  const placedRasters = rasters.map((raster) => placed(raster, first, turn));
  const bounds = {
    firstColumn: Math.min(...placedRasters.map(({ column }) => column)),
    endColumn: Math.max(...placedRasters.map(({ column, raster }) => column + raster.grid.width)),
    firstRow: Math.min(...placedRasters.map(({ row }) => row)),
    endRow: Math.max(...placedRasters.map(({ row, raster }) => row + raster.grid.height)),
  };
  if (turn !== undefined) checkTurns(placedRasters, bounds, turn);
  return { grid: first.grid, rasters: placedRasters, bounds, block: blockOf(first.tiling) };
}

/**
 * The number of columns around the world; undefined if columns do not repeat, or cells do not
 * coincide after a turn.
 */
function columnsOfTurn(grid: Grid): number | undefined {
  const period = worldOf(grid)?.period;
  return Number.isInteger(period) ? period : undefined;
}

/**
 * A place in two columns would belong to one raster in the one, and to another raster in the other.
 */
function checkTurns(rasters: readonly PlacedRaster[], { firstColumn, endColumn }: Window, turn: number): void {
  const widest = Math.max(...rasters.map(({ raster }) => raster.grid.width));
  if (endColumn - firstColumn <= Math.max(turn, widest)) return;
  const [{ raster: first }] = rasters as [PlacedRaster];
  const away = rasters.find(({ column }) => column === firstColumn) as PlacedRaster;
  const { raster: other } =
    away.raster === first
      ? (rasters.findLast(({ column, raster }) => column + raster.grid.width === endColumn) as PlacedRaster)
      : away;
  throw misaligned(first, other, 'longitudes are cut at other meridians, so that one lies on both sides of the other');
}

/**
 * The most, in cells, by which the edges of a raster may be off the lattice. Degrees with ten
 * decimals are up to 1e-6 of a cell off, sums of doubles far less; a deliberate shift, even of a
 * centimetre in 30 metres, is 3e-4.
 */
const tolerance = 1e-5;

function placed(raster: Raster, first: Raster, turn: number | undefined): PlacedRaster {
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
 * The cell of a lattice that is a grid's first one; undefined if their cells do not coincide. The
 * CRS is not compared. For each cell between the grid and the lattice's origin, `drift` of a cell
 * more is allowed.
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
 * The whole cells from the lattice's origin to a raster that begins `distance` from it; undefined
 * if the raster's first or last edge is off.
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
 * Doubles the shorter side of a tile, as far as the raster has tiles, until the block has enough
 * cells.
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
