import { type Parallels, parallelsOf } from '@cellshed/crs';
import type { Grid } from './grid.ts';

/** The area of a cell by its row, in m²; rows may lie outside the grid. */
export type RowArea = (row: number) => number;

/**
 * The true areas of cells on the ellipsoid. undefined where the cells of a row do not all have the
 * same, as in UTM. Beyond a pole there is no area.
 */
export function rowAreaOf({ crs, originY, cellWidth, cellHeight }: Grid): RowArea | undefined {
  const parallels = parallelsOf(crs);
  if (!parallels) return undefined;
  const { perX, perY, latitudeOf } = parallels;
  const areas = new Map<number, number>();
  const areaOf = (row: number) => {
    const [north, south] = [originY - row * cellHeight, originY - (row + 1) * cellHeight].map(latitudeOf).map(onEarth);
    const isWhole = perY !== undefined && Math.abs(north!) < pole && Math.abs(south!) < pole;
    // The difference of two latitudes has few digits where a row is narrow.
    const half = isWhole ? (perY * cellHeight) / 2 : (north! - south!) / 2;
    return bandArea(parallels, { middle: (north! + south!) / 2, half }) * perX * cellWidth;
  };
  return (row) => {
    const known = areas.get(row);
    if (known !== undefined) return known;
    const area = areaOf(row);
    areas.set(row, area);
    return area;
  };
}

const pole = Math.PI / 2;

function onEarth(latitude: number): number {
  return Math.max(-pole, Math.min(pole, latitude));
}

/**
 * The area between two parallels for each radian of longitude: J. P. Snyder, Map Projections: A
 * Working Manual (USGS Professional Paper 1395, 1987), equation 3-12: a² (q₂ − q₁) / 2. The
 * difference of the two q is written with that of the sines, so that no digits are lost.
 */
function bandArea(
  { a, b }: Pick<Parallels, 'a' | 'b'>,
  { middle, half }: { readonly middle: number; readonly half: number },
) {
  const [s1, s2] = [Math.sin(middle - half), Math.sin(middle + half)];
  const difference = 2 * Math.cos(middle) * Math.sin(half);
  const e2 = ((a - b) * (a + b)) / (a * a);
  const e = Math.sqrt(e2);
  const first = (difference * (1 + e2 * s1 * s2)) / ((1 - e2 * s1 * s1) * (1 - e2 * s2 * s2));
  const second = e === 0 ? difference : Math.atanh((e * difference) / (1 - e2 * s1 * s2)) / e;
  return (a * a * (1 - e2) * (first + second)) / 2;
}
