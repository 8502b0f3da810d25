import { findPgbouncer, type PrivatePgbouncer, startPgbouncer } from '@cellshed/local-services';
import { UnreachableTableError } from '../../../src/index.ts';
import { openPostgisTable } from '../../../src/tables/postgis/postgis.ts';
import { collect, describeAreaTable } from '../../area-table-suite.ts';
import { loadBasins, type PostgisFixture, postgisFixture } from '../../postgis-fixture.ts';

const modes = ['session', 'transaction', 'statement'] as const;

let db: PostgisFixture;
const bouncers = new Map<string, PrivatePgbouncer>();
beforeAll(async () => {
  db = await postgisFixture();
  await loadBasins(db, 'basins', { srid: 4326 });
  await db.sql('CREATE INDEX ON basins USING gist (geom)');
  for (const mode of modes)
    bouncers.set(mode, await startPgbouncer({ program: findPgbouncer() ?? 'pgbouncer', database: db.url, mode }));
});
afterAll(async () => {
  for (const bouncer of bouncers.values()) await bouncer.stop();
  await db.end();
});

function open(mode: string, options: object = {}) {
  const path = bouncers.get(mode)?.url as string;
  const where = { name: 'basins', path, table: `${db.schema}.basins`, id: 'code', nameProperty: 'label' };
  return openPostgisTable({ ...where, ...options });
}

for (const mode of modes.filter((mode) => mode !== 'statement')) {
  describeAreaTable(
    `an area table behind a PgBouncer of mode ${mode}`,
    (given) => open(mode, given),
    'geometry is a LineString, expected',
  );

  describe(`a PgBouncer of mode ${mode}`, () => {
    it('has questions at once, and streams that are left midway', async () => {
      const table = await open(mode);
      const ids = await collect(table.ids());
      await Promise.all(Array.from({ length: 40 }, (_, i) => table.has(ids[i % ids.length] as string)));
      for (let i = 0; i < 8; i++) for await (const id of table.ids()) if (id !== '') break;
      expect(await collect(table.ids())).toEqual(ids);
      await table.close();
    });

    it('keeps the time limit to the transaction', async () => {
      await db.sql(
        "CREATE OR REPLACE VIEW timeouts AS SELECT current_setting('statement_timeout') AS code, geom FROM basins LIMIT 1",
      );
      const options = { version: '1', nameProperty: undefined, table: `${db.schema}.timeouts` };
      const table = await open(mode, options);
      expect(await collect(table.ids())).toEqual(['30s']);
      await table.close();
    });

    it('refuses a wrong password at once', async () => {
      const { host, href } = new URL(bouncers.get(mode)?.url as string);
      const error: unknown = await open(mode, { path: href.replace(/:[^:@/]+@/, ':s3cret@') }).catch(
        (reason) => reason,
      );
      expect(error).not.toBeInstanceOf(UnreachableTableError);
      expect((error as Error).message).toMatch(
        new RegExp(`${host} refuses user "[^"]+" with the password that the URL gives$`),
      );
    });

    it('may forbid encryption, or what the URL sets', async () => {
      const { href } = new URL(bouncers.get(mode)?.url as string);
      await expect(open(mode, { path: `${href}?sslmode=require` })).rejects.toThrow(
        /does not support SSL connections$/,
      );
      await expect(open(mode, { path: `${href}?options=-c%20search_path%3Dpublic` })).rejects.toThrow(
        /unsupported startup parameter: options$/,
      );
    });
  });
}

it('a PgBouncer of mode statement is refused with its own sentence', async () => {
  await expect(open('statement')).rejects.toThrow(/transaction blocks not allowed in statement pooling mode$/);
});
