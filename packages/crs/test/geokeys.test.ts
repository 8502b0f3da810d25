import { crsOfGeoKeys, fromLonLat } from '../src/index.ts';

describe('the CRS from keys', () => {
  it('is shifted as the file says, where it has a code, too', () => {
    const keys = {
      GTModelTypeGeoKey: 1,
      ProjectedCSTypeGeoKey: 27_700,
      GeogTOWGS84GeoKey: [446.448, -125.157, 542.06, 0.15, 0.247, 0.842, -20.489],
    };
    const [x, y] = fromLonLat(crsOfGeoKeys(keys))(-0.5, 52.1);
    expect(Math.hypot(x - 502843.2343, y - 245690.1827)).toBeLessThan(0.01);
    expect(crsOfGeoKeys(keys).name).toBe('EPSG:27700');
  });

  it('is the projected one, whatever geographic one is named beneath it', () => {
    const both = { ProjectedCSTypeGeoKey: 5070, GeographicTypeGeoKey: 4269 };
    expect(crsOfGeoKeys({ ...both, GTModelTypeGeoKey: 1 }).name).toBe('EPSG:5070');
    expect(crsOfGeoKeys(both).name).toBe('EPSG:5070');
    expect(crsOfGeoKeys({ ...both, GTModelTypeGeoKey: 2 }).name).toBe('EPSG:4269');
    expect(crsOfGeoKeys({ GeographicTypeGeoKey: 4269 }).name).toBe('EPSG:4269');
  });

  it('is refused where only a geographic one is named beneath a projected one', () => {
    expect(() => crsOfGeoKeys({ GTModelTypeGeoKey: 1, GeographicTypeGeoKey: 4269 })).toThrow(
      'it has neither a code that is known nor a projection',
    );
    expect(() => crsOfGeoKeys({ GTModelTypeGeoKey: 3, GeographicTypeGeoKey: 4978 })).toThrow(
      'no such code of a geographic CRS is known (EPSG:4978)',
    );
  });
});
