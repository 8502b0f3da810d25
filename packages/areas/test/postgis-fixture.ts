import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { postgisForTests } from '@cellshed/local-services';
import pg from 'pg';
import { basins } from './fixtures.ts';

/** A schema of a PostGIS that only this test uses. */
export interface PostgisFixture {
  /** The URL of the server, for `openPostgisTable`. */
  readonly url: string;
  readonly schema: string;
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  end(): Promise<void>;
}

export async function postgisFixture(): Promise<PostgisFixture> {
  const { url, stop } = await postgisForTests();
  return schemaIn(url, { visible: 'public', stop });
}

/**
 * A fixture in a database whose PostGIS schema is outside the search path of the users of `url`.
 */
export async function hiddenPostgisFixture(): Promise<PostgisFixture> {
  const { url, stop } = await postgisForTests();
  const database = `hidden_${randomBytes(6).toString('hex')}`;
  const server = await connected(url);
  await server.query(`CREATE DATABASE ${database} TEMPLATE template0`);
  const own = Object.assign(new URL(url), { pathname: `/${database}` }).href;
  const client = await connected(own);
  await client.query('CREATE SCHEMA "Ext"; CREATE EXTENSION postgis SCHEMA "Ext"');
  await client.end();
  return schemaIn(own, {
    visible: '"Ext"',
    async stop() {
      await server.query(`DROP DATABASE ${database} WITH (FORCE)`).catch(() => undefined);
      await server.end();
      await stop();
    },
  });
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A schema of its own for `sql`, which also sees the schemas of `visible`. */
async function schemaIn(
  url: string,
  { visible, stop }: { readonly visible: string; readonly stop: () => Promise<void> },
): Promise<PostgisFixture> {
  const client = await connected(url);
  const schema = `areas_${randomBytes(6).toString('hex')}`;
  await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, ${visible}`);
  return {
    url,
    schema,
    sql: async (text, values = []) =>
      (await client.query(text, values.length > 0 ? [...values] : undefined)).rows ?? [],
    async end() {
      await client.query(`DROP SCHEMA ${schema} CASCADE`).catch(() => undefined);
      await client.end();
      await stop();
    },
  };
}

interface Basin {
  readonly properties: Readonly<Record<'code' | 'number' | 'label' | 'share' | 'natural', unknown>>;
  readonly geometry: { readonly type: string; readonly coordinates: readonly unknown[] } | null;
}

/**
 * Makes a table of `basins.geojson`. Its geometries are converted from longitude and latitude
 * (`from`) to `srid`; an unclosed ring becomes a line.
 */
export async function loadBasins(
  { sql }: PostgisFixture,
  table: string,
  { srid, from = 4326, type = `geometry(Geometry, ${srid})` }: { srid: number; from?: number; type?: string },
): Promise<void> {
  await sql(
    `CREATE TABLE ${table} (code varchar(20), number bigint, label text, share float8, natural_ boolean, geom ${type}, photo bytea);
    ALTER TABLE ${table} RENAME natural_ TO "natural"`,
  );
  const { features } = JSON.parse(readFileSync(basins.geojson, 'utf8')) as { features: readonly Basin[] };
  for (const { properties, geometry } of features) {
    const { code, number, label, share, natural } = properties;
    const line = { type: 'LineString', coordinates: geometry?.coordinates[1] };
    const drawn = code === 'open' ? line : geometry;
    await sql(
      `INSERT INTO ${table} VALUES ($1, $2, $3, $4, $5, ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON($6), ${from}), ${srid}), '\\x00')`,
      [code, number, label, share, natural, drawn && JSON.stringify(drawn)],
    );
  }
}
