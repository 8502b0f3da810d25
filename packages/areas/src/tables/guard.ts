import { constants, type DatabaseSync } from 'node:sqlite';

/** Looks at what SQLite asks for while it prepares a query: a file may bring views of its own. */
export interface Guard {
  /** The tables and views that the query reads which was prepared last. */
  readonly tables: ReadonlySet<string>;
  /** Begins a query. */
  begin(): void;
  /** Why the query was refused; undefined: it was not. */
  readonly refusal: string | undefined;
}

/** Views of views can name as many tables, in a few lines, that preparing a query never ends. */
const mostLooks = 100_000;

/**
 * Refuses queries that are recursive, and those that are too long once all views are written out.
 */
export function guarded(db: DatabaseSync): Guard {
  const tables = new Set<string>();
  let looks = 0;
  let refusal: string | undefined;
  const { SQLITE_OK, SQLITE_DENY, SQLITE_RECURSIVE, SQLITE_READ } = constants;
  db.setAuthorizer((action, table) => {
    if (action === SQLITE_RECURSIVE) refusal ??= 'it is a view that asks for itself again and again (WITH RECURSIVE)';
    if (++looks > mostLooks) refusal ??= 'its views name each other too often';
    if (action === SQLITE_READ && table !== null) tables.add(table);
    return refusal === undefined ? SQLITE_OK : SQLITE_DENY;
  });
  return {
    tables,
    begin() {
      tables.clear();
      looks = 0;
      refusal = undefined;
    },
    get refusal() {
      return refusal;
    },
  };
}
