import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AreaTable } from '../../../src/index.ts';
import { openGeoPackageTable } from '../../../src/index.ts';
import { collect, describeAreaTable } from '../../area-table-suite.ts';
import { basins } from '../../fixtures.ts';
import { type Geometry, line, of, plainStyle, point, polygon, wkbOf } from '../wkb-bytes.ts';
import { geoPackages } from './geopackages.ts';

const { folder, altered, remove } = geoPackages();
afterAll(remove);

const registered = (name: string, column = 'geom') =>
  `INSERT INTO gpkg_geometry_columns VALUES ('${name}', '${column}', 'GEOMETRY', 4326, 0, 0);`;
const columns = 'code, number, label, share, "natural", geom';
const properties = 'code TEXT, number INTEGER, label TEXT, share REAL, "natural" BOOLEAN, geom BLOB';

/** Layers with the rows of the fixture, each in another form. */
const layers: readonly (readonly [title: string, sql: string, table?: string])[] = [
  ['a view with the primary key', `CREATE VIEW v AS SELECT * FROM wgs84; ${registered('v')}`],
  [
    'a view that renames the primary key',
    `CREATE VIEW v AS SELECT fid AS OGC_FID, ${columns} FROM wgs84; ${registered('v')}`,
  ],
  ['a view without a key', `CREATE VIEW v AS SELECT ${columns} FROM wgs84; ${registered('v')}`],
  [
    'a view that joins tables, whose first key comes several times',
    `CREATE TABLE plan (fid INTEGER PRIMARY KEY); INSERT INTO plan VALUES (1);
    CREATE VIEW v AS SELECT w.fid, ${columns} FROM plan JOIN wgs84 w; ${registered('v')}`,
  ],
  [
    'a view of a view, by geometries of another table',
    `CREATE VIEW inner_v AS SELECT w.fid, w.code, w.number, w.label, w.share, w."natural", n.geom FROM wgs84 w JOIN nad83_z n USING (fid);
    CREATE VIEW v AS SELECT * FROM inner_v; ${registered('v')}`,
  ],
  [
    'a view of grouped rows',
    `CREATE VIEW v AS SELECT ${columns} FROM wgs84 GROUP BY code HAVING max(fid) > 0; ${registered('v')}`,
  ],
  [
    'a table without a primary key',
    `CREATE TABLE v (${properties}); INSERT INTO v SELECT ${columns} FROM wgs84; ${registered('v')}`,
  ],
  [
    'a table whose primary key is text',
    `CREATE TABLE v (${properties}, PRIMARY KEY (code)); INSERT INTO v SELECT ${columns} FROM wgs84; ${registered('v')}`,
  ],
  [
    'a table without row ids',
    `CREATE TABLE v (${properties}, PRIMARY KEY (code)) WITHOUT ROWID; INSERT INTO v SELECT ${columns} FROM wgs84; ${registered('v')}`,
  ],
  ['a name in another case', `ALTER TABLE wgs84 RENAME COLUMN geom TO Geom; ${registered('WGS84', 'GEOM')}`, 'WGS84'],
  ['a file without contents', 'DELETE FROM gpkg_contents', 'wgs84'],
  ['an R-tree that nobody keeps', 'UPDATE rtree_wgs84_geom SET minx = 0, maxx = 1', 'wgs84'],
  ['an R-tree that lacks some', 'DELETE FROM rtree_wgs84_geom WHERE id IN (2, 4, 5)', 'wgs84'],
  ['an R-tree with more than there is', 'INSERT INTO rtree_wgs84_geom VALUES (99, 0, 1, 0, 1)', 'wgs84'],
  ['an R-tree that was dropped', 'DROP TABLE rtree_wgs84_geom', 'wgs84'],
];

for (const [title, sql, table = 'v'] of layers) {
  const path = altered(sql, /^(CREATE VIEW|DELETE|INSERT)/.test(sql) ? 'kept' : undefined);
  describeAreaTable(`an area table over ${title}`, (given) =>
    openGeoPackageTable({ name: 'basins', path, table, id: 'code', nameProperty: 'label', ...given }),
  );
}

function open(sql: string, options: object = {}): Promise<AreaTable> {
  return openGeoPackageTable({ name: 'huc', path: altered(sql), table: 'wgs84', id: 'code', ...options });
}

describe('ids of a GeoPackage', () => {
  it('tell apart rows that a view has once for each of another table', async () => {
    const view = `CREATE TABLE year (year INTEGER PRIMARY KEY); INSERT INTO year VALUES (2001), (2011);
      CREATE VIEW v AS SELECT w.fid, code || '-' || year AS code, year, geom FROM wgs84 w JOIN year; ${registered('v')}`;
    const table = await open(view, { table: 'v' });
    expect((await table.list({ limit: 0, offset: 0 })).matched).toBe(14);
    expect((await table.get('9-2011'))?.properties).toEqual({ fid: 4, code: '9-2011', year: 2011 });
  });

  it('of a view that has an area twice are refused', async () => {
    const view = `CREATE VIEW v AS SELECT * FROM wgs84 UNION ALL SELECT * FROM wgs84; ${registered('v')}`;
    await expect(open(view, { table: 'v' })).rejects.toThrow(
      /: id 0204 stands for more than one area, expected unique/,
    );
  });

  it('are told apart by case, whatever the column does', async () => {
    const table = await open(
      `CREATE TABLE v (code TEXT COLLATE NOCASE, geom BLOB, extra INTEGER PRIMARY KEY DESC) WITHOUT ROWID;
      INSERT INTO v SELECT code, geom, fid FROM wgs84; UPDATE v SET code = 'a' WHERE extra = 1; UPDATE v SET code = 'A' WHERE extra = 2;
      CREATE VIEW w AS SELECT code, geom FROM v; ${registered('w')}`,
      { table: 'w' },
    );
    const [a, b] = [await table.get('a'), await table.get('A')];
    expect([a?.id, b?.id, a?.properties, b?.properties]).toEqual(['a', 'A', { code: 'a' }, { code: 'A' }]);
    expect(a?.polygons).not.toEqual(b?.polygons);
  });

  it('may be GUIDs, whole numbers of any kind and the primary key of a table beneath a view', async () => {
    const guid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
    const guids = await open(`UPDATE wgs84 SET code = '{${guid}}' WHERE fid = 1`);
    expect(await guids.has(`{${guid}}`)).toBe(true);
    const view = `CREATE VIEW v AS SELECT fid * 1.0 AS whole, fid AS id, geom FROM wgs84; ${registered('v')}`;
    for (const id of ['whole', 'id']) {
      const table = await open(view, { table: 'v', id });
      expect(await collect(table.ids())).toEqual(['1', '2', '3', '4', '5', '6', '7']);
      expect((await table.get('2'))?.properties).toHaveProperty(id, 2);
    }
  });

  it('are read where the names of row ids are taken by columns', async () => {
    const taken = `CREATE TABLE v (rowid TEXT, oid TEXT, code TEXT, geom BLOB); INSERT INTO v SELECT 'x', 'y', code, geom FROM wgs84; ${registered('v')}`;
    expect((await (await open(taken, { table: 'v' })).get('9'))?.properties).toEqual({
      rowid: 'x',
      oid: 'y',
      code: '9',
    });
    const all = `CREATE TABLE v (rowid TEXT, oid TEXT, _ROWID_ TEXT, code TEXT, geom BLOB); INSERT INTO v SELECT 'x', 'y', 'z', code, geom FROM wgs84; ${registered('v')}`;
    expect((await (await open(all, { table: 'v' })).get('9'))?.properties).toMatchObject({ _ROWID_: 'z', code: '9' });
  });
});

describe('a GeoPackage that is damaged', () => {
  it('is read as far as it can be, or refused with a sentence that names it, whatever its bytes', async () => {
    const whole = readFileSync(basins.gpkg);
    const path = join(folder, 'damaged.gpkg');
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 2000 }), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom('wgs84', 'albers', undefined), async (places, table) => {
        const bytes = Buffer.from(whole);
        for (const [at, length, value] of places) bytes.fill(value, at, Math.min(at + length, bytes.length));
        writeFileSync(path, bytes);
        const said = await messagesOf({ name: 'huc', path, table, id: 'code', nameProperty: 'label' });
        for (const message of said) expect(message).toMatch(/^area table huc: /);
      }),
      { numRuns: 300 },
    );
  });
});

/** The messages of opening a table and asking everything. */
async function messagesOf(options: Parameters<typeof openGeoPackageTable>[0]): Promise<string[]> {
  const said: string[] = [];
  const hear = <Result>(work: Promise<Result>) => work.catch((error: Error) => void said.push(error.message));
  const table = await hear(openGeoPackageTable(options));
  if (!table) return said;
  for (const id of await collect(table.ids())) await hear(table.get(id));
  await hear(table.list({ limit: 10, offset: 0, bbox: [-180, -90, 180, 90] }));
  await hear(table.extent());
  await hear(table.withBox([-75, 40, -74, 41]));
  await table.close();
  return said;
}

describe('geometries of a GeoPackage', () => {
  const ring = [
    [-75, 40],
    [-74, 40],
    [-74, 41],
    [-75, 40],
  ] as const;
  const header = '4750000100000000';
  const stored = (geometry: Geometry, isLittleEndian = true) =>
    `UPDATE wgs84 SET geom = x'${header}${wkbOf(geometry, () => ({ ...plainStyle, isLittleEndian })).toString('hex')}' WHERE code = '9'; UPDATE gpkg_geometry_columns SET geometry_type_name = `;

  it.each<[string, Geometry, string]>([
    ['MULTISURFACE', of('multiSurface', of('curvePolygon', line(...ring))), 'a surface'],
    ['CURVEPOLYGON', of('curvePolygon', of('compound', line(...ring))), 'a curve polygon'],
    ['SURFACE', polygon(ring), 'a polygon'],
    ['GEOMETRYCOLLECTION', of('collection', polygon(ring)), 'a collection of one polygon'],
    ['PolyhedralSurface Z', of('polyhedral', polygon(ring)), 'a polyhedral surface'],
    ['TIN', of('tin', { type: 17, rings: [ring] }), 'a triangulated surface'],
    ['geometry', polygon(ring), 'any geometry'],
  ])('of a layer of %s are read: %s', async (type, geometry) => {
    for (const isLittleEndian of [true, false]) {
      const table = await open(`${stored(geometry, isLittleEndian)}'${type}'`);
      expect(await table.get('9')).toMatchObject({ polygons: [[ring]], warnings: [] });
    }
  });

  it('that are a collection with stray lines are read with a warning, listed, and found by a box', async () => {
    const table = await open(`${stored(of('collection', line(...ring), polygon(ring), point([0, 0])))}'GEOMETRY'`);
    expect((await table.get('9'))?.warnings).toEqual([
      '1 LineString is left out: only polygons have cells',
      '1 Point is left out: only polygons have cells',
    ]);
    const found = await table.list({ limit: 9, offset: 0, bbox: [-74.1, 40.9, -74, 41], q: '9' });
    expect(found.items.map(({ id, bbox }) => [id, bbox])).toEqual([['9', [-75, 40, -74, 41]]]);
  });

  it('that have arcs are refused with the way to make their edges straight', async () => {
    const arcs: Geometry = { type: 8, positions: ring };
    const table = await open(`${stored(of('curvePolygon', arcs))}'CURVEPOLYGON'`);
    await expect(table.get('9')).rejects.toThrow(
      'area table huc: area 9: geometry has a CircularString for an edge, expected straight ones: ogr2ogr -nlt CONVERT_TO_LINEAR makes them',
    );
    expect(await table.get('020401')).toBeDefined();
  });

  it.each(['POINT', 'MultiLineString', 'CURVE', 'LINESTRINGZ'])('of a layer of %s are refused', async (type) => {
    const sql = `UPDATE gpkg_geometry_columns SET geometry_type_name = '${type}'`;
    await expect(open(sql)).rejects.toThrow(/holds [A-Z]+, expected POLYGON or MULTIPOLYGON$/);
  });

  it('have the box of their positions where the header gives none, or none in numbers', async () => {
    const nan = '000000000000f87f'.repeat(4);
    const wkb = wkbOf(polygon(ring)).toString('hex');
    const table = await open(
      `DROP TABLE rtree_wgs84_geom; UPDATE wgs84 SET geom = x'4750000300000000${nan}${wkb}' WHERE code = '9'`,
    );
    const { items } = await table.list({ limit: 9, offset: 0, bbox: [-74.1, 40.9, -74, 41], q: '9' });
    expect(items.map(({ id }) => id)).toEqual(['9']);
  });
});
