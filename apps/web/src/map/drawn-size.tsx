import { size } from '../answer/numbers.ts';
import type { LandingPage, MappedRaster } from '../api.ts';
import type { Corner, Unit } from '../asked.ts';
import { words } from '../words.ts';
import { crossingOf, evenOddArea } from './outline.ts';

/** The measures of a drawn area: its unit, its limits and the raster whose cells it has. */
export interface Measures {
  readonly unit: Unit;
  /** Undefined: they are not known. */
  readonly limits: LandingPage['limits'] | undefined;
  /** The raster whose cells are to be counted. */
  readonly raster: MappedRaster | undefined;
}

/** The radius of a sphere with the Earth's surface, in metres. */
const earthRadius = 6_371_007.2;

/** The area within corners as it is counted, in m². */
function squareMetres(corners: readonly Corner[]): number {
  if (corners.length < 3) return 0;
  const radians = Math.PI / 180;
  // Lambert's cylindrical projection has equal areas.
  return evenOddArea(corners.map(([x, y]) => [x * radians, Math.sin(y * radians)])) * earthRadius ** 2;
}

/** How large an area is while it is drawn, and whether that is more than may be. */
export function DrawnSize({ corners, unit, limits, raster }: Measures & { readonly corners: readonly Corner[] }) {
  const { draw } = words;
  const area = squareMetres(corners);
  const cells = raster?.cellArea === undefined ? 0 : area / raster.cellArea;
  // The first corner is also the last vertex.
  const isLong = limits && corners.length >= limits.areaVertices;
  return (
    <p role="status">
      {corners.length === 0 ? draw.hint : draw.corners(corners.length)}
      {area > 0 && `, ${size(area, unit)}`}
      {crossingOf(corners) && <strong class="problem"> {draw.crosses}</strong>}
      {isLong && <strong class="problem"> {draw.tooMany(corners.length, limits.areaVertices - 1)}</strong>}
      {limits && cells > limits.cells && <strong class="problem"> {draw.tooLarge(cells, limits.cells)}</strong>}
    </p>
  );
}
