import type { SQLOutputValue } from 'node:sqlite';
import { checkPlan } from './query-plan.ts';
import { all, folded, isSameName, prepared, quoted, type Sqlite } from './sqlite.ts';

/** What tells a row of a layer from all others. */
export interface RowKey {
  /** SQL over the table. */
  readonly sql: string;
  /** As messages name it. */
  readonly name: string;
  /** The table whose row ids these are; absent where other values tell rows apart. */
  readonly rowIdOf?: string;
}

/** A value of a key. */
export type KeyValue = bigint | number | string;

/**
 * The key of a layer: its primary key where that is whole numbers, else the id that SQLite gives
 * each row. A view has neither; its rows are told apart by a column that is the primary key of a
 * table beneath, where each comes once, else by the ids of areas themselves.
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

/** The column that is a table's only primary key, if it holds whole numbers. */
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
 * The R-tree over a layer's geometries, which a view has from the table that both its key and its
 * geometries are from. One that no trigger keeps up to date may hold boxes of before, and is none:
 * other programs drop the triggers, whose functions they lack.
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

/** Whether it is one, and what SQLite reads it from are tables: a view could take any time. */
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
