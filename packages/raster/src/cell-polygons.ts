import { fromLonLat } from '@catchment/crs';
import type { Grid } from './grid.ts';

/** GeoJSON MultiPolygon coordinates: polygons of rings of [longitude, latitude]. */
export type LonLatPolygons = readonly (readonly (readonly (readonly [number, number])[])[])[];

/**
 * Polygons of rings in cell coordinates, each ring an array column, row, column, row, …: cell (c, r) is the square from
 * (c, r) to (c + 1, r + 1), its centre (c + 0.5, r + 0.5). A ring closes by itself, whether or not its first position is repeated.
 */
export type CellPolygons = readonly (readonly Float64Array[])[];

/** GeoJSON MultiLineString coordinates: lines of [longitude, latitude]. */
export type LonLatLines = readonly (readonly (readonly [number, number])[])[];

/** Lines in cell coordinates as those of polygons: each column, row, column, row, … It does not close by itself. */
export type CellLines = readonly Float64Array[];

/** A position of an area or a line has no place in the raster's CRS. */
export class UnprojectablePositionError extends Error {
  override readonly name = 'UnprojectablePositionError';
}

/**
 * Projects every vertex to the grid's CRS and on to its cells. Edges are straight there: nothing is put between vertices.
 * Throws UnprojectablePositionError naming the first position that the CRS cannot hold.
 */
export function projectToCells(polygons: LonLatPolygons, grid: Grid): CellPolygons {
  const project = cellProjector(grid);
  return polygons.map((rings, polygon) =>
    rings.map((positions, ring) => project(positions, `polygon ${polygon}, ring ${ring}`)),
  );
}

/** Projects lines as projectToCells does polygons. */
export function projectLinesToCells(lines: LonLatLines, grid: Grid): CellLines {
  const project = cellProjector(grid);
  return lines.map((positions, line) => project(positions, `line ${line}`));
}

function cellProjector({ crs, originX, originY, cellWidth, cellHeight }: Grid) {
  const project = fromLonLat(crs);
  return (positions: readonly (readonly [number, number])[], place: string): Float64Array => {
    const cells = new Float64Array(2 * positions.length);
    positions.forEach(([longitude, latitude], index) => {
      const [x, y] = project(longitude, latitude);
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        throw new UnprojectablePositionError(
          `position [${longitude}, ${latitude}] (${place}, position ${index}) cannot be projected to ${crs.name}`,
        );
      }
      cells[2 * index] = (x - originX) / cellWidth;
      cells[2 * index + 1] = (originY - y) / cellHeight;
    });
    return cells;
  };
}
