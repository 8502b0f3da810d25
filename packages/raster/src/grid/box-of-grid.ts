import { toLonLat } from '@cellshed/crs';
import type { Grid } from './grid.ts';

/** The points of each edge that are looked at: edges are curved in degrees. */
const pointsOfEdge = 21;

/**
 * The box around a grid: west, south, east, north in degrees. West is from -180 to 180; an east
 * beyond 180 is behind the antimeridian. Undefined: the corners have no place on Earth.
 */
export function boxOfGrid(grid: Grid): readonly [number, number, number, number] | undefined {
  const { crs, originX, originY, cellWidth, cellHeight, width, height } = grid;
  const convert = toLonLat(crs);
  const shares = Array.from({ length: pointsOfEdge }, (_, i) => i / (pointsOfEdge - 1));
  const edges = shares.flatMap(
    (share) =>
      [
        [share, 0],
        [share, 1],
        [0, share],
        [1, share],
      ] as [number, number][],
  );
  const places = edges.map(([x, y]) => convert(originX + x * width * cellWidth, originY - y * height * cellHeight));
  const [longitudes, latitudes] = [places.map(([longitude]) => longitude), places.map(([, latitude]) => latitude)];
  if (![...longitudes, ...latitudes].every(Number.isFinite)) return undefined;
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  if (east - west >= 360) return [-180, south, 180, north];
  const turns = 360 * Math.floor((west + 180) / 360);
  return [west - turns, south, east - turns, north];
}
