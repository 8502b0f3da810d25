import { areaFileKind, openAreaTable } from '../../src/index.ts';
import { basins, basinsFile } from '../fixtures.ts';

describe('openAreaTable', () => {
  it('opens each kind of file by the ending of its name', async () => {
    for (const [path, table] of [
      [basins.geojson, undefined],
      [basins.gpkg, 'albers'],
      [basinsFile('albers.fgb'), undefined],
      [basinsFile('albers.parquet'), undefined],
      [basinsFile('albers.shp'), undefined],
      [basinsFile('basins.zip'), 'albers'],
    ] as const) {
      const areas = await openAreaTable({ name: 'basins', path, table, id: 'code' });
      expect((await areas.get('9'))?.id).toBe('9');
      await areas.close();
    }
  });

  it('refuses any other', async () => {
    await expect(openAreaTable({ name: 'huc', path: 'a/wbd.kml', id: 'huc' })).rejects.toThrow(
      'area table huc: a/wbd.kml: expected a file that ends in .gpkg, .geojson, .json, ',
    );
  });
});

it('files that may have several tables of areas list them', async () => {
  const tablesIn = async (path: string) => await areaFileKind(path)?.tablesIn?.(path);
  expect(await tablesIn(basins.gpkg)).toEqual(expect.arrayContaining(['albers', 'utm_zm', 'web']));
  expect(await tablesIn(basinsFile('basins.zip'))).toEqual(['albers', 'web']);
  expect(await tablesIn(basinsFile('albers.fgb'))).toBeUndefined();
});
