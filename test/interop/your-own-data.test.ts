import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { polygonsInLonLat } from '@cellshed/areas';
import { crsFromText } from '@cellshed/crs';
import { boxRing } from '../box-ring.ts';
import { shellCommands } from '../shell-commands.ts';
import { furnish } from '../terminal.ts';
import { variedRaster } from '../varied-raster.ts';
import { typeGdal } from './gdal.ts';

const root = join(import.meta.dirname, '../..');
const pageOf = (name: string) => shellCommands(readFileSync(join(root, 'docs/guides', name), 'utf8'));
const folder = mkdtempSync(join(root, '.catchment/own-data-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the commands for your own rasters and watersheds', () => {
  beforeAll(() => {
    furnish(folder);
    const write = (
      name: string,
      valueAt: (column: number, row: number) => number,
      origin: readonly [number, number] = [0, 3840],
    ) => writeFileSync(at(name), variedRaster({ across: 2, down: 2, side: 64, valueAt, origin }));
    write('landcover_source.tif', (column) => 1 + (Math.floor(column / 16) % 3));
    write('height.tif', (column, row) => column + row);
    typeGdal('gdal_translate -q -ot Int16 height.tif elevation_source.tif', folder);
    write('west.tif', () => 1);
    write('east.tif', () => 2, [3840, 3840]);
    // Soil comes in coarser cells.
    for (const side of ['west', 'east'])
      typeGdal(`gdalwarp -q -tr 100 100 -r near ${side}.tif sheet_${side}.tif`, folder);
    const area = { polygons: [[boxRing(600, 600, 3000, 3000)]], crs: crsFromText('EPSG:5070') };
    const shown = polygonsInLonLat(area as Parameters<typeof polygonsInLonLat>[0]);
    if (!('polygons' in shown)) throw new Error('the area has no place');
    const feature = {
      type: 'Feature',
      properties: { code: 'b1', name: 'First' },
      geometry: { type: 'MultiPolygon', coordinates: shown.polygons },
    };
    writeFileSync(at('basins_source.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  });

  it('work one after the other, and make files that are counted together', () => {
    for (const command of pageOf('your-own-data.md')) typeGdal(command, folder);
    const info = (name: string) => typeGdal(`gdalinfo ${name}`, folder);
    for (const name of ['landcover.tif', 'elevation.tif', 'soil.tif'])
      expect([name, info(name)]).toEqual([name, expect.stringContaining('LAYOUT=COG')]);
    expect(info('elevation.tif')).toContain('NoData Value=-9999');
    const counted = JSON.parse(
      typeGdal('npx catchment count basins/b1 landcover_soil --catalog catalog.yaml --json', folder),
    );
    expect(counted).toMatchObject({ cells: 80 * 80, covered: 1 });
    expect(counted.groups.map(({ values }: { values: number[] }) => values)).toEqual(
      expect.arrayContaining([
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
    );
    expect(readFileSync(at('basins.csv'), 'utf8')).toMatch(/^area_table,id,name,[^\n]*\r\nbasins,b1,First,/);
  }, 120_000);

  it('and so do those for overviews and for Model My Watershed', () => {
    typeGdal('cp landcover_source.tif in.tif && cp landcover_source.tif nlcd_2019_source.tif', folder);
    const commands = [...pageOf('maps.md'), ...pageOf('model-my-watershed.md')].filter((command) =>
      command.startsWith('gdal'),
    );
    expect(commands).toHaveLength(3);
    for (const command of commands) typeGdal(command, folder);
  }, 120_000);
});
