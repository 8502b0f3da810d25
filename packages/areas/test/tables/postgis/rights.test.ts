import { randomBytes } from 'node:crypto';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect, describeAreaTable } from '../../area-table-suite.ts';
import { loadBasins, type PostgisFixture, postgisFixture } from '../../postgis-fixture.ts';

const reader = `reader_${randomBytes(6).toString('hex')}`;
let db: PostgisFixture;
let url: string;
beforeAll(async () => {
  db = await postgisFixture();
  await loadBasins(db, 'basins', { srid: 4326 });
  await db.sql(`CREATE ROLE ${reader} LOGIN PASSWORD 'reads'; GRANT USAGE ON SCHEMA ${db.schema} TO ${reader};
    ALTER TABLE basins ADD COLUMN owner text DEFAULT 'hidden'; CREATE INDEX ON basins USING gist (geom);
    GRANT SELECT (code, label, number, share, "natural", geom, xmin) ON basins TO ${reader};
    CREATE TABLE bare AS SELECT * FROM basins; GRANT SELECT (code, label, geom) ON bare TO ${reader}`);
  url = Object.assign(new URL(db.url), { username: reader, password: 'reads' }).href;
});
afterAll(async () => {
  await db.sql(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
  await db.end();
});

function open(table: string, options: object = {}) {
  const where = { name: 'basins', path: url, table: `${db.schema}.${table}`, id: 'code', nameProperty: 'label' };
  return openPostgisTable({ ...where, ...options });
}

describeAreaTable(
  'an area table of which some columns may be read',
  (given) => open('basins', given),
  'geometry is a LineString, expected',
);

describe('SELECT on some columns', () => {
  it('hides the others from areas', async () => {
    const table = await open('basins');
    expect(Object.keys((await table.get('9'))?.properties ?? {})).toEqual([
      ...['code', 'number', 'label', 'share', 'natural'],
    ]);
    await expect(collect(table.values('owner'))).rejects.toThrow(/has no column "owner", only code, number/);
    await table.close();
  });

  it.each([
    ['ids', { id: 'owner' }, 'owner'],
    ['names', { nameProperty: 'owner' }, 'owner'],
  ])('is refused where it lacks the column of %s, with the right that is missing', async (_, options, column) => {
    await expect(open('basins', options)).rejects.toThrow(
      `table ${db.schema}.basins: ${column} may not be read: GRANT SELECT ("${column}") ON "${db.schema}"."basins" TO the user`,
    );
  });

  it('is refused where it lacks the geometry', async () => {
    await db.sql(`CREATE TABLE blind AS SELECT * FROM basins; GRANT SELECT (code, label, xmin) ON blind TO ${reader}`);
    await expect(open('blind')).rejects.toThrow(/blind: geom may not be read: GRANT SELECT \("geom"\) ON/);
  });

  it('needs xmin, which tells of changes, or a version', async () => {
    await expect(open('bare')).rejects.toThrow(
      `table ${db.schema}.bare does not tell when its rows change: GRANT SELECT (xmin) ON "${db.schema}"."bare" TO the user, or give it a version in the catalog`,
    );
    const table = await open('bare', { version: '1' });
    expect(await table.get('9')).toMatchObject({ id: '9' });
    await table.close();
  });
});
