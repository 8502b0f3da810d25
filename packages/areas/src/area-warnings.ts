import { type Budget, unlimited } from '@cellshed/budget';
import { type Crs, isGeographic, type Leap, seamOf, unrolled } from '@cellshed/crs';
import type { Position } from './area.ts';
import { crossingWarnings } from './crossings/crossings.ts';
import { lonLatFrom } from './lon-lat.ts';
import type { ParsedPolygons } from './rings.ts';

/**
 * The warnings of an area: those of reading it, and one for each ring that crosses the
 * antimeridian, itself or another ring. Places are given in longitude and latitude. Throws
 * OverBudget.
 */
export function areaWarnings(
  { polygons, places, crs, warnings }: ParsedPolygons,
  budget: Budget = unlimited,
): readonly string[] {
  const period = crs === undefined ? 360 : seamOf(crs)?.period;
  const laid = polygons.map((rings) => (period === undefined ? { rings, leaps: [] } : unrolled(rings, period)));
  const leaps = laid.flatMap(({ leaps }, i) => leaps.map((leap) => `${places[i] ?? ''}${sentenceOf(leap, crs)}`));
  const unnamed = leaps.length - mostNamed;
  if (unnamed > 0) leaps.splice(mostNamed, unnamed, `${unnamed} more rings have edges longer than half the world`);
  const convert = crs === undefined ? undefined : lonLatFrom(crs).convert;
  const crossings = crossingWarnings(
    laid.map(({ rings }) => rings),
    { places, tell: convert && (([x, y]) => convert(x, y)), budget },
  );
  return [...warnings, ...degreesWarning({ polygons, crs }), ...leaps, ...crossings];
}

/** The warning for degrees in a projected CRS, which make an area of some metres. */
function degreesWarning({ polygons, crs }: Pick<ParsedPolygons, 'polygons' | 'crs'>): string[] {
  if (crs === undefined || isGeographic(crs)) return [];
  const areSmall = polygons.every((rings) => rings.every((ring) => ring.every(isLikeDegrees)));
  if (!areSmall) return [];
  return [`all positions look like degrees: counted as x and y of ${crs.name}`];
}

function isLikeDegrees([x, y]: Position): boolean {
  return Math.abs(x) <= 180 && Math.abs(y) <= 90;
}

/** The most rings that are named. One more sentence counts the others. */
const mostNamed = 10;

function sentenceOf({ ring, from, to, taken }: Leap, crs: Crs | undefined): string {
  const axis = crs === undefined || isGeographic(crs) ? 'longitude' : 'x';
  const edge = `ring ${ring} has an edge from ${axis} ${from} to ${to}`;
  if (taken === 'crosses') return `${edge}: counted across the antimeridian, not the long way around the world`;
  if (taken === 'box') return `${edge}: counted the long way, as it stands, not across the antimeridian`;
  return `${edge} and winds around a pole: counted as its longitudes stand`;
}
