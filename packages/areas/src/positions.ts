import { type Crs, isGeographic, placeChecker } from '@cellshed/crs';
import { show } from './show.ts';

/** A check of the positions of rings and lines. */
export interface PositionCheck {
  /** The problem of one position, as the end of a sentence. */
  readonly problemOf: (position: unknown, among: readonly unknown[]) => string | undefined;
  /** The steps for one position: the check and all else except the search for crossings. */
  readonly steps: number;
}

const stepsOfPosition = 30;

/** The steps with a conversion to longitude and latitude and back. */
const stepsOfProjected = 200;

const inLonLat: PositionCheck = { problemOf: lonLatProblem, steps: stepsOfPosition };

/** The check of drawn areas: every position must lie on Earth. */
export function drawnPositions(crs: Crs | undefined): PositionCheck {
  if (crs === undefined) return inLonLat;
  const hasPlace = placeChecker(crs);
  return {
    problemOf(position) {
      const problem = numbersProblem(position);
      if (problem !== undefined) return problem;
      const [x, y] = position as readonly [number, number];
      return hasPlace(x, y) ? undefined : `is [${x}, ${y}], which is nowhere on Earth in ${crs.name}`;
    },
    steps: stepsOfProjected,
  };
}

/**
 * The check of areas in tables: x and y must be numbers. Their place on Earth is checked when they
 * are converted to another CRS.
 */
export function storedPositions(crs: Crs | undefined): PositionCheck {
  if (crs === undefined) return inLonLat;
  return isGeographic(crs) ? drawnPositions(crs) : { problemOf: numbersProblem, steps: stepsOfPosition };
}

/** Longitudes may exceed 180: those positions are wrapped. */
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

/** A guess at the cause of a position out of range, or nothing where there is no clear cause. */
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
