import { crsFromText } from '@cellshed/crs';
import fc from 'fast-check';
import { alreadyLonLat, lonLatFrom } from '../src/lon-lat.ts';

const albers = crsFromText('EPSG:5070');

describe('lonLatFrom', () => {
  it('brings projected positions back to where PROJ says they are', () => {
    const [lon, lat] = lonLatFrom(albers).convert(1737805.88134357, 2145843.18186407);
    expect(lon).toBeCloseTo(-75.12345678901235, 9);
    expect(lat).toBeCloseTo(40.6, 9);
  });

  it('gives nothing finite for what is not, and does not throw', () => {
    for (const [x, y] of [
      [Number.NaN, 0],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(lonLatFrom(albers).convert(x, y).some(Number.isFinite)).toBe(false);
    }
  });

  it('ends at the antimeridian, whatever rounding makes of it', () => {
    const { convert } = lonLatFrom(crsFromText('EPSG:3857'));
    expect(convert(20037508.342789248, 0)).toEqual([180, 0]);
    expect(convert(-20037508.342789248, 0)).toEqual([-180, 0]);
    expect(convert(20037600, 0)[0]).not.toBe(180);
  });

  it('counts degrees from Greenwich', () => {
    const [lon, lat] = lonLatFrom(crsFromText('+proj=longlat +ellps=GRS80 +pm=-17.5')).convert(10, 20);
    expect([lon, lat]).toEqual([expect.closeTo(-7.5, 9), expect.closeTo(20, 9)]);
  });

  it('shifts a datum whose shift the definition gives', () => {
    const shifted = crsFromText('+proj=longlat +ellps=GRS80 +towgs84=0,0,100');
    const [lon, lat] = lonLatFrom(shifted).convert(0, 45);
    expect(lon).toBeCloseTo(0, 9);
    expect(lat - 45).toBeCloseTo(((100 * Math.SQRT1_2) / 6367000) * (180 / Math.PI), 5);
  });

  it('puts a box around all that lies in a box of its CRS', () => {
    const { convert, convertBox } = lonLatFrom(albers);
    const coordinate = fc.integer({ min: -2_000_000, max: 2_000_000 });
    const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
    const side = fc.oneof(share, fc.constantFrom(0, 1));
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, share, side, (ax, ay, bx, by, sx, sy) => {
        const [minX, maxX, minY, maxY] = [
          Math.min(ax, bx),
          Math.max(ax, bx),
          Math.min(ay, by) + 2e6,
          Math.max(ay, by) + 2e6,
        ];
        const [west, south, east, north] = convertBox([minX, minY, maxX, maxY]);
        const [lon, lat] = convert(minX + sx * (maxX - minX), minY + sy * (maxY - minY));
        expect(lon >= west && lon <= east && lat >= south && lat <= north).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the whole world for a box that the CRS has no place for', () => {
    expect(lonLatFrom(albers).convertBox([0, 0, Number.POSITIVE_INFINITY, 1])).toEqual([-180, -90, 180, 90]);
  });

  it('leaves a box in longitude and latitude as it is', () => {
    expect(alreadyLonLat.convertBox([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(lonLatFrom(crsFromText('EPSG:4269')).convertBox([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  });
});
