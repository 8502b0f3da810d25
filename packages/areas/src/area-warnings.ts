import { type Budget, unlimited } from '@catchment/budget';
import { type Crs, isGeographic, type Leap, seamOf, unrolled } from '@catchment/crs';
import type { Position } from './area.ts';
import { crossingWarnings } from './crossings.ts';
import type { ParsedPolygons } from './rings.ts';
import { lonLatFrom } from './tables/lon-lat.ts';

/**
 * What was read with a warning, and sentences about rings that cross the antimeridian, or
 * themselves, or each other; places are told in longitude and latitude. Throws OverBudget.
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

/** Whoever names a projected CRS for degrees gets an area of some metres, and should be told. */
function degreesWarning({ polygons, crs }: Pick<ParsedPolygons, 'polygons' | 'crs'>): string[] {
  if (crs === undefined || isGeographic(crs)) return [];
  const areSmall = polygons.every((rings) => rings.every((ring) => ring.every(isLikeDegrees)));
  if (!areSmall) return [];
  return [`all positions look like degrees: counted as x and y of ${crs.name}`];
}

function isLikeDegrees([x, y]: Position): boolean {
  return Math.abs(x) <= 180 && Math.abs(y) <= 90;
}

/** At most so many rings are named; the rest is a number in one more sentence. */
const mostNamed = 10;

function sentenceOf({ ring, from, to, taken }: Leap, crs: Crs | undefined): string {
  const axis = crs === undefined || isGeographic(crs) ? 'longitude' : 'x';
  const edge = `ring ${ring} has an edge from ${axis} ${from} to ${to}`;
  if (taken === 'crosses') return `${edge}: counted across the antimeridian, not the long way around the world`;
  if (taken === 'box') return `${edge}: counted the long way, as it stands, not across the antimeridian`;
  return `${edge} and winds around a pole: counted as its longitudes stand`;
}
