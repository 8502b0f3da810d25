import pg from 'pg';
import { type Bbox, ChangedTableError } from '../../../src/index.ts';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect, describeAreaTable, expectFoundByBox } from '../../area-table-suite.ts';
import { loadBasins, type PostgisFixture, postgisFixture } from '../../postgis-fixture.ts';

let db: PostgisFixture;
beforeAll(async () => {
  db = await postgisFixture();
  await loadBasins(db, 'wgs84', { srid: 4326 });
  await db.sql('CREATE INDEX ON wgs84 USING gist (geom)');
  await loadBasins(db, 'nad83', { srid: 4269, from: 4269 });
  await loadBasins(db, 'albers', { srid: 5070 });
  await db.sql('CREATE INDEX ON albers USING gist (geom); CREATE UNIQUE INDEX ON albers (code)');
  await loadBasins(db, 'feet', { srid: 2272 });
  await loadBasins(db, 'web', { srid: 3857 });
  await db.sql('CREATE INDEX ON web USING gist (geom)');
  // The database's administrator has defined this CRS under unknown names.
  await db.sql(`INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
    VALUES (990017, 'nobody', 7, 'LOCAL_CS["unknown"]', '+proj=utm +zone=17 +datum=WGS84') ON CONFLICT DO NOTHING`);
  await loadBasins(db, 'unknown', { srid: 990_017 });
  await db.sql('CREATE INDEX ON unknown USING gist (geom)');
  await loadBasins(db, 'undeclared', { srid: 32617, type: 'geometry' });
  await db.sql('CREATE INDEX ON undeclared USING gist (geom)');
});
afterAll(async () => {
  await db.sql('DELETE FROM spatial_ref_sys WHERE srid = 990017');
  await db.end();
});

function open(table: string, options: object = {}) {
  const where = { name: 'basins', path: db.url, table: `${db.schema}.${table}` };
  return openPostgisTable({ ...where, id: 'code', nameProperty: 'label', ...options });
}

for (const table of ['wgs84', 'nad83', 'albers', 'feet', 'web', 'undeclared', 'unknown']) {
  const title = `an area table over the PostGIS table ${table}`;
  describeAreaTable(title, (given) => open(table, given), 'geometry is a LineString, expected');
}

it.each(['wgs84', 'nad83'])('finds each area of the PostGIS table %s by its own box', (table) =>
  expectFoundByBox(open(table)),
);

const geometryOf = 'ST_Multi(ST_MakeEnvelope(-75, 40, -74, 41, 4326))';

/** Makes a table of squares with these additional columns. */
async function make(table: string, columns: string, values = '') {
  await db.sql(`CREATE TABLE ${table} (${columns}, geom geometry(MultiPolygon, 4326))`);
  if (values !== '') await db.sql(`INSERT INTO ${table} SELECT v.*, ${geometryOf} FROM (VALUES ${values}) v`);
}

describe('openPostgisTable', () => {
  it.each([
    ['wgs84', undefined],
    ['nad83', undefined],
    ['albers', 'EPSG:5070'],
    ['web', 'EPSG:3857'],
    ['undeclared', 'EPSG:32617'],
    ['unknown', undefined],
  ])('leaves the areas of %s in their CRS, unless only the database knows it', async (name, crs) => {
    const table = await open(name);
    const area = await table.get('020401');
    expect(area?.crs?.name).toBe(crs);
    const [row] = await db.sql(
      `SELECT ST_AsGeoJSON(${name === 'unknown' ? 'ST_Transform(geom, 4326)' : 'geom'}, 17) AS text FROM ${name} WHERE code = '020401'`,
    );
    const { type, coordinates } = JSON.parse(String(row?.['text'])) as { type: string; coordinates: unknown };
    expect(area?.polygons).toEqual(type === 'Polygon' ? [coordinates] : coordinates);
    await table.close();
  });

  it('leaves longitude and latitude digit for digit as they are', async () => {
    for (const name of ['wgs84', 'nad83']) {
      const table = await open(name);
      expect((await table.get('020401'))?.polygons[0]?.[0]?.[2]).toEqual([-75.12345678901235, 40.6]);
      await table.close();
    }
  });

  it.each([
    ['lacks the table', 'nowhere', {}, /has no table ".*nowhere", only .*wgs84/],
    [
      'lacks the column of ids',
      'wgs84',
      { id: 'huc' },
      /has no column "huc", only code, number, label, share, natural, geom, photo$/,
    ],
    ['lacks the column of names', 'wgs84', { nameProperty: 'huc' }, /has no column "huc"/],
    ['lacks the geometry', 'wgs84', { geometry: 'shape' }, /has no column "shape"/],
    [
      'has something else for a geometry',
      'wgs84',
      { geometry: 'label' },
      /label is of type text, expected geometry or geography$/,
    ],
    [
      'has ids that are none',
      'wgs84',
      { id: 'natural' },
      /natural is of type bool, expected text, numbers or uuid for/,
    ],
  ])('refuses a table that %s', async (_, table, options, sentence) => {
    await expect(open(table, options)).rejects.toThrow(sentence);
    await expect(open(table, options)).rejects.toThrow(/^area table basins: postgres/);
  });

  it.each([
    ['null_ids', "('a'), (NULL), ('')", /"code" is null or empty in 2 rows, expected an id in each$/],
    ['twice', "('a'), ('b'), ('a')", /id "a" stands for more than one area, expected unique ids$/],
  ])('refuses ids that do not tell areas apart: %s', async (table, values, sentence) => {
    await make(table, 'code text', values);
    await expect(open(table, { nameProperty: undefined })).rejects.toThrow(sentence);
  });

  it('refuses a geometry without SRID, or of several, or of another kind', async () => {
    await db.sql(
      `CREATE TABLE no_srid (code text, geom geometry); INSERT INTO no_srid VALUES ('a', ST_SetSRID(${geometryOf}, 0))`,
    );
    const options = { nameProperty: undefined };
    await expect(open('no_srid', options)).rejects.toThrow(
      /"geom" has no SRID \(0\), expected one: UpdateGeometrySRID sets it/,
    );
    await db.sql(`UPDATE no_srid SET geom = ST_SetSRID(geom, 4269); INSERT INTO no_srid VALUES ('b', ${geometryOf})`);
    await expect(open('no_srid', options)).rejects.toThrow('"geom" mixes the SRIDs 4269, 4326, expected one');
    await db.sql('CREATE TABLE lines (code text, geom geometry(LineString, 4326))');
    await expect(open('lines', options)).rejects.toThrow('geom holds LineString, expected Polygon or MultiPolygon');
    await db.sql('CREATE TABLE plain (code text)');
    await expect(open('plain', options)).rejects.toThrow('plain has no column of type geometry or geography');
    await db.sql('CREATE TABLE two (code text, a geometry(Polygon, 4326), b geometry(Polygon, 4326))');
    await expect(open('two', options)).rejects.toThrow(
      'several geometries, expected the name of one as geometry: a, b',
    );
    await (await open('two', { ...options, geometry: 'b' })).close();
  });

  it('takes whole numbers, and text that is filled up, for ids', async () => {
    await make('numbered', 'code int, big bigint, filled char(6)', "(7, 9223372036854775807, 'a'), (-12, 0, 'bb')");
    const ids = { code: ['-12', '7'], big: ['0', '9223372036854775807'], filled: ['a', 'bb'] };
    for (const [id, expected] of Object.entries(ids)) {
      const table = await open('numbered', { id, nameProperty: undefined });
      expect(await collect(table.ids())).toEqual(expected);
      for (const one of expected) expect((await table.get(one))?.id).toBe(one);
      for (const none of [
        '07',
        '+7',
        '7 ',
        '7.0',
        '1e1',
        '',
        'a ',
        'a     ',
        '9223372036854775808',
        '99999999999999999999',
      ]) {
        expect(await table.has(none)).toBe(false);
      }
      await table.close();
    }
  });

  it('has no name where it is empty, and gives what JSON can express', async () => {
    await make(
      'things',
      'code text, label text, at date, big bigint, part numeric, much float8, doc jsonb, list int[]',
      `('a', '', date '2020-02-29', 9007199254740993, 0.5, 'infinity'::float8, '{"x": [1]}'::jsonb, '{1,2}'::int[])`,
    );
    await db.sql('ALTER TABLE things ADD dropped int; ALTER TABLE things DROP dropped');
    const table = await open('things');
    const area = await table.get('a');
    expect(area && 'name' in area).toBe(false);
    expect(area?.properties).toEqual({
      ...{ code: 'a', label: '', at: '2020-02-29', big: '9007199254740993', part: 0.5, much: null },
      ...{ doc: { x: [1] }, list: '{1,2}' },
    });
    await table.close();
  });

  it('does not take half a character for the sign that stands for one', async () => {
    await make('signs', 'code text, label text', "('\ufffd', '\ufffd')");
    const table = await open('signs');
    expect([await table.has('\ufffd'), await table.has('\ud800')]).toEqual([true, false]);
    expect((await table.list({ limit: 1, offset: 0, q: '\ud800' })).matched).toBe(0);
    await table.close();
  });

  it('quotes whatever names a database has', async () => {
    await db.sql(`CREATE TABLE "w""g's; --" ("c""o'd e $1" text, "Label" text, "g.eom" geometry(Polygon, 4326));
      INSERT INTO "w""g's; --" VALUES ('9', 'Nine', ST_MakeEnvelope(-75, 40, -74, 41, 4326))`);
    const table = await open(`w"g's; --`, { id: `c"o'd e $1`, nameProperty: 'Label', geometry: 'g.eom' });
    expect(await table.get('9')).toMatchObject({ name: 'Nine', properties: { [`c"o'd e $1`]: '9', Label: 'Nine' } });
    expect((await table.list({ limit: 1, offset: 0, q: 'NINE', bbox: [-75, 40, -74, 41] })).matched).toBe(1);
    await table.close();
  });

  it('finds what touches a box', async () => {
    await make('touching', 'code text', "('a')");
    await db.sql('CREATE INDEX ON touching USING gist (geom)');
    const table = await open('touching', { nameProperty: undefined });
    const matched = async (bbox: Bbox) => (await table.list({ limit: 1, offset: 0, bbox })).matched;
    expect(await matched([-76, 39, -75, 40])).toBe(1);
    expect(await matched([-74, 41, -73, 42])).toBe(1);
    expect(await matched([-74 + 1e-12, 40, -73, 42])).toBe(0);
    expect(await matched([-74, 39, 180, 40])).toBe(1);
    expect(await matched([179, 39, -75, 40])).toBe(1);
    await table.close();
  });

  it('finds along the whole edge of a box, which is a curve in the CRS of the table', async () => {
    await db.sql(`CREATE TABLE curved (code int, geom geometry(Polygon, 5070));
      INSERT INTO curved SELECT i, ST_Transform(ST_MakeEnvelope(lon, 40, lon + 0.05, 40.0501, 4326), 5070)
      FROM generate_series(0, 279) i, LATERAL (SELECT -110 + i * 0.1 AS lon) at; CREATE INDEX ON curved USING gist (geom)`);
    const table = await open('curved', { nameProperty: undefined });
    expect((await table.list({ limit: 1, offset: 0, bbox: [-110, 40.05, -83.02, 45] })).matched).toBe(270);
    expect((await table.list({ limit: 1, offset: 0, bbox: [-110, 40.0502, -82, 45] })).matched).toBe(0);
    await table.close();
  });

  it('streams 100,000 ids, ascending whatever the collation, and can be left midway', async () => {
    await db.sql(`CREATE TABLE many (code text COLLATE "und-x-icu", geom geometry(Polygon, 4326));
      INSERT INTO many SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'B' END || i, NULL FROM generate_series(1, 100000) i`);
    const table = await open('many', { nameProperty: undefined });
    let last = '';
    let count = 0;
    for await (const id of table.ids()) {
      if (id <= last) throw new Error(`${id} comes after ${last}`);
      last = id;
      count++;
    }
    expect(count).toBe(100_000);
    for (let i = 0; i < 20; i++) for await (const id of table.ids()) if (id !== '') break;
    expect(await table.has(last)).toBe(true);
    await table.close();
  });
});

describe('the version of a PostGIS table', () => {
  const always = { recheckMilliseconds: 0, nameProperty: undefined };
  const versionOf = async (table: string) => {
    const opened = await open(table, always);
    await opened.close();
    return opened.version;
  };
  beforeAll(async () => {
    await make('changing', 'code text', "('a'), ('b'), ('c')");
    await db.sql('ALTER TABLE changing ADD PRIMARY KEY (code)');
  });

  it.each([
    ["UPDATE changing SET geom = ST_Translate(geom, 1, 0) WHERE code = 'a'"],
    ["INSERT INTO changing VALUES ('d', NULL)"],
    ["DELETE FROM changing WHERE code = 'd'"],
    ["UPDATE changing SET code = code WHERE code = 'b'"],
    ['UPDATE changing SET code = code'],
    ['UPDATE changing SET code = code'],
    ["INSERT INTO changing VALUES ('e', NULL), ('f', NULL)"],
    ["DELETE FROM changing WHERE code = 'f'"],
    ['ALTER TABLE changing ADD COLUMN later int'],
    [
      'CREATE TABLE other (LIKE changing INCLUDING ALL); INSERT INTO other SELECT * FROM changing; DROP TABLE changing; ALTER TABLE other RENAME TO changing',
    ],
  ])('is another after %s', async (change) => {
    const before = await open('changing', always);
    const versions = [before.version, await versionOf('changing')];
    expect(versions[0]).toBe(versions[1]);
    await db.sql(change);
    expect(await before.currentVersion()).toBe(await versionOf('changing'));
    expect(await before.currentVersion()).not.toBe(before.version);
    await before.close();
  });

  it('is another when a transaction commits that began before one that was seen', async () => {
    const early = new pg.Client({ connectionString: db.url });
    await early.connect();
    await early.query(`BEGIN; UPDATE ${db.schema}.changing SET geom = NULL WHERE code = 'a'`);
    await db.sql("UPDATE changing SET geom = NULL WHERE code = 'b'");
    const between = await open('changing', always);
    await early.query('COMMIT');
    await early.end();
    expect(await between.currentVersion()).not.toBe(between.version);
    await expect(between.has('a')).rejects.toThrow(ChangedTableError);
    expect(await between.has('b')).toBe(true);
    await between.close();
  });

  it('stays while nothing changes, whatever is written elsewhere or vacuumed', async () => {
    const before = await versionOf('albers');
    await db.sql('CREATE TABLE elsewhere AS SELECT 1 AS one');
    for (const words of ['FREEZE', 'FULL', 'ANALYZE']) await db.sql(`VACUUM (${words}) albers`);
    expect(await versionOf('albers')).toBe(before);
  });

  it('is another for another table, though one transaction wrote the same rows in both', async () => {
    await db.sql(`CREATE TABLE twin (code text, geom geometry(Polygon, 4326)); CREATE TABLE sister (LIKE twin);
      INSERT INTO twin VALUES ('a', NULL); INSERT INTO sister VALUES ('a', NULL)`);
    expect(await versionOf('twin')).not.toBe(await versionOf('sister'));
  });

  it('is looked at again after a time, or as soon as a row is met that has changed', async () => {
    await make('watched', 'code text', "('a'), ('b')");
    let time = 0;
    const watch = () => open('watched', { nameProperty: undefined, recheckMilliseconds: 1000, now: () => time });
    const first = await watch();
    await db.sql("UPDATE watched SET geom = NULL WHERE code = 'a'");
    expect(await first.currentVersion()).toBe(first.version);
    expect(await first.has('b')).toBe(true);
    time = 1000;
    expect(await first.currentVersion()).not.toBe(first.version);
    await first.close();

    const second = await watch();
    await db.sql("UPDATE watched SET geom = NULL WHERE code = 'b'");
    expect(await second.currentVersion()).toBe(second.version);
    await expect(second.get('b')).rejects.toThrow(ChangedTableError);
    expect(await second.currentVersion()).not.toBe(second.version);
    await second.close();
  });

  it('keeps what has changed from being answered under the old one, in lists and ids too', async () => {
    await make('listed', 'code text', "('a'), ('b')");
    const table = await open('listed', { nameProperty: undefined });
    await db.sql("INSERT INTO listed VALUES ('c', NULL)");
    await expect(table.list({ limit: 3, offset: 0 })).rejects.toThrow(
      /^area table basins: table .*listed has changed since it was opened; open it again$/,
    );
    await expect(collect(table.ids())).rejects.toThrow(ChangedTableError);
    expect((await table.list({ limit: 2, offset: 0 })).matched).toBe(3);
    await expect(table.has('c')).rejects.toThrow(ChangedTableError);
    expect(await table.has('d')).toBe(false);
    await table.close();
  });

  it('is needed for a view, which does not tell; then what changes is answered', async () => {
    await make('base', 'code text', "('a')");
    await db.sql('CREATE VIEW seen AS SELECT * FROM base');
    await expect(open('seen', always)).rejects.toThrow(/seen is a view, .*: give it a version in the catalog$/);
    const table = await open('seen', { ...always, version: '2024' });
    await db.sql("UPDATE base SET code = 'b'");
    expect([await table.has('b'), await table.currentVersion()]).toEqual([true, '2024']);
    await table.close();
  });
});
