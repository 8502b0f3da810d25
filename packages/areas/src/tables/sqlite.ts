import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type Guard, guarded } from './guard.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** For how long a reader waits while somebody writes. */
const busyMilliseconds = 1000;

/** A file from elsewhere, open for reading only. */
export interface Sqlite {
  readonly db: DatabaseSync;
  readonly guard: Guard;
  /** By its name in small letters, of what kind each table or view is. */
  readonly kinds: ReadonlyMap<string, TableKind>;
  /** Rows for which the file has room. */
  readonly mostRows: number;
}

/** `virtual`: a program of SQLite makes its rows, such as an R-tree. */
export type TableKind = 'table' | 'view' | 'virtual';

/**
 * A database opened for reading only. One in write-ahead mode, as QGIS may leave it, asks for files
 * beside it even to be read. Where there is no log and the folder cannot be written to, nobody else
 * can be writing, and the file is read as one that does not change.
 */
export function openReadOnly(path: string): Sqlite {
  const db = openFile(path);
  try {
    // No text that the file's own views make needs to be longer than all that it holds.
    const bytes = bytesOf(path) + bytesOf(`${path}-wal`);
    db.limits.length = Math.min(db.limits.length, Math.max(leastLength, bytes));
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    const guard = guarded(db);
    return { db, guard, kinds: readKinds(db), mostRows: Math.max(leastRows, bytes / bytesOfRow) };
  } catch (error) {
    db.close();
    throw error;
  }
}

const leastLength = 2 ** 20;

/** No row takes fewer bytes. */
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

/** A query, prepared. Throws a sentence for one that the guard refuses. */
export function prepared({ db, guard }: Sqlite, sql: string): StatementSync {
  guard.begin();
  try {
    return db.prepare(sql);
  } catch (error) {
    throw guard.refusal === undefined ? error : new Error(guard.refusal, { cause: error });
  }
}

/** All rows of a query. */
export function all(file: Sqlite, sql: string, ...values: SQLInputValue[]): Row[] {
  return prepared(file, sql).all(...values);
}

/** What an error says, in one line: SQLite quotes names as they are. */
export function messageOf(error: unknown): string {
  return (error as Error).message.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

/** Whether there is a table or view of this name. */
export function hasTable({ kinds }: Sqlite, name: string): boolean {
  return kinds.has(folded(name));
}

/**
 * Whether there is a table of this name that tells of others. Throws a sentence for one whose rows
 * are made by what the file says.
 */
export function hasPlainTable({ kinds }: Sqlite, name: string): boolean {
  const kind = kinds.get(folded(name));
  if (kind === undefined || kind === 'table') return kind !== undefined;
  throw new Error(`${name} is a ${kind === 'view' ? 'view' : 'virtual table'}, expected a table`);
}

/**
 * Whether two names of tables or columns mean the same: SQLite takes letters of ASCII in any case.
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
