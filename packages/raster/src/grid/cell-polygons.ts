import type { Budget } from '@cellshed/budget';
import type { Crs } from '@cellshed/crs';
import { cellProjector, worldOf } from './cell-projector.ts';
import type { Grid } from './grid.ts';
import type { Window, World } from './window.ts';

/**
 * Polygons of rings of [x, y] in a CRS. In longitude and latitude they are GeoJSON MultiPolygon
 * coordinates.
 */
export type XyPolygons = readonly (readonly (readonly (readonly [number, number])[])[])[];

/**
 * Polygons of rings in cell coordinates, each ring an array column, row, column, row, …: cell (c,
 * r) is the square from (c, r) to (c + 1, r + 1), its centre (c + 0.5, r + 0.5). A ring closes
 * itself, whether or not its first position is repeated.
 */
export type CellPolygons = readonly (readonly Float64Array[])[];

/** Lines of [x, y] in a CRS. */
export type XyLines = readonly (readonly (readonly [number, number])[])[];

/**
 * Lines in cell coordinates, each an array column, row, column, row, … A line does not close
 * itself.
 */
export type CellLines = readonly Float64Array[];

/** The options of projecting positions to a grid. */
export interface ToCells {
  /** The CRS of the positions; absent: longitude and latitude. */
  readonly crs?: Crs | undefined;
  /** The window that has cells. Default: all of the grid. */
  readonly bounds?: Window | undefined;
  readonly budget?: Budget | undefined;
}

/**
 * Projects every vertex to the grid's CRS and then to its cells. Positions in the grid's own CRS
 * are not changed on the way. Edges are straight in the grid's CRS: no vertices are added. Where
 * columns repeat, as in longitudes, polygons are moved to the cells, however they are written; a
 * polygon that crosses the end of the world occurs twice, and its cells are those in
 * `worldColumns`. Throws UnprojectablePositionError with the first position that the CRS cannot
 * hold.
 */
export function projectToCells(polygons: XyPolygons, grid: Grid, { crs, bounds, budget }: ToCells = {}): CellPolygons {
  const projector = cellProjector(grid, crs, { world: worldOf(grid, bounds), budget });
  return polygons.flatMap((rings, polygon) => projector.polygon(rings, (ring) => `polygon ${polygon}, ring ${ring}`));
}

/** Projects lines to cells, as projectToCells does polygons. */
export function projectLinesToCells(lines: XyLines, grid: Grid, { crs, bounds, budget }: ToCells = {}): CellLines {
  const projector = cellProjector(grid, crs, { world: worldOf(grid, bounds), budget });
  return lines.flatMap((positions, line) => projector.line(positions, `line ${line}`));
}

/**
 * The columns that go once around the world, placed so that they contain a window; undefined if
 * columns do not repeat.
 */
export function worldColumns(grid: Grid, bounds?: Window): World | undefined {
  const world = worldOf(grid, bounds);
  return world && { firstColumn: world.first, endColumn: Math.round(world.first + world.period) };
}
