import { fromLonLat, toLonLat } from '@cellshed/crs';
import type { Grid } from './grid.ts';

/** The points of each edge that are converted: edges are curved in another CRS. */
const pointsOfEdge = 41;

/**
 * The cells of a grid on which another grid lies, with a cell more on each side; all its cells
 * where the two do not meet, or the place of the other is not known in its CRS.
 */
export function partUnder(grid: Grid, other: Grid): Grid {
  const places = edgePoints(other).map(convertBetween(other, grid));
  const [columns, rows] = [
    places.map(([x]) => (x - grid.originX) / grid.cellWidth),
    places.map(([, y]) => (grid.originY - y) / grid.cellHeight),
  ];
  const [firstColumn, endColumn] = rangeWithin(columns, grid.width);
  const [firstRow, endRow] = rangeWithin(rows, grid.height);
  if (!(firstColumn < endColumn && firstRow < endRow)) return grid;
  return {
    ...grid,
    originX: grid.originX + firstColumn * grid.cellWidth,
    originY: grid.originY - firstRow * grid.cellHeight,
    width: endColumn - firstColumn,
    height: endRow - firstRow,
  };
}

function rangeWithin(places: readonly number[], count: number): [first: number, end: number] {
  const first = Math.max(0, Math.floor(Math.min(...places)) - 1);
  return [first, Math.min(count, Math.ceil(Math.max(...places)) + 1)];
}

type Place = readonly [x: number, y: number];

function convertBetween(from: Grid, to: Grid): (place: Place) => Place {
  const [out, back] = [toLonLat(from.crs), fromLonLat(to.crs)];
  return ([x, y]) => {
    const [longitude, latitude] = out(x, y);
    const [toX, toY] = back(longitude, latitude);
    return [toX, toY];
  };
}

function edgePoints({ originX, originY, cellWidth, cellHeight, width, height }: Grid): Place[] {
  const shares = Array.from({ length: pointsOfEdge }, (_, i) => i / (pointsOfEdge - 1));
  const sides = shares.flatMap((share): Place[] => [
    [share, 0],
    [share, 1],
    [0, share],
    [1, share],
  ]);
  return sides.map(([x, y]) => [originX + x * width * cellWidth, originY - y * height * cellHeight]);
}
