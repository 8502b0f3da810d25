import { isRefusal, type Refusal } from '@cellshed/contracts';
import { type Crs, type Flat, polygonsCut, rangeOf, unrolled, unrolledLine, type WorldWidth } from '@cellshed/crs';
import type { Area, Polygon, Polygons, Position, Ring } from './area.ts';
import { lonLatFrom } from './lon-lat.ts';
import { show } from './show.ts';

/**
 * The polygons of an area in longitude and latitude, or a problem that names the position without
 * one.
 */
export function polygonsInLonLat({
  polygons,
  crs,
}: Pick<Area, 'polygons' | 'crs'>): { readonly polygons: Polygons } | Refusal {
  if (crs === undefined) return { polygons };
  const converted = polygons.map((rings) => rings.map((ring) => positionsInLonLat(ring, crs)));
  const lost = converted.flat(2).findIndex((position) => !position.every(Number.isFinite));
  if (lost < 0) return { polygons: converted };
  return { problem: `position ${show(polygons.flat(2)[lost])} is nowhere on Earth in ${crs.name}` };
}

export function positionsInLonLat(positions: readonly Position[], crs: Crs | undefined): readonly Position[] {
  if (crs === undefined) return positions;
  const { convert } = lonLatFrom(crs);
  return positions.map(([x, y]) => convert(x, y));
}

/**
 * The polygons of an area as RFC 7946 shows them: in longitude and latitude, cut at the
 * antimeridian if they cross it. All others are unchanged.
 */
export function shownPolygons(area: Pick<Area, 'polygons' | 'crs'>): { readonly polygons: Polygons } | Refusal {
  const found = polygonsInLonLat(area);
  if (isRefusal(found)) return found;
  return { polygons: found.polygons.flatMap(cutAtAntimeridian) };
}

const earth: WorldWidth = { first: -180, period: 360, tolerance: 0 };

function cutAtAntimeridian(rings: Polygon): Polygons {
  const laid = unrolled(rings, 360).rings;
  const [west, east] = rangeOf(laid);
  if (west >= -180 && east <= 180) return [rings];
  return polygonsCut(laid.map(flatOf), earth).map((part) => part.map(closedRing));
}

function flatOf(ring: Ring): Flat {
  // A flat ring is closed implicitly.
  return Float64Array.from(ring.slice(1).flat());
}

function closedRing(flat: Flat): Ring {
  const positions = Array.from({ length: flat.length / 2 }, (_, i): Position => [flat[2 * i]!, flat[2 * i + 1]!]);
  return [...positions, positions[0] as Position];
}

/**
 * West, south, east and north of a place on Earth. West may be less than −180, and east more than
 * 180.
 */
export type Surroundings = readonly [west: number, south: number, east: number, north: number];

const world: Surroundings = [-180, -90, 180, 90];

/**
 * A box around an area. The edges of the area are straight in its CRS, not in longitude and
 * latitude. Between vertices that are L degrees apart, an edge leaves the box of the vertices by up
 * to L² tan(latitude) / 460 degrees, because parallels are no great circles. An area around half
 * the world may contain a pole, so its box is the world.
 */
export function surroundingsOf({ polygons, crs }: Pick<Area, 'polygons' | 'crs'>): Surroundings {
  const rings = polygons.flat().map((ring) => positionsInLonLat(ring, crs));
  return boxAround(unrolled(rings, 360).rings);
}

/** A box around a line, as `surroundingsOf` finds it. */
export function surroundingsOfLine(line: readonly Position[], crs: Crs | undefined): Surroundings {
  return boxAround([unrolledLine(positionsInLonLat(line, crs), 360)]);
}

function boxAround(rings: readonly (readonly Position[])[]): Surroundings {
  const [west, east] = rangeOf(rings);
  const [south, north] = rangeOf(rings.map((ring) => ring.map(([lon, lat]): Position => [lat, lon])));
  if (!(east - west < 180) || !(north - south <= 180)) return world;
  const margin = 0.01 * Math.max(east - west, north - south) ** 2;
  return [west - margin, south - margin, east + margin, north + margin];
}

/**
 * Whether two boxes meet or touch, also if they are given from different sides of the antimeridian.
 */
export function meetAnywhere(a: Surroundings, b: Surroundings): boolean {
  if (a[1] > b[3] || a[3] < b[1]) return false;
  return [-720, -360, 0, 360, 720].some((turn) => a[0] + turn <= b[2] && a[2] + turn >= b[0]);
}
