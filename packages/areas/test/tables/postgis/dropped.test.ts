import { ChangedTableError } from '../../../src/index.ts';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect } from '../../area-table-suite.ts';
import { type PostgisFixture, postgisFixture } from '../../postgis-fixture.ts';

let db: PostgisFixture;
beforeAll(async () => {
  db = await postgisFixture();
});
afterAll(() => db.end());

const squares = (code: string) =>
  `CREATE TABLE squares AS SELECT ${code} AS code, 'Square'::text AS label, ST_MakeEnvelope(-75, 40, -74, 41, 4326)::geometry(Polygon, 4326) AS geom`;

function open(options: object = {}) {
  const where = { name: 'squares', path: db.url, table: `${db.schema}.squares`, id: 'code', nameProperty: 'label' };
  return openPostgisTable({ ...where, recheckMilliseconds: 60_000, ...options });
}

describe('a table that is no longer there as it was opened', () => {
  const changes = {
    'is dropped': 'DROP TABLE squares',
    'has lost a column': 'ALTER TABLE squares DROP COLUMN label',
    'has another name': 'DROP TABLE IF EXISTS former; ALTER TABLE squares RENAME TO former',
  };
  it.each(Object.entries(changes))('because it %s says so to each question', async (_, change) => {
    for (const version of [undefined, '2026']) {
      await db.sql(`DROP TABLE IF EXISTS squares; ${squares("'1'::text")}`);
      const table = await open({ version });
      await db.sql(change);
      for (const ask of [
        () => table.get('1'),
        () => table.list({ limit: 1, offset: 0, q: 's' }),
        () => table.some(['1']),
        () => collect(table.values('label')),
      ]) {
        const error: unknown = await ask().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(ChangedTableError);
        expect((error as Error).message).toMatch(
          /^area table squares: .*table .*squares (is not as it was when|has changed since) it was opened/,
        );
      }
      expect(await table.currentVersion()).not.toBe(table.version);
      await table.close();
    }
  });

  it('with ids of another type is not asked for them', async () => {
    await db.sql(`DROP TABLE IF EXISTS squares; ${squares("'1'::text")}`);
    const table = await open({ version: '2026' });
    await db.sql(`DROP TABLE squares; ${squares("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid")}`);
    await expect(table.get('1')).rejects.toThrow(ChangedTableError);
    expect(await table.currentVersion()).not.toBe('2026');
    await table.close();
  });

  it('shows another version when it is looked at', async () => {
    await db.sql(`DROP TABLE IF EXISTS squares; ${squares("'1'::text")}`);
    const table = await open({ recheckMilliseconds: 0 });
    await db.sql('DROP TABLE squares');
    expect(await table.currentVersion()).not.toBe(table.version);
    await table.close();
  });
});
