import { type Crs, crsFromText, crsOfGeoKeys, type GeoKeys } from '../../src/index.ts';
import { farthest } from '../distance.ts';
import { type Recorded, recorded } from '../recorded.ts';

/**
 * The metres by which samples differ from PROJ if it does not receive the code, and so lacks the
 * place: then it uses another shift of its database for the datum, or none.
 */
const otherwise: Readonly<Record<string, number>> = {
  'EPSG:2155 WKT2_2019': 600,
  'EPSG:3140 stripped': 3,
  'EPSG:3302 WKT1_GDAL': 2,
  'EPSG:3302 WKT2_2019': 2,
  'EPSG:3302 WKT1_ESRI': 2,
  'EPSG:3302 stripped': 2,
  'EPSG:5221 WKT1_ESRI': 160,
  'EPSG:5221 stripped': 160,
  // GDAL writes this code in place of 2163, and it is taken for 2163.
  'EPSG:9311': 250,
  'EPSG:23090 WKT1_GDAL': 2,
  'EPSG:23090 WKT2_2019': 2,
  'EPSG:23090 WKT1_ESRI': 2,
  'EPSG:23090 stripped': 2,
  'ESRI:102591': 220,
  'ESRI:102591 stripped': 220,
  'ESRI:102591 WKT1_ESRI': 220,
};

/** GDAL writes the meridian of Paris in another unit than it reads it in. */
const withoutMeridian = ['EPSG:4807 stripped', 'EPSG:4816 stripped'];

/** A polyconic map of the whole world. proj4 converts back only the half around its centre. */
const ofTheWorld = /^ESRI:53021/;

function wrongOf<Given>(samples: readonly Recorded<Given>[], read: (given: Given) => Crs) {
  let refused = 0;
  const wrong = samples.flatMap(({ name, given, lonLats, expected }) => {
    if (withoutMeridian.includes(name) || ofTheWorld.test(name)) return [];
    try {
      const metres = farthest(read(given), lonLats, expected);
      return metres < (otherwise[name] ?? 1) ? [] : [`${name} by ${metres} m`];
    } catch {
      refused++;
      return [];
    }
  });
  return { wrong, refused };
}

describe('a CRS that is spelled out', () => {
  it('in WKT, by GDAL, ESRI or in the form of 2019, is put where PROJ puts it, or refused', () => {
    const samples = recorded<string>('wkt');
    expect(samples).toHaveLength(831);
    const { wrong, refused } = wrongOf(samples, crsFromText);
    expect(wrong).toEqual([]);
    expect(refused).toBe(114);
  });

  it('in PROJJSON, with codes or without, is put where PROJ puts it, or refused', () => {
    const samples = recorded<string>('projjson');
    expect(samples).toHaveLength(208);
    const { wrong, refused } = wrongOf(samples, crsFromText);
    expect(wrong).toEqual([]);
    expect(refused).toBe(39);
  });

  it('in the keys of a GeoTIFF, with its code or without, is put where PROJ puts it, or refused', () => {
    const samples = recorded<GeoKeys>('geokeys');
    expect(samples).toHaveLength(552);
    const { wrong, refused } = wrongOf(samples, crsOfGeoKeys);
    expect(wrong).toEqual([]);
    expect(refused).toBe(73);
  });

  it('in PROJ text is put where PROJ puts it, or refused', () => {
    const samples = recorded<string>('proj-texts');
    expect(samples).toHaveLength(49);
    const { wrong, refused } = wrongOf(samples, crsFromText);
    expect(wrong).toEqual([]);
    expect(refused).toBe(4);
  });
});
