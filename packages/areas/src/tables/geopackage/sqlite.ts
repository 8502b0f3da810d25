import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type Authorizer, authorizerOf } from './authorizer.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The time that a reader waits for a writer. */
const busyMilliseconds = 1000;

/** A file from elsewhere, open for reading only. */
export interface Sqlite {
  readonly db: DatabaseSync;
  /** Absent where Node has none. */
  readonly authorizer: Authorizer | undefined;
  /** The kind of each table or view, by its name in small letters. */
  readonly kinds: ReadonlyMap<string, TableKind>;
  /** The most rows that fit into the file. */
  readonly mostRows: number;
}

/** The kind of a table. SQLite computes the rows of a `virtual` one, such as an R-tree. */
export type TableKind = 'table' | 'view' | 'virtual';

/**
 * Opens a database for reading only. A database in write-ahead mode, as QGIS may leave it, needs
 * files beside it even for reading. Where there is no log and the folder is not writable, nobody
 * else can write, and the file is read as an unchanging one.
 */
export function openReadOnly(path: string): Sqlite {
  const db = openFile(path);
  try {
    // A text that the file's own views make need not be longer than the whole file.
    const bytes = bytesOf(path) + bytesOf(`${path}-wal`);
    // Node has no limits before 24, and reads no views then.
    if ('limits' in db) db.limits.length = Math.min(db.limits.length, Math.max(leastLength, bytes));
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    const authorizer = authorizerOf(db);
    return { db, authorizer, kinds: readKinds(db), mostRows: Math.max(leastRows, bytes / bytesOfRow) };
  } catch (error) {
    db.close();
    throw error;
  }
}

const leastLength = 2 ** 20;

/** The least bytes of a row, and the least limit of rows. */
const [bytesOfRow, leastRows] = [8, 10_000];

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: busyMilliseconds });
  try {
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return db;
  } catch (error) {
    db.close();
    const cannotWrite = [8, 14].includes(Number((error as { errcode?: number }).errcode) & 0xff);
    if (!cannotWrite || existsSync(`${path}-wal`)) throw error;
    return new DatabaseSync(new URL(`${pathToFileURL(path)}?immutable=1`), { readOnly: true });
  }
}

function readKinds(db: DatabaseSync): Map<string, TableKind> {
  const kinds = new Map<string, TableKind>();
  const rows = db.prepare("SELECT type, name, rootpage FROM sqlite_master WHERE type IN ('table', 'view')");
  for (const { type, name, rootpage } of rows.iterate())
    kinds.set(folded(String(name)), type === 'view' ? 'view' : rootpage === 0 ? 'virtual' : 'table');
  return kinds;
}

/** A prepared query. Throws a sentence for a query that the authorizer refuses. */
export function prepared({ db, authorizer }: Sqlite, sql: string): StatementSync {
  authorizer?.begin();
  try {
    return db.prepare(sql);
  } catch (error) {
    const refusal = authorizer?.refusal;
    throw refusal === undefined ? error : new Error(refusal, { cause: error });
  }
}

/** All rows of a query. */
export function all(file: Sqlite, sql: string, ...values: SQLInputValue[]): Row[] {
  return prepared(file, sql).all(...values);
}

/** The message of an error in one line: SQLite quotes names unchanged. */
export function messageOf(error: unknown): string {
  return (error as Error).message.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

/** Whether there is a table or view of this name. */
export function hasTable({ kinds }: Sqlite, name: string): boolean {
  return kinds.has(folded(name));
}

/**
 * Whether there is a stored table of this name, among the tables that describe others. Throws a
 * sentence for a view or a virtual table.
 */
export function hasPlainTable({ kinds }: Sqlite, name: string): boolean {
  const kind = kinds.get(folded(name));
  if (kind === undefined || kind === 'table') return kind !== undefined;
  throw new Error(`${name} is a ${kind === 'view' ? 'view' : 'virtual table'}, expected a table`);
}

/**
 * Whether two names of tables or columns are the same: SQLite ignores the case of ASCII letters.
 */
export function isSameName(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

/** A name in small letters, as SQLite compares names. */
export function folded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
