import { crsFromText, fromLonLat, sameCrs } from '@catchment/crs';
import { cellArea, describeGrid, type Grid } from '../src/grid.ts';
import { openRaster } from '../src/open-raster.ts';
import { fixture, withRaster } from './fixture-files.ts';

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5';

/** WKT 1 as GDAL writes it, without the codes. */
const albersWkt =
  'PROJCS["NAD83 / Conus Albers",GEOGCS["NAD83",DATUM["North_American_Datum_1983",SPHEROID["GRS 1980",6378137,298.257222101]],' +
  'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Albers_Conic_Equal_Area"],' +
  'PARAMETER["latitude_of_center",23],PARAMETER["longitude_of_center",-96],PARAMETER["standard_parallel_1",29.5],' +
  'PARAMETER["standard_parallel_2",45.5],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]';

const equidistantWkt = albersWkt.replace('Albers_Conic_Equal_Area', 'Equirectangular');

/** A position, and where PROJ 9.1 puts it. */
const projected: readonly [file: string, lonLat: readonly [number, number], xy: readonly [number, number]][] = [
  ['albers-conus', [-75.5, 40.2], [1716545.0083, 2095248.5021]],
  ['wisconsin', [-89.4, 45.6], [566793.0119, 569781.3656]],
  ['utm-18n-nad83', [-75.5, 40.2], [457444.8372, 4450075.4982]],
  ['wgs84', [-75.5, 40.2], [-75.5, 40.2]],
  ['pennsylvania-feet', [-75.5, 40.2], [2596936.3813, 323720.526]],
  ['antarctic', [20, -75], [560496.8781, 1539952.5162]],
  ['user-albers', [-75.5, 40.2], [1716545.0083, 2095248.5021]],
  ['user-albers-feet', [-75.5, 40.2], [5634978.9149, 6874161.1273]],
  ['user-lambert', [-75.5, 40.2], [427745.2131, 123328.076]],
  ['user-sinusoidal', [-75.5, 40.2], [-6412240.6023, 4470041.0895]],
  ['user-shifted', [-0.5, 52.1], [502843.1034, 245689.7429]],
];

describe('the CRS of a file', () => {
  it.each(projected)('puts a position where PROJ does: %s', async (file, lonLat, [x, y]) => {
    await withRaster({ url: fixture('crs', `${file}.tif`) }, ({ grid }) => {
      const [ourX, ourY] = fromLonLat(grid.crs)(...lonLat);
      expect(Math.hypot(ourX - x, ourY - y)).toBeLessThan(1e-3);
    });
  });

  it.each([
    ['albers-conus', 'EPSG:5070'],
    ['wisconsin', 'EPSG:3070'],
    ['utm-18n-nad83', 'EPSG:26918'],
    ['wgs84', 'EPSG:4326'],
    ['pennsylvania-feet', 'EPSG:2272'],
    ['user-lambert', expect.stringMatching(/^\+proj=lcc \+lat_0=40 .*\+x_0=300000/)],
  ])('is called by its code, or by what it is: %s', async (file, name) => {
    await withRaster({ url: fixture('crs', `${file}.tif`) }, ({ grid }) => expect(grid.crs.name).toEqual(name));
  });

  it.each([
    [
      'british',
      'EPSG:27700: its datum lies far from WGS 84, and how far is not said: give it as PROJ text with +towgs84',
    ],
    ['user-mollweide', 'it has no EPSG code and spells out projection none, expected 1 (Transverse Mercator), 8 '],
    ['user-mercator', 'it has no EPSG code and spells out projection 7, expected 1 (Transverse Mercator), 8 '],
  ])('is refused where it would be misread, unless the opener gives another: %s', async (file, sentence) => {
    const url = fixture('crs', `${file}.tif`);
    await expect(openRaster({ name: 'soil', url })).rejects.toThrow(sentence);
    await withRaster({ url, crs: 'EPSG:3035' }, ({ grid }) => expect(grid.crs.name).toBe('EPSG:3035'));
  });
});

describe('a CRS from text', () => {
  it('is a code, PROJ text or WKT', () => {
    expect(crsFromText(' epsg:5070 ').name).toBe('EPSG:5070');
    expect(crsFromText('ESRI:102003').name).toBe('ESRI:102003');
    expect(crsFromText(albers).name).toBe(albers);
    expect(crsFromText(albersWkt).name).toBe('NAD83 / Conus Albers');
    expect(crsFromText(`${albersWkt.slice(0, -1)},AUTHORITY["EPSG","5070"]]`)).toEqual(crsFromText('EPSG:5070'));
  });

  it.each([
    ['Albers', /^cannot understand CRS "Albers": expected a code like EPSG:5070/],
    ['EPSG:99999', /^cannot use CRS EPSG:99999: no such code is known$/],
    ['EPSG:4807', /^cannot use CRS EPSG:4807: its units are not degrees$/],
    ['EPSG:4978', /^cannot use CRS EPSG:4978: \S/],
    ['EPSG:3078', /^cannot use CRS EPSG:3078: its projection would be misread/],
    ['EPSG:2048', /^cannot use CRS EPSG:2048: its projection would be misread/],
    ['EPSG:3994', /^cannot use CRS EPSG:3994: its projection would be misread/],
    ['EPSG:26718', /^cannot use CRS EPSG:26718: its datum lies far from WGS 84/],
    ['+proj=igh', /^cannot use CRS \+proj=igh: proj4 does not understand it$/],
    ['+proj=geocent +datum=WGS84', /geocentric, expected a projected or geographic one$/],
    ['+proj=utm +zone=18 +datum=NAD27', /its datum lies far from WGS 84/],
    [equidistantWkt, /WKT of Equirectangular may be misread: give it as a code or PROJ text$/],
    [albersWkt.replace('"Greenwich",0', '"Paris",2.33722917'), /may be misread/],
    [
      albersWkt.replace(/North_American_Datum_1983.*298.257222101/, 'Old",SPHEROID["Clarke",6378206.4,294.978698'),
      /its datum lies far from WGS 84/,
    ],
    ['+proj=utm +zone=18 +nadgrids=conus', /its datum lies far from WGS 84/],
    ['+proj=tmerc +ellps=airy', /its datum lies far from WGS 84/],
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

describe('the area of a cell', () => {
  it.each([
    ['EPSG:5070', 900],
    ['EPSG:3035', 900],
    ['EPSG:6933', 900],
    ['EPSG:8857', 900],
    ['+proj=sinu +R=6371007.181', 900],
    ['+proj=moll +datum=WGS84', 900],
    [`${albers} +to_meter=0.5`, 225],
    ['EPSG:3070', undefined],
    ['EPSG:26918', undefined],
    ['EPSG:3857', undefined],
    ['EPSG:4326', undefined],
  ])('is known where all cells have the same: %s', (text, area) => {
    expect(cellArea(grid(text))).toBe(area);
  });
});

describe('a grid', () => {
  it('is described in one line', () => {
    expect(describeGrid(grid('EPSG:5070'))).toBe('EPSG:5070, origin (-15.5, 2000), cells 30 × 30, 7 × 5 of them');
  });
});

function grid(crs: string): Grid {
  return { crs: crsFromText(crs), originX: -15.5, originY: 2000, cellWidth: 30, cellHeight: 30, width: 7, height: 5 };
}
