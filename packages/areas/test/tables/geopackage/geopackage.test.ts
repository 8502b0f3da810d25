import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Crs, toLonLat } from '@cellshed/crs';
import { openGeoPackageTable } from '../../../src/index.ts';
import { collect, describeAreaTable, expectFoundByBox } from '../../area-table-suite.ts';
import { basins } from '../../fixtures.ts';
import { geoPackages } from './geopackages.ts';

const layers = ['wgs84', 'nad83_z', 'albers', 'utm_zm', 'feet', 'web', 'unnamed_crs'];

for (const layer of layers) {
  describeAreaTable(`an area table over the layer ${layer} of a GeoPackage`, (given) =>
    openGeoPackageTable({
      name: 'basins',
      path: basins.gpkg,
      table: layer,
      id: 'code',
      nameProperty: 'label',
      ...given,
    }),
  );
}

it.each(['wgs84', 'nad83_z'])('finds each area of the layer %s by its own box', (table) =>
  expectFoundByBox(openGeoPackageTable({ name: 'basins', path: basins.gpkg, table, id: 'code' })),
);

const { folder, altered, change, remove } = geoPackages();
afterAll(remove);

function open(path: string, options: object = {}) {
  return openGeoPackageTable({ name: 'huc', path, table: 'wgs84', id: 'code', ...options });
}

describe('openGeoPackageTable', () => {
  it.each([
    [
      'a table that is not there',
      {},
      { table: 'huc12' },
      /: has no table "huc12", only albers, feet, nad83_z, .*wgs84$/,
    ],
    [
      'no table where there are several',
      {},
      { table: undefined },
      /: table is missing, expected one of albers, feet, /,
    ],
    [
      'a column of ids that is not there',
      {},
      { id: 'huc12' },
      /: table wgs84 has no column "huc12", only fid, geom, code, number, label, share, natural$/,
    ],
    ['a column in another case', {}, { id: 'CODE' }, /: table wgs84 has no column "CODE", only/],
    ['a column of names that is not there', {}, { nameProperty: 'name' }, /: table wgs84 has no column "name", only/],
    [
      'a row without id',
      { sql: "UPDATE wgs84 SET code = NULL WHERE code = '9'" },
      {},
      /: table wgs84, fid 4: code is null, expected an id: text/,
    ],
    [
      'an empty id',
      { sql: "UPDATE wgs84 SET code = '' WHERE code = '9'" },
      {},
      /: table wgs84, fid 4: code is "", expected an id: text/,
    ],
    [
      'an id twice',
      { sql: "UPDATE wgs84 SET code = '9' WHERE code = '0204'" },
      {},
      /: id 9 stands for more than one area, expected unique ids$/,
    ],
    [
      'lines',
      { sql: "UPDATE gpkg_geometry_columns SET geometry_type_name = 'MULTILINESTRING'" },
      {},
      /: table wgs84 holds MULTILINESTRING, expected POLYGON or MULTIPOLYGON$/,
    ],
    [
      'a CRS that the file lacks',
      { sql: 'UPDATE gpkg_geometry_columns SET srs_id = 7' },
      {},
      /: table wgs84 has the CRS 7, which is not in the file$/,
    ],
    [
      'a CRS that nobody knows',
      {
        sql: "UPDATE gpkg_spatial_ref_sys SET organization = 'NOBODY', definition = 'PROJCS[\"x\"' WHERE srs_id = 4326",
      },
      {},
      /: cannot use CRS x: /,
    ],
    [
      'no CRS beside projected coordinates',
      { sql: "UPDATE gpkg_contents SET max_x = 540000 WHERE table_name = 'unnamed_crs'" },
      { table: 'unnamed_crs' },
      /: table unnamed_crs names no CRS, and its extent \(-76\.1, 39\.1, 540000, 41\.25\) is not longitude and latitude$/,
    ],
    [
      'no CRS beside latitudes beyond the pole',
      { sql: "UPDATE gpkg_contents SET min_y = -91 WHERE table_name = 'unnamed_crs'" },
      { table: 'unnamed_crs' },
      /: table unnamed_crs names no CRS, and its extent/,
    ],
    [
      'a database of SpatiaLite',
      { sql: 'ALTER TABLE gpkg_geometry_columns RENAME TO geometry_columns' },
      {},
      /: is an SQLite database with geometries of another kind \(SpatiaLite\?\), no GeoPackage: ogr2ogr -f GPKG makes one$/,
    ],
    [
      'a layer of which there is only the name',
      { sql: "UPDATE gpkg_geometry_columns SET table_name = 'gone' WHERE table_name = 'feet'" },
      { table: 'gone' },
      /: has no table "gone", only albers, nad83_z, /,
    ],
    [
      'a table of attributes',
      { sql: 'CREATE TABLE plain (code TEXT)' },
      { table: 'plain' },
      /: has no table "plain" with geometries, only albers, /,
    ],
    [
      'no table where none has polygons',
      {
        sql: "UPDATE gpkg_geometry_columns SET geometry_type_name = 'Point' WHERE table_name IN ('web', 'feet'); DELETE FROM gpkg_geometry_columns WHERE geometry_type_name <> 'Point'",
      },
      { table: undefined },
      /: has no layer of polygons, only feet \(POINT\), web \(POINT\)$/,
    ],
    [
      'no table where none has geometries',
      { sql: 'DELETE FROM gpkg_geometry_columns' },
      { table: undefined },
      /: has no layer of polygons, only tables without geometries$/,
    ],
    [
      'a column of geometries that is not there',
      { sql: "UPDATE gpkg_geometry_columns SET column_name = 'shape'" },
      {},
      /: table wgs84 has no column "shape" of geometries, only fid, geom, /,
    ],
    [
      'a view that needs functions that only others have',
      {
        sql: "CREATE VIEW v AS SELECT fid, code, ST_Buffer(geom, 1) AS geom FROM wgs84; INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4326, 0, 0)",
      },
      { table: 'v' },
      /: table v cannot be read: no such function: ST_Buffer$/,
    ],
    [
      'a database that is no GeoPackage',
      { sql: 'ALTER TABLE gpkg_geometry_columns RENAME TO other' },
      {},
      /: is no GeoPackage with features: it has no table gpkg_geometry_columns$/,
    ],
  ])('refuses %s', async (_, { sql = '' }: { sql?: string }, options, sentence) => {
    const path = altered(sql);
    await expect(open(path, options)).rejects.toThrow(sentence);
    await expect(open(path, options)).rejects.toThrow(/^area table huc: .*\.gpkg: /);
  });

  it('refuses a file that is not there or no database', async () => {
    await expect(open(join(folder, 'missing.gpkg'))).rejects.toThrow(/^area table huc: .*missing\.gpkg: ENOENT/);
    await expect(open(basins.geojson)).rejects.toThrow(/^area table huc: .*basins\.geojson: file is not a database$/);
  });

  it.each([
    ['the only table', "DELETE FROM gpkg_geometry_columns WHERE table_name <> 'feet'"],
    [
      'the only table of polygons',
      "UPDATE gpkg_geometry_columns SET geometry_type_name = 'MULTILINESTRING' WHERE table_name <> 'feet'",
    ],
    [
      'the only table that is there',
      "UPDATE gpkg_geometry_columns SET table_name = table_name || ' gone' WHERE table_name <> 'feet'",
    ],
    [
      'the only table with geometries',
      "DELETE FROM gpkg_geometry_columns WHERE table_name <> 'feet'; CREATE TABLE notes (code TEXT); INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes'), ('pyramid', 'tiles')",
    ],
  ])('takes %s where none is named', async (_, sql) => {
    expect(await (await open(altered(sql), { table: undefined })).get('9')).toBeDefined();
  });

  it('notes that a table names no CRS', async () => {
    const { notes } = await open(basins.gpkg, { table: 'unnamed_crs' });
    expect(notes).toEqual(['table unnamed_crs names no CRS: taken as longitude and latitude']);
    expect((await open(basins.gpkg)).notes).toEqual([]);
  });

  it('takes a CRS by its code, whatever its text says', async () => {
    const path = altered('UPDATE gpkg_spatial_ref_sys SET definition = \'PROJCS["x"\' WHERE srs_id = 5070');
    const { items } = await (await open(path, { table: 'albers' })).list({ limit: 1, offset: 1 });
    expect(items[0]?.polygons[0]?.[0]?.[2]?.[0]).toBeCloseTo(-75.12345678901235, 9);
  });

  const compound = (horizontal: string) =>
    `COMPD_CS["with heights",${horizontal},VERT_CS["NAVD88 height",VERT_DATUM["North American Vertical Datum 1988",2005],UNIT["metre",1]]]`;
  const nad27 =
    'GEOGCS["NAD27",DATUM["North_American_Datum_1927",SPHEROID["Clarke 1866",6378206.4,294.978698213898]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]';
  const row = (changes: string) => altered(`UPDATE gpkg_spatial_ref_sys SET ${changes} WHERE srs_id = 4326`);
  const corner = async (path: string) => (await (await open(path)).get('020401'))?.polygons[0]?.[0]?.[2];

  it('takes a compound CRS by its horizontal part, by its code or its text', async () => {
    const asItIs = [-75.12345678901235, 40.6];
    expect(await corner(row('organization_coordsys_id = 5498'))).toEqual(asItIs);
    const text = compound(
      nad27
        .replaceAll('NAD27', 'NAD83')
        .replace('1927', '1983')
        .replace(/Clarke.*978698213898/, 'GRS 1980",6378137,298.257222101'),
    );
    expect(await corner(row(`organization = 'NONE', definition = '${text}'`))).toEqual(asItIs);
  });

  it('shifts a datum as PROJ does, by its name where its code is not known', async () => {
    // pyproj.Transformer.from_crs(4267, 4326, always_xy=True)
    const shifted = [expect.closeTo(-75.1230628, 6), expect.closeTo(40.6000055, 6)];
    for (const changes of [
      'organization_coordsys_id = 4267',
      `organization = 'NONE', definition = '${nad27}'`,
      `organization = 'NONE', definition = '${compound(nad27)}'`,
    ]) {
      const area = await (await open(row(changes))).get('020401');
      const [x, y] = area?.polygons[0]?.[0]?.[2] ?? [];
      expect(toLonLat(area?.crs as Crs)(x as number, y as number)).toEqual(shifted);
    }
  });

  it.each([
    [
      "srs_name = 'Undefined SRS', organization = 'GDAL', organization_coordsys_id = 99999, definition = 'LOCAL_CS[\"Undefined SRS\",UNIT[\"unknown\",0]]'",
    ],
    ["srs_name = 'x', organization = 'NONE', definition = 'ENGCRS[\"Undefined SRS\",EDATUM[\"\"]]'"],
    ["srs_name = 'Undefined geographic SRS', organization = 'NONE', definition = 'undefined'"],
  ])('notes that a layer has a CRS that is none: %s', async (changes) => {
    const path = row(changes);
    expect((await open(path)).notes).toEqual(['table wgs84 names no CRS: taken as longitude and latitude']);
    expect(await corner(path)).toEqual([-75.12345678901235, 40.6]);
  });

  it('says how to bring a layer elsewhere whose CRS cannot be used', async () => {
    await expect(open(row('organization_coordsys_id = 4610'))).rejects.toThrow(
      /cannot use CRS EPSG:4610: its datum lies far from WGS 84, .*; bring it to another: ogr2ogr -t_srs EPSG:4326 \d+-lonlat\.gpkg \S+\.gpkg wgs84$/,
    );
  });

  it('leaves longitude and latitude digit for digit as they are', async () => {
    for (const table of ['wgs84', 'nad83_z', 'unnamed_crs']) {
      const area = await (await open(basins.gpkg, { table })).get('020401');
      expect(area?.polygons[0]?.[0]?.[2]).toEqual([-75.12345678901235, 40.6]);
    }
  });

  it('reads the definition of 2019 where the older one says undefined', async () => {
    const wkt2 =
      'GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4326]]';
    const path = altered(
      `ALTER TABLE gpkg_spatial_ref_sys ADD COLUMN definition_12_063 TEXT; UPDATE gpkg_spatial_ref_sys SET definition = 'undefined', definition_12_063 = '${wkt2}' WHERE srs_id = 4326`,
    );
    const table = await open(path);
    expect(table.notes).toEqual([]);
    expect((await table.get('020401'))?.polygons[0]?.[0]?.[2]).toEqual([-75.12345678901235, 40.6]);
  });

  it('takes whole numbers, real numbers and the primary key for ids', async () => {
    const path = altered(
      'UPDATE wgs84 SET share = fid * 1000; UPDATE wgs84 SET number = 9223372036854775807 WHERE fid = 2',
    );
    const idsBy = async (id: string) => collect((await open(path, { id })).ids());
    expect(await idsBy('number')).toEqual(['20', '30', '40', '50', '60', '9', '9223372036854775807']);
    expect(await idsBy('share')).toEqual(['1000', '2000', '3000', '4000', '5000', '6000', '7000']);
    const byKey = await open(path, { id: 'fid' });
    expect((await byKey.get('2'))?.properties).toMatchObject({ fid: 2, code: '020401', number: '9223372036854775807' });
    expect(await byKey.get('02')).toBeUndefined();
  });

  it('quotes whatever names a file has, and gives no blobs', async () => {
    const path =
      altered(`ALTER TABLE wgs84 RENAME COLUMN code TO "c""o'd e"; ALTER TABLE wgs84 ADD COLUMN photo BLOB; UPDATE wgs84 SET photo = x'00', share = 9e999;
      ALTER TABLE wgs84 RENAME TO "w""g's; --"; UPDATE gpkg_geometry_columns SET table_name = 'w"g''s; --' WHERE table_name = 'wgs84'`);
    const table = await open(path, { table: 'w"g\'s; --', id: 'c"o\'d e' });
    expect((await table.get('9'))?.properties).toEqual({
      'c"o\'d e': '9',
      number: 9,
      label: '100% O\'Brien_Creek "North"',
      share: null,
      natural: null,
    });
  });

  it('throws once the file has been changed in place, and has another version', async () => {
    const path = altered('');
    const table = await open(path, { nameProperty: 'label' });
    change(path, "UPDATE wgs84 SET code = 'other' WHERE code = '9'");
    const sentence = /^area table huc: .* has changed since it was opened; open it again$/;
    await expect(table.get('020401')).rejects.toThrow(sentence);
    await expect(table.list({ limit: 1, offset: 0 })).rejects.toThrow(sentence);
    await expect(table.list({ limit: 0, offset: 0, bbox: [-180, -90, 180, 90] })).rejects.toThrow(sentence);
    expect(await table.currentVersion()).not.toBe(table.version);
  });

  it('sees a change that is still in the write-ahead log', async () => {
    const path = altered('PRAGMA journal_mode = wal');
    const table = await open(path);
    expect(await table.currentVersion()).toBe(table.version);
    // The file stays open, because the last to close a database empties the log.
    using db = new DatabaseSync(path);
    db.exec("UPDATE wgs84 SET code = 'other' WHERE code = '9'");
    await expect(table.get('020401')).rejects.toThrow('has changed since it was opened');
    expect(await table.currentVersion()).not.toBe(table.version);
  });

  it('reads a file in write-ahead mode from a folder that cannot be written to', async () => {
    const path = altered('PRAGMA journal_mode = wal');
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    // Root may write anywhere, so the test gives up its rights for a while.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const table = await open(path);
      expect((await table.get('9'))?.id).toBe('9');
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
  });
});
