import type { SQLOutputValue } from 'node:sqlite';
import { checkPlan } from './query-plan.ts';
import { all, folded, isSameName, prepared, quoted, type Sqlite } from './sqlite.ts';

/** The key that distinguishes the rows of a layer. */
export interface RowKey {
  /** SQL over the table. */
  readonly sql: string;
  /** The name in messages. */
  readonly name: string;
  /** The table whose row ids are the keys; absent where other values are the keys. */
  readonly rowIdOf?: string;
}

/** A value of a key. */
export type KeyValue = bigint | number | string;

/**
 * The key of a layer: its primary key of whole numbers, else the row id of SQLite. A view has
 * neither. Its key is a column that is the primary key of a table beneath and has no value twice,
 * else the ids of the areas themselves.
 */
export function readKey(file: Sqlite, table: string, id: string): RowKey {
  const byId = { sql: quoted(id), name: id };
  const [found] = all(
    file,
    "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE",
    table,
  );
  if (found?.type === 'view') return viewKey(file, table) ?? byId;
  const primary = primaryKey(file, table);
  if (primary !== undefined) return { sql: quoted(primary), name: primary, rowIdOf: table };
  if (found?.type !== 'table' || found.wr !== 0) return byId;
  const columns = all(file, 'SELECT name FROM pragma_table_info(?)', table).map(({ name }) => String(name));
  const rowId = ['rowid', '_rowid_', 'oid'].find((name) => !columns.some((column) => isSameName(column, name)));
  return rowId === undefined ? byId : { sql: rowId, name: rowId, rowIdOf: table };
}

/** The column that is the only primary key of a table, if it holds whole numbers. */
function primaryKey(file: Sqlite, table: string): string | undefined {
  const keys = all(file, 'SELECT name, type FROM pragma_table_info(?) WHERE pk > 0', table);
  const [key] = keys;
  return keys.length === 1 && String(key?.type).toUpperCase() === 'INTEGER' ? String(key?.name) : undefined;
}

function viewKey(file: Sqlite, view: string): RowKey | undefined {
  for (const { name, table, column } of prepared(file, `SELECT * FROM ${quoted(view)}`).columns()) {
    if (table === null || column === null || primaryKey(file, table) !== column) continue;
    const sql = quoted(name);
    const counting = `SELECT count(*) AS n, count(DISTINCT ${sql}) AS keys FROM ${quoted(view)}`;
    checkPlan(file, counting);
    const [row] = all(file, counting);
    if (row?.n === row?.keys) return { sql, name, rowIdOf: table };
  }
  return undefined;
}

/**
 * The R-tree over a layer's geometries. A view uses the R-tree of the table that has both its key
 * and its geometries. An R-tree without triggers may hold old boxes and is not used: other programs
 * drop the triggers, because they lack their functions.
 */
export function readRtree(
  file: Sqlite,
  { rowIdOf }: RowKey,
  { table, geometryColumn }: { readonly table: string; readonly geometryColumn: string },
): string | undefined {
  if (rowIdOf === undefined) return undefined;
  const columns = prepared(file, `SELECT ${quoted(geometryColumn)} FROM ${quoted(table)}`).columns();
  const [origin] = columns;
  if (origin === undefined || origin.table === null || origin.column === null) return undefined;
  if (!isSameName(origin.table, rowIdOf)) return undefined;
  const rtree = `rtree_${origin.table}_${origin.column}`;
  return isRtree(file, rtree) && isKept(file, rtree) ? rtree : undefined;
}

/** Whether a table is an R-tree over plain tables. A view beneath it could take any time. */
function isRtree({ kinds }: Sqlite, rtree: string): boolean {
  const parts = ['_node', '_parent', '_rowid'].map((part) => kinds.get(folded(rtree + part)));
  return kinds.get(folded(rtree)) === 'virtual' && parts.every((kind) => kind === 'table');
}

function isKept(file: Sqlite, rtree: string): boolean {
  const triggers = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND instr(lower(sql), lower(?)) > 0";
  return all(file, triggers, rtree).length > 0;
}

/** Whether a value of the database can be a key. */
export function isKeyValue(value: SQLOutputValue | undefined): value is KeyValue {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string';
}
