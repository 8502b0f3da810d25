import { crsFromText } from '@cellshed/crs';
import fc from 'fast-check';
import { rowAreaOf } from '../../src/grid/row-area.ts';

const [a, wgs84] = [6_378_137, 1 / 298.257223563];

/**
 * The area of an ellipsoid between two latitudes for each radian of longitude, another way: the
 * radii of curvature in the meridian and in the prime vertical (Snyder, equations 4-18 and 4-20),
 * integrated by Gauss and Legendre with five points in each of many parts. The height is given
 * where the difference of the latitudes has too few digits.
 */
function integrated(south: number, north: number, flattening: number, height = north - south): number {
  const e2 = flattening * (2 - flattening);
  const at = (latitude: number) => {
    const w = 1 - e2 * Math.sin(latitude) ** 2;
    return ((a * (1 - e2)) / w ** 1.5) * (a / w ** 0.5) * Math.cos(latitude);
  };
  const points = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
  const weights = [
    0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
  ];
  const parts = Math.max(1, Math.ceil(height * 200));
  const half = height / parts / 2;
  let sum = 0;
  for (let part = 0; part < parts; part++)
    for (const [i, point] of points.entries()) sum += weights[i]! * at(south + half * (2 * part + 1 + point)) * half;
  return sum;
}

const radians = Math.PI / 180;
const grid = (crs: string, originY: number, cellHeight: number, cellWidth = cellHeight) => ({
  ...{ crs: crsFromText(crs), originX: -180, originY, cellWidth, cellHeight, width: 10, height: 10 },
});

describe('the true area of cells', () => {
  it('is that of the ellipsoid to 1e-9 in longitude and latitude, for large and small cells', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -89, max: 89, noNaN: true }),
        fc.constantFrom(1e-6, 1e-5, 1 / 3600, 0.000269494585235856, 0.01, 0.25, 1),
        fc.nat(1),
        (north, size, row) => {
          const top = (north - row * size) * radians;
          const height = size * radians;
          const expected = integrated(top - height, top, wgs84, height) * size * radians;
          const area = rowAreaOf(grid('EPSG:4326', north, size))!(row);
          expect(Math.abs(area / expected - 1)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('is that of the whole Earth for all cells together, and none beyond the poles', () => {
    const area = rowAreaOf(grid('EPSG:4326', 90.5, 1, 360))!;
    const rows = Array.from({ length: 181 }, (_, row) => area(row));
    // The surface of WGS 84 as NIMA TR8350.2 gives it, in km².
    expect(rows.reduce((sum, one) => sum + one, 0) / 1e6).toBeCloseTo(510_065_621.724, 2);
    expect([area(-1), area(181)]).toEqual([0, 0]);
    expect(rows[0]).toBeCloseTo(integrated(89.5 * radians, 90 * radians, wgs84) * 2 * Math.PI, 0);
  });

  it('uses the ellipsoid of the CRS, and its unit', () => {
    const clarke = integrated(40 * radians, 41 * radians, 1 / 294.9786982);
    const ratio = rowAreaOf(grid('EPSG:4267', 41, 1))!(0) / (clarke * radians * (6_378_206.4 / a) ** 2);
    expect(Math.abs(ratio - 1)).toBeLessThan(1e-9);
    const sphere = rowAreaOf(grid('+proj=longlat +R=6371000', 41, 1))!(0);
    expect(sphere).toBeCloseTo(6_371_000 ** 2 * radians * (Math.sin(41 * radians) - Math.sin(40 * radians)), 0);
  });

  it.each(['EPSG:3857', 'EPSG:3395', 'EPSG:4087'])('is that on the ellipsoid also in %s', (crs) => {
    const { originX: _, ...square } = grid(crs, 5_000_000, 30);
    const area = rowAreaOf({ ...square, originX: 0 })!(0);
    const convert = (y: number) => ({
      'EPSG:3857': Math.atan(Math.sinh(y / a)),
      'EPSG:3395': isometric(y / a),
      'EPSG:4087': y / a,
    });
    const [south, north] = [4_999_970, 5_000_000].map((y) => convert(y)[crs as 'EPSG:3857']);
    expect(Math.abs(area / ((integrated(south!, north!, wgs84) * 30) / a) - 1)).toBeLessThan(1e-8);
  });

  it.each(['EPSG:32618', 'EPSG:26918', 'EPSG:3070'])('is not known where cells of a row differ: %s', (crs) => {
    expect(rowAreaOf(grid(crs, 4_000_000, 30))).toBeUndefined();
  });
});

/** The latitude of Mercator's y on the ellipsoid (Snyder, equation 7-9). */
function isometric(y: number): number {
  const e = Math.sqrt(wgs84 * (2 - wgs84));
  let latitude = Math.atan(Math.sinh(y));
  for (let i = 0; i < 30; i++) {
    const s = e * Math.sin(latitude);
    latitude = Math.PI / 2 - 2 * Math.atan(Math.exp(-y) * ((1 - s) / (1 + s)) ** (e / 2));
  }
  return latitude;
}
