import type { Bbox } from '@cellshed/areas';
import type { Refusal } from '@cellshed/contracts';

/**
 * Reads the box in the `bbox` of a query: west, south, east, north in degrees. With heights, which
 * areas do not have, these are third and last. A west greater than the east crosses the
 * antimeridian.
 */
export function parseBbox(numbers: readonly number[]): Bbox | Refusal {
  const corners = numbers.length === 6 ? numbers.toSpliced(5, 1).toSpliced(2, 1) : numbers;
  const [west, south, east, north] = corners as [number, number, number, number];
  if (corners.length === 4 && numbers.every(Number.isFinite) && south <= north) return [west, south, east, north];
  return { problem: `is ${numbers.join(',')}, expected west,south,east,north in degrees` };
}
