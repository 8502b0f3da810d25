import { crsFromText, fromLonLat, sameCrs } from '../../src/index.ts';

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5';

/** WKT 1 as GDAL writes it, without the codes. */
const albersWkt =
  'PROJCS["NAD83 / Conus Albers",GEOGCS["NAD83",DATUM["North_American_Datum_1983",SPHEROID["GRS 1980",6378137,298.257222101]],' +
  'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Albers_Conic_Equal_Area"],' +
  'PARAMETER["latitude_of_center",23],PARAMETER["longitude_of_center",-96],PARAMETER["standard_parallel_1",29.5],' +
  'PARAMETER["standard_parallel_2",45.5],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]';

describe('a CRS from text', () => {
  it('is a code, PROJ text or WKT', () => {
    expect(crsFromText(' epsg:5070 ').name).toBe('EPSG:5070');
    expect(crsFromText('ESRI:102003').name).toBe('ESRI:102003');
    expect(crsFromText(albers).name).toBe(albers);
    expect(crsFromText(albersWkt).name).toBe('NAD83 / Conus Albers');
    expect(crsFromText(`${albersWkt.slice(0, -1)},AUTHORITY["EPSG","5070"]]`)).toEqual(crsFromText('EPSG:5070'));
  });

  it.each([
    ['urn:ogc:def:crs:EPSG::5070', 'EPSG:5070'],
    ['urn:ogc:def:crs:EPSG:9.9.1:5070', 'EPSG:5070'],
    ['http://www.opengis.net/def/crs/EPSG/0/5070', 'EPSG:5070'],
    ['+init=epsg:5070', 'EPSG:5070'],
    ['esri:102039', 'ESRI:102039'],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 'EPSG:4326'],
    ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'EPSG:4326'],
    ['OGC:CRS84h', 'EPSG:4326'],
    ['CRS83', 'EPSG:4269'],
  ])('is a code however it is written: %s', (text, code) => {
    expect(crsFromText(text)).toEqual(crsFromText(code));
    expect(crsFromText(text).name).toBe(code);
  });

  it.each([
    ['Albers', /^cannot understand CRS "Albers": expected a code like EPSG:5070/],
    ['EPSG:99999', /^cannot use CRS EPSG:99999: no such code of a projected or geographic CRS is known$/],
    ['EPSG:4978', /^cannot use CRS EPSG:4978: no such code of a projected or geographic CRS is known$/],
    ['EPSG:5703', /^cannot use CRS EPSG:5703: no such code of a projected or geographic CRS is known$/],
    ['EPSG:6247', /^cannot use CRS EPSG:6247: its projection \(col_urban\) is not one that proj4 computes$/],
    [
      'EPSG:3139',
      /^cannot use CRS EPSG:3139: its projection \(hyperbolic Cassini-Soldner\) is not computed by proj4 as by PROJ$/,
    ],
    ['EPSG:22300', /^cannot use CRS EPSG:22300: its projection cannot be written as PROJ text/],
    ['EPSG:4610', /^cannot use CRS EPSG:4610: its datum lies far from WGS 84/],
    ['EPSG:2000', /^cannot use CRS EPSG:2000: its datum is shifted to WGS 84 in a way that proj4 does not compute$/],
    ['+proj=igh', /^cannot use CRS \+proj=igh: its projection \(igh\) is not one that proj4 computes$/],
    ['+proj=geocent +datum=WGS84', /geocentric, expected a projected or geographic one$/],
    ['+proj=tmerc +datum=mine', /its datum mine is not known, expected one of WGS84, /],
    ['+proj=tmerc +lat_0=x', /cannot use CRS \+proj=tmerc \+lat_0=x: \+lat_0 is x, expected a number$/],
    ['+proj=utm +zone=18 +nadgrids=conus', /its datum lies far from WGS 84/],
    ['+proj=tmerc +ellps=airy', /its datum lies far from WGS 84/],
    ['PROJCS["x"', /^cannot use CRS x: its WKT cannot be read from character 11 on$/],
    ['LOCAL_CS["plan",UNIT["metre",1]]', /it is an engineering CRS, which is nowhere on Earth/],
    ['VERTCRS["height",VDATUM["sea"]]', /it is VERTCRS, expected a projected or geographic CRS$/],
    [
      albersWkt.replace('Albers_Conic_Equal_Area', 'Goode_Homolosine'),
      /its projection \(Goode_Homolosine\) is not one that Catchment can read/,
    ],
    [albersWkt.replace('standard_parallel_2', 'twist'), /its projection has twist = 45.5, which is not understood$/],
    [
      albersWkt.replace(/North_American_Datum_1983.*298.257222101/, 'Old",SPHEROID["Clarke",6378206.4,294.978698'),
      /its datum lies far from WGS 84/,
    ],
  ])('is refused in one sentence: %s', (text, sentence) => {
    expect(() => crsFromText(text)).toThrow(sentence);
  });

  it('takes what PROJ takes for granted as given', () => {
    expect(fromLonLat(crsFromText('+proj=laea +lat_0=45'))(0, 45)).toEqual([0, 0]);
    expect(fromLonLat(crsFromText(albers))(-96, 23)[0]).toBeCloseTo(0, 6);
  });

  it('leaves degrees as they are', () => {
    for (const text of ['EPSG:4326', 'EPSG:4269', '+proj=longlat +datum=NAD83 +no_defs']) {
      expect(fromLonLat(crsFromText(text))(-75.123456789012345, 39.1)).toEqual([-75.123456789012345, 39.1]);
    }
    const [x] = fromLonLat(crsFromText('+proj=longlat +ellps=GRS80 +pm=paris'))(2.5, 48);
    expect(x).toBeCloseTo(2.5 - 2.337229167, 8);
  });

  it('has no finite place for a position that it cannot hold', () => {
    expect(fromLonLat(crsFromText('EPSG:3857'))(0, 90).every(Number.isFinite)).toBe(false);
    expect(fromLonLat(crsFromText('EPSG:3035'))(-170, -52).every(Number.isFinite)).toBe(false);
  });
});

describe('two CRSs', () => {
  it.each([
    ['EPSG:5070', `${albers} +datum=NAD83`],
    ['EPSG:5070', `${albers} +x_0=0 +y_0=0 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m`],
    ['EPSG:5070', `+proj=aea +lat_2=29.5 +lat_1=45.5 +lat_0=23 +lon_0=-96 +a=6378137 +rf=298.257222101`],
    ['EPSG:5070', 'EPSG:6350'],
    ['EPSG:5070', albersWkt],
    ['EPSG:26918', '+proj=utm +zone=18 +datum=NAD83'],
    ['EPSG:26918', 'EPSG:32618'],
    ['EPSG:26918', '+proj=tmerc +lon_0=-75 +k=0.9996 +x_0=500000 +ellps=GRS80'],
    ['EPSG:4326', 'EPSG:4269'],
    ['EPSG:3857', '+proj=merc +a=6378137 +b=6378137'],
    [
      'EPSG:2272',
      '+proj=lcc +lat_0=39.33333333333333 +lon_0=-77.75 +lat_1=40.96666666666667 +lat_2=39.93333333333333 +x_0=600000 +datum=NAD83 +units=us-ft',
    ],
    [`${albers} +units=km`, `${albers} +to_meter=1000`],
  ])('are the same: %s and %s', (a, b) => {
    expect(sameCrs(crsFromText(a), crsFromText(b))).toBe(true);
    expect(sameCrs(crsFromText(b), crsFromText(a))).toBe(true);
  });

  it.each([
    ['EPSG:5070', 'EPSG:3310'],
    ['EPSG:5070', 'ESRI:102003'],
    ['EPSG:5070', `${albers} +x_0=0.01`],
    ['EPSG:5070', `${albers} +y_0=0.01`],
    ['EPSG:5070', `${albers} +units=us-ft`],
    ['EPSG:5070', `${albers} +ellps=clrk66 +towgs84=0,0,0`],
    ['EPSG:26918', 'EPSG:26919'],
    ['EPSG:4326', 'EPSG:5070'],
    ['EPSG:4326', '+proj=longlat +pm=paris'],
    ['EPSG:4326', '+proj=longlat +pm=0.0001'],
    ['EPSG:3857', '+proj=merc +datum=WGS84'],
    [`${albers} +units=ft`, `${albers} +units=us-ft`],
    [`${albers} +units=km`, `${albers} +units=km +x_0=0.01`],
    ['+proj=tmerc +ellps=airy +towgs84=446,-125,542', '+proj=tmerc +ellps=airy +towgs84=0,0,0'],
  ])('are not: %s and %s', (a, b) => {
    expect(sameCrs(crsFromText(a), crsFromText(b))).toBe(false);
    expect(sameCrs(crsFromText(b), crsFromText(a))).toBe(false);
  });
});

it('a CRS is called by the beginning of a very long name', () => {
  const wkt = `GEOGCS["${'x'.repeat(1e6)}",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`;
  expect(crsFromText(wkt)).toMatchObject({ name: expect.stringMatching(/^x{400}…$/) });
});

it('sentences show the beginning of what is very long', () => {
  for (const text of [`+proj=${'x'.repeat(1e6)}`, 'x'.repeat(1e6), `PROJCS["${'x'.repeat(1e6)}"`]) {
    expect(() => crsFromText(text)).toThrow(/^cannot [^…]{390,430}…/);
    try {
      crsFromText(text);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(1_500);
    }
  }
});
