import { show } from '../../show.ts';
import { UnreachableTableError } from '../../table.ts';
import type { Database } from './database.ts';
import { quoted } from './quoted.ts';

/** A table or view of a database. */
export interface FoundTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** The kind of the table, for messages. */
  readonly kind: 'table' | 'view' | 'foreign table';
  /** The schema of PostGIS, as SQL writes it before a name: the search path may lack it. */
  readonly ext: string;
}

/**
 * The table of a name, with or without schema: literally, or as SQL would read it. Throws a
 * sentence that lists the tables with geometries.
 */
export async function findTable(db: Database, name: string | undefined): Promise<FoundTable> {
  const [postgis] = await db.rows(
    "SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'",
  );
  if (!postgis) throw new Error('the database has no PostGIS: CREATE EXTENSION postgis makes it one');
  const ext = `${quoted(String(postgis['schema']))}.`;
  const found = name === undefined ? undefined : ((await asWritten(db, name)) ?? (await asSql(db, name)));
  if (found) {
    const { oid, schema, name, kind } = found;
    const kinds = { v: 'view', f: 'foreign table' } as const;
    const isOther = kind === 'v' || kind === 'f';
    return { oid: String(oid), schema: String(schema), name: String(name), kind: isOther ? kinds[kind] : 'table', ext };
  }
  const tableNames = await namesOfTables(db);
  if (name === undefined) throw new Error(`table is missing, expected one of ${tableNames || 'none with geometries'}`);
  throw new Error(
    `has no table ${show(name)}, ${tableNames === '' ? 'nor any other with geometries' : `only ${tableNames}`}`,
  );
}

const select = `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')`;

async function asWritten(db: Database, name: string) {
  const isNamed = `(c.relname = $1 AND pg_table_is_visible(c.oid)) OR n.nspname || '.' || c.relname = $1`;
  const [row] = await db.rows(`${select} AND (${isNamed}) ORDER BY pg_table_is_visible(c.oid) DESC LIMIT 1`, [name]);
  return row;
}

/** The table of a name that SQL folds to small letters, or that has quotation marks. */
async function asSql(db: Database, name: string) {
  // Some versions refuse an impossible name with an error.
  const rows = await db.rows(`${select} AND c.oid = to_regclass($1)`, [name]).catch((error: unknown) => {
    if (error instanceof UnreachableTableError) throw error;
    return [];
  });
  return rows[0];
}

async function namesOfTables(db: Database): Promise<string> {
  const rows = await db.rows(
    `SELECT DISTINCT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 JOIN pg_type y ON y.oid = a.atttypid
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND y.typname IN ('geometry', 'geography') ORDER BY 1 LIMIT 30`,
  );
  return rows.map(({ name }) => name).join(', ');
}
