import pg from 'pg';
import { UnreachableTableError } from '../../../src/index.ts';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect, describeAreaTable } from '../../area-table-suite.ts';
import { hiddenPostgisFixture, loadBasins, type PostgisFixture, postgisFixture } from '../../postgis-fixture.ts';
import { type Pooler, startPooler } from './pooler.ts';

let db: PostgisFixture;
let hidden: PostgisFixture;
let pooler: Pooler;
beforeAll(async () => {
  db = await postgisFixture();
  await loadBasins(db, 'basins', { srid: 4326 });
  await db.sql(`CREATE INDEX ON basins USING gist (geom);
    CREATE TABLE globe AS SELECT code, number, label, share, "natural", geom::geography(Geometry, 4326) AS geom FROM basins;
    CREATE INDEX ON globe USING gist (geom);
    CREATE VIEW seen AS SELECT * FROM basins;
    CREATE MATERIALIZED VIEW kept AS SELECT * FROM basins; CREATE INDEX ON kept USING gist (geom);
    CREATE TABLE "Parts" (LIKE basins) PARTITION BY LIST (code); CREATE INDEX ON "Parts" USING gist (geom);
    CREATE TABLE part_a PARTITION OF "Parts" FOR VALUES IN ('0204', '9'); CREATE TABLE part_b PARTITION OF "Parts" DEFAULT;
    INSERT INTO "Parts" SELECT * FROM basins;
    CREATE TABLE heirs (LIKE basins); CREATE INDEX ON heirs USING gist (geom); CREATE TABLE heir () INHERITS (heirs);
    INSERT INTO heirs SELECT * FROM basins WHERE number < 30; INSERT INTO heir SELECT * FROM basins WHERE number >= 30;
    CREATE DOMAIN shape AS geometry(Geometry, 4326); CREATE DOMAIN huc AS varchar(20); CREATE DOMAIN basin AS huc;
    CREATE TABLE domains AS SELECT code::basin AS code, number, label, share, "natural", geom::shape AS geom FROM basins`);
  hidden = await hiddenPostgisFixture();
  for (const [table, srid] of [
    ['wgs84', 4326],
    ['albers', 5070],
  ] as const) {
    await loadBasins(hidden, table, { srid });
    await hidden.sql(`CREATE INDEX ON ${table} USING gist (geom)`);
  }
  await loadBasins(hidden, 'undeclared', { srid: 32617, type: 'geometry' });
  await hidden.sql(
    'CREATE TABLE globe AS SELECT code, number, label, share, "natural", geom::geography AS geom FROM wgs84',
  );
  pooler = await startPooler(db.url);
});
afterAll(async () => {
  pooler.close();
  await hidden.end();
  await db.end();
});

function open(table: string, options: object = {}, { url, schema } = db) {
  const where = { name: 'basins', path: url, table: `${schema}.${table}` };
  return openPostgisTable({ ...where, id: 'code', nameProperty: 'label', ...options });
}

const wrong = 'geometry is a LineString, expected';
for (const table of ['globe', 'kept', 'Parts', 'heirs', 'domains'])
  describeAreaTable(`an area table over the PostGIS table ${table}`, (given) => open(table, given), wrong);
describeAreaTable(
  'an area table over a view of PostGIS, which has a version',
  ({ version } = { version: '1' }) => open('seen', { version }),
  wrong,
);
for (const table of ['wgs84', 'albers', 'undeclared', 'globe'])
  describeAreaTable(
    `an area table over the table ${table} where PostGIS is not on the search path`,
    (given) => open(table, given, hidden),
    wrong,
  );
describeAreaTable(
  'an area table over PostGIS behind a pooler',
  (given) => open('basins', given, { ...db, url: pooler.url }),
  wrong,
);

describe('a pooler', () => {
  it('is asked for nothing that outlives a transaction', async () => {
    const table = await open('basins', {}, { ...db, url: pooler.url });
    await table.get('9');
    await table.list({ limit: 1, offset: 0, q: 'a', bbox: [-76, 39, -75, 41] });
    await collect(table.ids());
    await table.close();
    expect(pooler.violations).toEqual([]);
  });

  it('that refuses a parameter of the URL is not taken for one that is away', async () => {
    const url = `${pooler.url}?options=-c%20search_path%3Dpublic`;
    const error = await open('basins', {}, { ...db, url }).catch((reason: unknown) => reason);
    expect(error).not.toBeInstanceOf(UnreachableTableError);
    expect((error as Error).message).toMatch(/: unsupported startup parameter: options$/);
  });
});

describe('an answer of a database', () => {
  it('is waited for no longer than the time that is set within the transaction', async () => {
    await db.sql(
      "CREATE VIEW timeouts AS SELECT current_setting('statement_timeout') AS code, geom FROM basins LIMIT 1",
    );
    const table = await open('timeouts', { version: '1', nameProperty: undefined });
    expect(await collect(table.ids())).toEqual(['30s']);
    await table.close();
  });
});

describe('the table of a database', () => {
  it.each([
    ['its name in capitals, as SQL reads it', 'BASINS', true],
    ['its name with quotation marks', '"Parts"', true],
    ['its name without them', 'Parts', true],
    ['its name in small letters, which is another in SQL', 'parts', false],
    ['what is no name', 'a b; "c', false],
  ])('is found by %s', async (_, name, isFound) => {
    const opening = openPostgisTable({
      ...{ name: 'basins', path: db.url, table: `${db.schema}.${name}`, id: 'code' },
    });
    if (isFound) await (await opening).close();
    else await expect(opening).rejects.toThrow(/has no table ".*", only .*globe.*/);
  });

  it('is looked for among all that have geometries or geographies', async () => {
    const opening = openPostgisTable({ name: 'basins', path: db.url, table: 'nowhere', id: 'code' });
    await expect(opening).rejects.toThrow(new RegExp(`only .*${db.schema}.Parts.*${db.schema}.globe`));
  });

  it('that is foreign needs a version, as a view does', async () => {
    await db.sql(`CREATE FOREIGN DATA WRAPPER none; CREATE SERVER nowhere FOREIGN DATA WRAPPER none;
      CREATE FOREIGN TABLE abroad (code text, geom geometry(Polygon, 4326)) SERVER nowhere`);
    try {
      await expect(open('abroad', { nameProperty: undefined })).rejects.toThrow(
        /abroad is a foreign table, whose rows do not tell when they change: give it a version in the catalog$/,
      );
    } finally {
      await db.sql('DROP FOREIGN DATA WRAPPER none CASCADE');
    }
  });

  it('may be one whose geometries are surfaces and collections', async () => {
    await db.sql(`CREATE TABLE surfaces (code text, geom geometry(MultiSurfaceZ, 4326));
      INSERT INTO surfaces VALUES ('straight', 'SRID=4326;MULTISURFACE Z (CURVEPOLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1)))'),
        ('arcs', 'SRID=4326;MULTISURFACE Z (CURVEPOLYGON Z (CIRCULARSTRING Z (0 0 1, 1 0 1, 0 0 1)))');
      CREATE TABLE crumbs (code text, geom geometry(GeometryCollection, 4326));
      INSERT INTO crumbs VALUES ('a', 'SRID=4326;GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 1 1, 0 0)))')`);
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    const surfaces = await open('surfaces', { nameProperty: undefined });
    expect((await surfaces.get('straight'))?.polygons).toEqual([[ring]]);
    await expect(surfaces.get('arcs')).rejects.toThrow(/has a CircularString for an edge, .*ST_CurveToLine/);
    await surfaces.close();
    const crumbs = await open('crumbs', { nameProperty: undefined });
    expect(await crumbs.get('a')).toMatchObject({
      polygons: [[ring]],
      warnings: ['1 Point is left out: only polygons have cells'],
    });
    await crumbs.close();
  });
});

describe('ids of a database', () => {
  const guid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
  it.each([
    ['uuid', [guid, '00000000-0000-0000-0000-000000000000'], ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a', '']],
    ['numeric(12,0)', ['10', '9', '-1', '0'], ['09', '9.0', '+9', '9e0', 'NaN', '']],
    ['numeric', ['1.50', '2', '12345678901234567890123'], ['1.5', '2.0', '1e400']],
    [
      'float8',
      ['1', '-7', '1.5', '100000000000000', '1e+20'],
      ['1.0', '01', 'NaN', 'Infinity', '1e999', '9'.repeat(40)],
    ],
    ['float4', ['1', '16777216', '-3'], ['1.0', '3e38']],
    ['smallint', ['1', '-2'], ['01', '99999']],
    ['char(5)', ['a', 'bb'], ['a    ', 'A']],
    ['name', ['a', 'B'], ['b']],
    ['bpchar', ['a'], ['A']],
    ['text COLLATE folding', ['a', 'Ä'], ['A', 'ä']],
    ['letter', ['b', 'a'], ['c', 'A', '']],
  ])('of type %s are told by their texts', async (type, ids, others) => {
    await db.sql(`CREATE TABLE typed (code ${type}, geom geometry(Polygon, 4326))`);
    for (const id of ids) await db.sql(`INSERT INTO typed VALUES ('${id}', ST_MakeEnvelope(0, 0, 1, 1, 4326))`);
    try {
      const table = await open('typed', { nameProperty: 'code' });
      expect(await collect(table.ids())).toEqual(ids.toSorted());
      const named = (await table.names?.([...others, ...ids, '\0', "'"])) ?? new Map();
      expect([...named.keys()].toSorted()).toEqual(ids.toSorted());
      expect((await table.names?.([...others, '\0', "'"]))?.size).toBe(0);
      for (const id of ids) {
        expect(await table.has(id)).toBe(true);
        expect((await table.get(id))?.id).toBe(id);
      }
      for (const id of [...others, '\0', "'"]) expect(await table.has(id)).toBe(false);
      expect((await table.list({ limit: 9, offset: 0, q: ids[0] as string })).items[0]?.id).toBe(ids[0]);
      await table.close();
    } finally {
      await db.sql('DROP TABLE typed');
    }
  });
  beforeAll(() =>
    db.sql(`CREATE COLLATION folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TYPE letter AS ENUM ('b', 'a')`),
  );

  it('of type citext are told apart from others in case, also where the type is not on the search path', async () => {
    const [there] = await db.sql("SELECT 1 FROM pg_available_extensions WHERE name = 'citext'");
    // The type comes with PostgreSQL's own extensions; without them a domain stands in for it.
    const type = there ? '"Ext".citext' : '"Ext".folded';
    await hidden.sql(there ? 'CREATE EXTENSION citext SCHEMA "Ext"' : 'CREATE DOMAIN "Ext".folded AS text');
    await hidden.sql(`CREATE TABLE folded (code ${type} PRIMARY KEY, geom geometry(Polygon, 4326));
      INSERT INTO folded VALUES ('Huc', ST_MakeEnvelope(0, 0, 1, 1, 4326)), ('b', NULL)`);
    const table = await open('folded', { nameProperty: 'code' }, hidden);
    expect(await collect(table.ids())).toEqual(['Huc', 'b']);
    expect([await table.has('Huc'), await table.has('huc'), await table.has('B')]).toEqual([true, false, false]);
    expect(await table.names?.(['Huc', 'huc', 'B'])).toEqual(new Map([['Huc', 'Huc']]));
    await table.close();
  });

  it('are found by the index on their column', async () => {
    await db.sql(`CREATE TABLE indexed (code uuid PRIMARY KEY, geom geometry(Polygon, 4326))`);
    await db.sql('INSERT INTO indexed SELECT gen_random_uuid(), NULL FROM generate_series(1, 10000); ANALYZE indexed');
    const { idColumn } = await import('../../../src/tables/postgis/ids.ts');
    const column = {
      name: 'code',
      number: 1,
      typeSchema: 'pg_catalog',
      isEnum: false,
      isReadable: true,
      holds: '',
      srid: 0,
    };
    const ids = idColumn({ ...column, type: 'uuid' });
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    const plan = async (condition = '', given: string | string[]) => {
      const { rows } = await client.query(`EXPLAIN SELECT 1 FROM ${db.schema}.indexed t WHERE ${condition}`, [given]);
      return JSON.stringify(rows);
    };
    const [ofOne, ofSome] = [await plan(ids?.isGiven, guid), await plan(ids?.isAmongGiven, [guid, guid])];
    await client.end();
    expect(ofOne).toContain('Index Cond');
    expect(ofSome).toContain('Index Cond');
  });
});
