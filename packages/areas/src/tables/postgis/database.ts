import { UnreachableTableError } from '../../table.ts';
import { passes } from './database-errors.ts';
import { databasePlace } from './database-url.ts';
import { openServers, reasonOf } from './servers.ts';
import { parserOf } from './values.ts';

export type Row = Readonly<Record<string, unknown>>;

/**
 * A PostgreSQL database for reading. Connections are opened on demand, again after every failure,
 * and closed when idle.
 */
export interface Database {
  /**
   * The rows of a query. Throws an error that names the place and never the password: an
   * UnreachableTableError where a later try may succeed.
   */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The rows of a query in their order, in groups, as they were at one moment. */
  stream(sql: string): AsyncGenerator<readonly Row[]>;
  /** Closes the database. It may be called twice. */
  close(): Promise<void>;
}

/** The connections that are open at the same time. */
const most = 4;

const connectWithinMs = 5_000;
const answerWithinMs = 30_000;

/**
 * Opens the database at a URL. PostgreSQL's usual variables (PGHOST, PGUSER, PGPASSWORD,
 * PGPASSFILE, PGSSLMODE, …) complete the URL. Connections and answers have a time limit.
 *
 * The database may stand behind a pooler such as PgBouncer, which gives each transaction another
 * connection and refuses unusual settings of a connection. So each query is a transaction with its
 * own settings and leaves nothing in the session.
 */
export function openDatabase(url: string): Database {
  const place = placeOf(url);
  const servers = openServers(url, {
    max: most,
    connectionTimeoutMillis: connectWithinMs,
    // A server that vanished never sends its own time-out.
    query_timeout: answerWithinMs + connectWithinMs,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    keepAlive: true,
    fallback_application_name: 'catchment',
    types: { getTypeParser: parserOf },
  });
  let closing: Promise<void> | undefined;

  async function connect(): Promise<Transaction> {
    const client = await servers.connect().catch((error: unknown) => fail(place, error));
    let isOpen = true;
    const ask: Transaction['ask'] = async (text, values = []) =>
      (await client.query(text, [...values]).catch((error: unknown) => fail(place, error))).rows;
    return {
      ask,
      async commit() {
        await ask('COMMIT');
        isOpen = false;
      },
      release: () => client.release(isOpen),
    };
  }

  /** Begins a transaction. A connection that its server has just left is given up for another. */
  async function begin(): Promise<Transaction> {
    for (let left = 0; ; left++) {
      const transaction = await connect();
      try {
        await transaction.ask(beginning);
        return transaction;
      } catch (error) {
        transaction.release();
        if (left >= most || !isLeft(error as Error)) throw error;
      }
    }
  }

  return {
    async rows(sql, values) {
      const { ask, commit, release } = await begin();
      try {
        const rows = await ask(sql, values);
        await commit();
        return rows;
      } finally {
        release();
      }
    },
    async *stream(sql) {
      const { ask, commit, release } = await begin();
      try {
        await ask(`DECLARE areas NO SCROLL CURSOR FOR ${sql}`);
        for (;;) {
          const rows = await ask(`FETCH ${batchSize} FROM areas`);
          if (rows.length === 0) break;
          yield rows;
        }
        await commit();
      } finally {
        release();
      }
    },
    close() {
      closing ??= servers.end();
      return closing;
    },
  };
}

/** The same database, whose errors `rethrow` throws in its own way. */
export function rethrowing(db: Database, rethrow: (error: Error) => never): Database {
  return {
    rows: (sql, values) => db.rows(sql, values).catch(rethrow),
    async *stream(sql) {
      try {
        yield* db.stream(sql);
      } catch (error) {
        rethrow(error as Error);
      }
    },
    close: db.close,
  };
}

function placeOf(url: string): string {
  const place = databasePlace(url);
  if (place !== undefined) return place;
  throw new Error(
    'expected a URL such as postgresql://user@host:5432/database (in a password, write @ : / ? # % as %40 …)',
  );
}

/** A connection for one transaction. */
interface Transaction {
  ask(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  commit(): Promise<void>;
  /** Gives the connection back, or closes it if its transaction is still open. */
  release(): void;
}

/** A lock that is not to be had soon belongs to a load, which may take long. */
const beginning = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${answerWithinMs}; SET LOCAL lock_timeout = ${connectWithinMs}`;

/** Whether a server had left a connection before anything was asked of it. */
function isLeft({ cause }: Error): boolean {
  const { code = '', message = '' } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  return ['57P01', 'ECONNRESET', 'EPIPE'].includes(code) || message.startsWith('Connection terminated');
}

const batchSize = 1000;

function fail(place: string, error: unknown): never {
  const reason = reasonOf(error as Error);
  if (reason.includes('client password must be')) {
    throw new Error(`${place}: no password is given; set PGPASSWORD or PGPASSFILE`, { cause: error });
  }
  const sentence = `${place}: ${reason}`;
  if (passes(error as Error)) throw new UnreachableTableError(sentence, { cause: error });
  throw new Error(sentence, { cause: error });
}
