import { crsFromText, crsOfGeoKeys, fromLonLat, sameCrs } from '../../src/index.ts';

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

  const userDefined = 32_767;
  const utm = { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: userDefined, ProjLinearUnitsGeoKey: 9001 };

  it.each([
    ['a zone of UTM', { ...utm, GeographicTypeGeoKey: 4269, ProjectionGeoKey: 16_018 }, 'EPSG:26918'],
    ['a zone of UTM on an old datum', { ...utm, GeographicTypeGeoKey: 4267, ProjectionGeoKey: 16_018 }, 'EPSG:26718'],
    ['a southern zone of UTM', { ...utm, GeographicTypeGeoKey: 4326, ProjectionGeoKey: 16_122 }, 'EPSG:32722'],
    ['a zone of Gauss and Krüger', { ...utm, GeographicTypeGeoKey: 4314, ProjectionGeoKey: 16_263 }, 'EPSG:31467'],
    ['a state plane in metres', { ...utm, GeographicTypeGeoKey: 4269, ProjectionGeoKey: 13_732 }, 'EPSG:32129'],
    [
      'a state plane in feet',
      { ...utm, GeographicTypeGeoKey: 4269, ProjectionGeoKey: 15_354, ProjLinearUnitsGeoKey: 9003 },
      'EPSG:2272',
    ],
    [
      'a datum without its geographic CRS',
      { ...utm, GeographicTypeGeoKey: userDefined, GeogGeodeticDatumGeoKey: 6267, ProjectionGeoKey: 16_018 },
      'EPSG:26718',
    ],
    [
      'a datum by its name in a citation',
      {
        ...utm,
        GeographicTypeGeoKey: userDefined,
        GeogCitationGeoKey: 'GCS Name = NAD27|Datum = North American Datum 1927|',
        GeogSemiMajorAxisGeoKey: 6_378_206.4,
        GeogInvFlatteningGeoKey: 294.978698213898,
        ProjectionGeoKey: 16_018,
      },
      'EPSG:26718',
    ],
    ['a code of ESRI', { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 54_009 }, 'ESRI:54009'],
    ['nothing but a name', { GTModelTypeGeoKey: 1, GTCitationGeoKey: 'NAD83 / UTM zone 18N|' }, 'EPSG:26918'],
    [
      'nothing but a name in ESRI\u2019s spelling',
      { PCSCitationGeoKey: 'USA_Contiguous_Albers_Equal_Area_Conic' },
      'ESRI:102003',
    ],
    [
      'heights beside',
      { GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 26_918, VerticalCSTypeGeoKey: 5703, VerticalUnitsGeoKey: 9001 },
      'EPSG:26918',
    ],
  ])('are understood where they give %s', (_, keys, code) => {
    expect(sameCrs(crsOfGeoKeys(keys), crsFromText(code))).toBe(true);
  });

  it.each([
    [
      'a unit without its size',
      { ...utm, GeographicTypeGeoKey: 4326, ProjectionGeoKey: 16_018, ProjLinearUnitsGeoKey: userDefined },
      /do not say how large its unit is/,
    ],
    [
      'a unit that is not known',
      { ...utm, GeographicTypeGeoKey: 4326, ProjectionGeoKey: 16_018, ProjLinearUnitsGeoKey: 1 },
      /its unit has the code 1, which is not known/,
    ],
    [
      'a projection that is not known',
      { ...utm, GeographicTypeGeoKey: 4326, ProjectionGeoKey: 1 },
      /its projection has the code 1, which is not known/,
    ],
    [
      'a method that is not read',
      { ...utm, GeographicTypeGeoKey: 4326, ProjCoordTransGeoKey: 4 },
      /its projection has the number 4, which is not one/,
    ],
    ['no ellipsoid', { ...utm, ProjectionGeoKey: 16_018 }, /neither a geographic CRS nor a datum nor an ellipsoid/],
  ])('are refused where they give %s', (_, keys, sentence) => {
    expect(() => crsOfGeoKeys(keys)).toThrow(sentence);
  });
});
