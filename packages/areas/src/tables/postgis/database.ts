import pg from 'pg';
import { UnreachableTableError } from '../../table.ts';
import { passes } from './database-errors.ts';
import { databasePlace } from './database-url.ts';

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
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: connectWithinMs,
    // A server that vanished never sends its own time-out.
    query_timeout: answerWithinMs + connectWithinMs,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    keepAlive: true,
    fallback_application_name: 'catchment',
    types: { getTypeParser: parserOf },
  });
  // A connection that ends while idle is opened anew. Without a listener, this event would end the
  // process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  let closing: Promise<void> | undefined;

  async function connect(): Promise<Transaction> {
    const client = await pool.connect().catch((error: unknown) => fail(place, error));
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

  return {
    async rows(sql, values) {
      const { ask, commit, release } = await connect();
      try {
        await ask(beginning);
        const rows = await ask(sql, values);
        await commit();
        return rows;
      } finally {
        release();
      }
    },
    async *stream(sql) {
      const { ask, commit, release } = await connect();
      try {
        await ask(beginning);
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
      closing ??= pool.end();
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

const batchSize = 1000;

function fail(place: string, error: unknown): never {
  const { code = '', message } = error as Error & { readonly code?: string };
  const reasons =
    error instanceof AggregateError ? error.errors.map((each: Error) => each.message).join(', ') : message;
  if (message.includes('client password must be')) {
    throw new Error(`${place}: no password is given; set PGPASSWORD or PGPASSFILE`, { cause: error });
  }
  const sentence = `${place}: ${reasons || code}`;
  if (passes(error as Error)) throw new UnreachableTableError(sentence, { cause: error });
  throw new Error(sentence, { cause: error });
}

/**
 * A parser to values that JSON can express: large whole numbers, dates and the like become text,
 * infinite numbers null.
 */
function parserOf(oid: number): (text: string) => unknown {
  return parsers[oid] ?? String;
}

const { BOOL, BYTEA, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, JSON: json, JSONB } = pg.types.builtins;

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [BOOL]: (text) => text === 't',
  [BYTEA]: (text) => Buffer.from(text.slice(2), 'hex'),
  [INT2]: Number,
  [INT4]: Number,
  [INT8]: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
  [FLOAT4]: finite,
  [FLOAT8]: finite,
  [NUMERIC]: finite,
  [json]: (text) => JSON.parse(text),
  [JSONB]: (text) => JSON.parse(text),
};

function finite(text: string): number | null {
  return Number.isFinite(Number(text)) ? Number(text) : null;
}
