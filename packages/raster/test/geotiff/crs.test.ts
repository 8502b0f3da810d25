import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crsFromText, fromLonLat } from '@cellshed/crs';
import { cellArea, describeGrid, type Grid } from '../../src/grid/grid.ts';
import { openRaster } from '../../src/open-raster.ts';
import { fixture, withRaster } from '../fixture-files.ts';

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5';

/** A position, and its place by PROJ 9.1. */
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
  ['british', [-0.5, 52.1], [502843.2343, 245690.1827]],
  ['user-mollweide', [-75.5, 40.2], [-6400255.0473, 4811742.0051]],
  ['user-mercator', [-75.5, 40.2], [-530674.5414, 4218878.6393]],
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
    ['user-lambert', expect.stringMatching(/^\+proj=lcc \+lat_1=41 .*\+x_0=300000/)],
  ])('is called by its code, or by what it is: %s', async (file, name) => {
    await withRaster({ url: fixture('crs', `${file}.tif`) }, ({ grid }) => expect(grid.crs.name).toEqual(name));
  });

  it('is another where the opener gives one', async () => {
    await withRaster({ url: fixture('crs', 'british.tif'), crs: 'EPSG:3035' }, ({ grid }) =>
      expect(grid.crs.name).toBe('EPSG:3035'),
    );
  });

  it('is refused with what is wrong with it, and with what helps', async () => {
    const path = await altered('wgs84', (bytes) =>
      bytes.writeUInt16LE(4610, bytes.indexOf(Buffer.from([0, 8, 0, 0, 1, 0])) + 6),
    );
    await expect(openRaster({ name: 'soil', url: path })).rejects.toThrow(
      /^raster soil: cannot use \S+: cannot use CRS EPSG:4610: its datum lies far from WGS 84, .*; give its crs in the catalog, or bring it to another: gdalwarp -t_srs EPSG:4326 -r near \S+\.tif \S+-lonlat\.tif$/,
    );
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

const folder = mkdtempSync(join(tmpdir(), 'raster-crs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of a fixture with other bytes. */
async function altered(name: string, change: (bytes: Buffer) => void): Promise<string> {
  const bytes = readFileSync(fixture('crs', `${name}.tif`));
  change(bytes);
  const path = join(folder, `${name}.tif`);
  writeFileSync(path, bytes);
  return path;
}
