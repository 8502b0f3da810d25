import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** For how long a reader waits while somebody writes. */
const busyMilliseconds = 1000;

/**
 * A database opened for reading only. One in write-ahead mode, as QGIS may leave it, asks for files beside it even to be read. Where there
 * is no log and the folder cannot be written to, nobody else can be writing, and the file is read as one that does not change.
 */
export function openReadOnly(path: string): DatabaseSync {
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

/** All rows of a query. */
export function all(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): Row[] {
  return db.prepare(sql).all(...values);
}

/** Whether there is a table or view of this name. */
export function hasTable(db: DatabaseSync, name: string): boolean {
  return all(db, 'SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE', name).length > 0;
}

/** Whether two names of tables or columns mean the same: SQLite takes letters of ASCII in any case. */
export function isSameName(a: string, b: string): boolean {
  const folded = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return folded(a) === folded(b);
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
