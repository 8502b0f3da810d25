import type { Budget } from '@catchment/budget';
import type { Crs } from '@catchment/crs';
import type { World } from './area-cells.ts';
import { cellProjector, worldOf } from './cell-projector.ts';
import type { Grid } from './grid.ts';
import type { Window } from './spans.ts';

/**
 * Polygons of rings of [x, y] in a CRS: GeoJSON MultiPolygon coordinates, where that is longitude
 * and latitude.
 */
export type XyPolygons = readonly (readonly (readonly (readonly [number, number])[])[])[];

/**
 * Polygons of rings in cell coordinates, each ring an array column, row, column, row, …: cell (c,
 * r) is the square from (c, r) to (c + 1, r + 1), its centre (c + 0.5, r + 0.5). A ring closes by
 * itself, whether or not its first position is repeated.
 */
export type CellPolygons = readonly (readonly Float64Array[])[];

/** Lines of [x, y] in a CRS. */
export type XyLines = readonly (readonly (readonly [number, number])[])[];

/**
 * Lines in cell coordinates as those of polygons: each column, row, column, row, … It does not
 * close by itself.
 */
export type CellLines = readonly Float64Array[];

/** How positions are brought to a grid. */
export interface ToCells {
  /** The CRS of the positions; absent: longitude and latitude. */
  readonly crs?: Crs | undefined;
  /** Where there are cells. Default: those of the grid. */
  readonly bounds?: Window | undefined;
  readonly budget?: Budget | undefined;
}

/**
 * Brings every vertex to the grid's CRS and on to its cells. Positions in the grid's own CRS are
 * not changed on the way. Edges are straight in the grid's CRS: nothing is put between vertices.
 * Where columns repeat, as in longitudes, polygons are brought to where the cells are, whichever
 * way they are written; one that reaches over the end of the world is there twice, and its cells
 * are those in `worldColumns`. Throws UnprojectablePositionError naming the first position that the
 * CRS cannot hold.
 */
export function projectToCells(polygons: XyPolygons, grid: Grid, { crs, bounds, budget }: ToCells = {}): CellPolygons {
  const projector = cellProjector(grid, crs, { world: worldOf(grid, bounds), budget });
  return polygons.flatMap((rings, polygon) => projector.polygon(rings, (ring) => `polygon ${polygon}, ring ${ring}`));
}

/** Brings lines to cells as projectToCells does polygons. */
export function projectLinesToCells(lines: XyLines, grid: Grid, { crs, bounds, budget }: ToCells = {}): CellLines {
  const projector = cellProjector(grid, crs, { world: worldOf(grid, bounds), budget });
  return lines.flatMap((positions, line) => projector.line(positions, `line ${line}`));
}

/**
 * The columns that go once around the world, laid so that a window lies among them; undefined where
 * columns do not repeat.
 */
export function worldColumns(grid: Grid, bounds?: Window): World | undefined {
  const world = worldOf(grid, bounds);
  return world && { firstColumn: world.first, endColumn: Math.round(world.first + world.period) };
}
