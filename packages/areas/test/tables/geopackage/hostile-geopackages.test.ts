import { openGeoPackageTable } from '../../../src/tables/geopackage/geopackage.ts';
import { collect } from '../../area-table-suite.ts';
import { geoPackages } from './geopackages.ts';

const packages = geoPackages();
afterAll(packages.remove);

const open = (sql: string, table: string) =>
  openGeoPackageTable({ name: 'basins', path: packages.altered(sql), table, id: 'code' });

const registered = (table: string) => `INSERT INTO gpkg_geometry_columns
  SELECT '${table}', column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns WHERE table_name = 'wgs84'`;

const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';
const thousand = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT i FROM n';

describe('a GeoPackage that never comes to an end', () => {
  it.each([
    [
      'a layer that is a recursive view',
      `CREATE VIEW v AS ${endless} SELECT wgs84.* FROM n, wgs84 WHERE i < 0; ${registered('v')}`,
      /table v: it is a view that asks for itself again and again \(WITH RECURSIVE\)$/,
    ],
    [
      'a layer that is all combinations of rows',
      `CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t ${thousand};
       CREATE VIEW v AS SELECT wgs84.* FROM wgs84, t a, t b, t c, t d WHERE a.i + b.i + c.i + d.i < 0; ${registered('v')}`,
      /table v: it is a view that may look at \S+ combinations of rows, expected at most 50000000; ogr2ogr .* makes a table of it$/,
    ],
    [
      'a layer that is all combinations of values',
      `CREATE VIEW v AS WITH t(i) AS (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (0)) SELECT wgs84.*
       FROM wgs84, t a, t b, t c, t d, t e, t f, t g, t h, t i, t j, t k WHERE a.i + b.i + c.i < 0; ${registered('v')}`,
      /table v: it is a view that may look at \S+ combinations/,
    ],
    [
      'a column that goes over all combinations for each row',
      `CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t ${thousand};
       CREATE VIEW v AS SELECT wgs84.*, (SELECT count(*) FROM t a, t b, t c WHERE a.i < b.i + c.i) AS n FROM wgs84; ${registered('v')}`,
      /table v: it is a view that may look at \S+ combinations/,
    ],
    [
      'views that name each other',
      `CREATE VIEW v0 AS SELECT * FROM wgs84; ${Array.from({ length: 40 }, (_, i) => `CREATE VIEW v${i + 1} AS SELECT * FROM v${i} UNION SELECT * FROM v${i};`).join(' ')} ${registered('v40')}`,
      /table v40/,
    ],
    [
      'an area that is found by all combinations of rows',
      `CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t ${thousand}; INSERT INTO t SELECT i + 1000 FROM t; INSERT INTO t SELECT i + 2000 FROM t;
       CREATE VIEW v AS SELECT fid, geom, code FROM (SELECT a.i FROM t a JOIN t b GROUP BY a.i) s JOIN wgs84 ON fid = s.i GROUP BY fid; ${registered('v')}`,
      /table v: it is a view that may look at \S+ combinations of rows for each area, expected at most \d+; ogr2ogr/,
    ],
    [
      'a layer of more rows than there is room for',
      `CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t ${thousand};
       CREATE VIEW v AS SELECT wgs84.fid, geom, a.i || ' ' || b.i AS code FROM wgs84, t a, t b WHERE wgs84.fid = 1; ${registered('v')}`,
      /table v has more than 1\d{4} rows, for which the file has no room$/,
    ],
    [
      'a view of what is no table',
      `CREATE VIEW v AS SELECT wgs84.* FROM wgs84, json_each('[1]'); ${registered('v')}`,
      /table v: it is a view of what is no table of the file/,
    ],
    [
      'a list of layers that is a view',
      `ALTER TABLE gpkg_geometry_columns RENAME TO other;
       CREATE VIEW gpkg_geometry_columns AS ${endless} SELECT other.* FROM n, other`,
      /gpkg_geometry_columns is a view, expected a table$/,
    ],
    [
      'a list of CRSs that is a view',
      `ALTER TABLE gpkg_spatial_ref_sys RENAME TO other;
       CREATE VIEW gpkg_spatial_ref_sys AS ${endless} SELECT other.* FROM n, other`,
      /gpkg_spatial_ref_sys is a view, expected a table$/,
    ],
  ])('is refused: %s', async (_, sql, sentence) => {
    const table = /INSERT INTO gpkg_geometry_columns\s+SELECT '(\w+)'/.exec(sql)?.[1] ?? 'wgs84';
    const opening = open(sql, table);
    await expect(opening).rejects.toThrow(/^area table basins: \S+[.]gpkg: /);
    await expect(opening).rejects.toThrow(sentence);
  });

  it.each([
    ['an index', 'DROP TABLE rtree_wgs84_geom; CREATE VIEW rtree_wgs84_geom AS'],
    ['what an index is read from', 'DROP TABLE rtree_wgs84_geom; CREATE VIEW rtree_wgs84_geom_node AS'],
  ])('is not asked for %s that is a view', async (_, drop) => {
    // A trigger shows that the index is kept up to date.
    const path = packages.altered(`${drop} ${endless} SELECT i AS id, 0 AS minx, 0 AS maxx, 0 AS miny, 0 AS maxy FROM n;
      CREATE TRIGGER kept AFTER INSERT ON wgs84 BEGIN SELECT 'rtree_wgs84_geom'; END`);
    const table = await openGeoPackageTable({ name: 'basins', path, table: 'wgs84', id: 'code' });
    expect((await table.list({ bbox: [-180, -90, 180, 90], limit: 100, offset: 0 })).matched).toBeGreaterThan(1);
    await table.close();
  });
});

describe('a view that finds rows by what is there once', () => {
  const rows = 30_000;
  const big = `CREATE TABLE big (code TEXT UNIQUE, label TEXT);
    INSERT INTO big SELECT 'x' || value, 'label' FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ${rows}) SELECT value FROM n);
    INSERT INTO big SELECT code, 'here' FROM wgs84;`;

  it('is read, however many rows both tables have', async () => {
    const view = `${big} CREATE VIEW v AS SELECT a.label, wgs84.* FROM big b JOIN big a ON a.code = b.code JOIN wgs84 ON wgs84.code = b.code; ${registered('v')}`;
    const table = await open(view, 'v');
    const [id] = await collect(table.ids());
    expect((await table.get(id!))?.properties['label']).toBe('here');
    await table.close();
  });

  it('is read where it is several tables, one after the other', async () => {
    const parts = Array.from({ length: 6 }, (_, i) => `SELECT * FROM wgs84 WHERE fid % 6 = ${i}`).join(' UNION ALL ');
    const table = await open(`CREATE VIEW v AS ${parts}; ${registered('v')}`, 'v');
    expect((await collect(table.ids())).length).toBeGreaterThan(1);
    await table.close();
  });
});
