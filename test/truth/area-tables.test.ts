import { fingerprintOf, openGeoJsonTable, openGeoPackageTable, type Position } from '@cellshed/areas';
import { collect } from '../../packages/areas/test/area-table-suite.ts';
import { truthFile } from './files.ts';

it('a GeoJSON file of the 481 subwatersheds of the Delaware is read', async () => {
  const table = await openGeoJsonTable({
    name: 'huc12',
    path: truthFile('data/drb/drb_huc12.geojson'),
    id: 'huc12',
    nameProperty: 'name',
  });
  expect((await table.list({ limit: 0, offset: 0 })).matched).toBe(481);
  expect(await table.get('020402031008')).toMatchObject({
    name: 'City of Philadelphia-Schuylkill River',
    warnings: [],
  });
});

it('a GeoPackage of 21 subwatersheds that another program has written is read as GDAL reads it', async () => {
  const table = await openGeoPackageTable({
    name: 'huc',
    path: truthFile('data/newhope/new_hope_wbd.gpkg'),
    id: 'HUC_12',
    nameProperty: 'HU_12_NAME',
  });
  const same = await openGeoJsonTable({
    name: 'huc',
    path: truthFile('data/newhope/ready_huc12.geojson'),
    id: 'huc12',
    nameProperty: 'name',
  });
  const ids = await collect(table.ids());
  expect(ids).toHaveLength(21);
  expect(ids).toEqual(await collect(same.ids()));
  expect(table.notes).toEqual([]);
  for (const id of ids) {
    const [a, b] = [await table.get(id), await same.get(id)];
    expect([a?.name, a?.warnings]).toEqual([b?.name, b?.warnings]);
    const rounded = a?.polygons.map((polygon) => polygon.map((ring) => ring.map(toSixDecimals)));
    expect(fingerprintOf({ polygons: rounded ?? [] })).toBe(fingerprintOf({ polygons: b?.polygons ?? [] }));
  }
});

it('a GeoPackage of stream lines is refused', async () => {
  const path = truthFile('data/drb/drb_reaches.gpkg');
  await expect(openGeoPackageTable({ name: 'huc', path, table: 'reaches', id: 'comid' })).rejects.toThrow(
    'table reaches holds MULTILINESTRING, expected POLYGON or MULTIPOLYGON',
  );
});

/** The GeoJSON as GDAL wrote it. GDAL also turned rings the other way. */
function toSixDecimals([lon, lat]: Position): Position {
  return [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
}
