import { type Crs, isGeographic, placeChecker } from '@catchment/crs';
import { show } from './show.ts';

/** What is wrong with a position of a ring or a line, as the end of a sentence. */
export type PositionProblem = (position: unknown, among: readonly unknown[]) => string | undefined;

/** For what somebody draws: every position lies somewhere on Earth. */
export function drawnPositions(crs: Crs | undefined): PositionProblem {
  if (crs === undefined) return lonLatProblem;
  const hasPlace = placeChecker(crs);
  return (position) => {
    const problem = numbersProblem(position);
    if (problem !== undefined) return problem;
    const [x, y] = position as readonly [number, number];
    return hasPlace(x, y) ? undefined : `is [${x}, ${y}], which is nowhere on Earth in ${crs.name}`;
  };
}

/** For what stands in a table: x and y are numbers. What they are on Earth is found out where another CRS is to be reached. */
export function storedPositions(crs: Crs | undefined): PositionProblem {
  if (crs === undefined) return lonLatProblem;
  return isGeographic(crs) ? drawnPositions(crs) : numbersProblem;
}

/** Longitudes may go on beyond 180: what lies there is wrapped. */
function lonLatProblem(position: unknown, among: readonly unknown[]): string | undefined {
  if (!isList(position) || position.length < 2 || isList(position[0])) {
    return `is ${show(position)}, expected [longitude, latitude]`;
  }
  const [lon, lat] = position;
  if (!isWithin(lon, 360)) return `has longitude ${show(lon)}, expected a number from -360 to 360${hint(among)}`;
  if (!isWithin(lat, 90)) return `has latitude ${show(lat)}, expected a number from -90 to 90${hint(among)}`;
  return undefined;
}

function numbersProblem(position: unknown): string | undefined {
  if (!isList(position) || position.length < 2 || isList(position[0])) return `is ${show(position)}, expected [x, y]`;
  const [x, y] = position;
  if (!Number.isFinite(x)) return `has x ${show(x)}, expected a number`;
  return Number.isFinite(y) ? undefined : `has y ${show(y)}, expected a number`;
}

/** What may have gone wrong where a position is out of range; nothing where that is not clear. */
function hint(positions: readonly unknown[]): string {
  const seen = positions.slice(0, 1000);
  const all = (test: (x: number, y: number) => boolean) =>
    seen.every((position) => {
      const [x, y] = isList(position) ? position : [];
      return typeof x === 'number' && typeof y === 'number' && test(x, y);
    });
  if (all((x, y) => Math.abs(x) <= 90 && Math.abs(y) > 90 && Math.abs(y) <= 180)) {
    return ' (longitude and latitude look swapped)';
  }
  if (all((x, y) => Math.max(Math.abs(x), Math.abs(y)) > 400)) {
    return ' (these look like projected coordinates, not degrees: name their crs)';
  }
  return '';
}

function isWithin(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= bound;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
