import { constants, type DatabaseSync } from 'node:sqlite';

/**
 * An authorizer, which sees which tables SQLite asks for while it prepares a query: a file may
 * contain views of its own.
 */
export interface Authorizer {
  /** The tables and views that the query reads which was prepared last. */
  readonly tables: ReadonlySet<string>;
  /** Begins a query. */
  begin(): void;
  /** The reason why the query was refused; undefined if it was not. */
  readonly refusal: string | undefined;
}

/**
 * A limit of requests. A few lines of views of views can name so many tables that preparing a query
 * never ends.
 */
const mostLooks = 100_000;

/**
 * Refuses recursive queries, and queries that are too long after all views are expanded. Undefined
 * before Node 24.10, which has no authorizers: views must not be read then.
 */
export function authorizerOf(db: DatabaseSync): Authorizer | undefined {
  if (!('setAuthorizer' in db)) return undefined;
  const tables = new Set<string>();
  let looks = 0;
  let refusal: string | undefined;
  const { SQLITE_OK, SQLITE_DENY, SQLITE_RECURSIVE, SQLITE_READ } = constants;
  (db as DatabaseSync).setAuthorizer((action, table) => {
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
