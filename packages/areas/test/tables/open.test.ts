import { openAreaTable } from '../../src/index.ts';
import { basins } from '../fixtures.ts';

describe('openAreaTable', () => {
  it('opens GeoJSON and GeoPackage by the ending of the file', async () => {
    for (const [path, table] of [
      [basins.geojson, undefined],
      [basins.gpkg, 'albers'],
    ] as const) {
      const areas = await openAreaTable({ name: 'basins', path, table, id: 'code' });
      expect((await areas.get('9'))?.id).toBe('9');
      await areas.close();
    }
  });

  it('refuses any other', async () => {
    await expect(openAreaTable({ name: 'huc', path: 'a/wbd.shp', id: 'huc' })).rejects.toThrow(
      'area table huc: a/wbd.shp: expected a file that ends in .gpkg, .geojson, .json, ',
    );
  });
});
