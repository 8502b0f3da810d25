import { expectFunction, expectFunctionsOf, expectIfAny, expectObject, expectText } from '@cellshed/expected';
import type { ReadOptions } from './read-options.ts';

/**
 * A database that answers SQL: a `Pool` or `Client` of the package `pg` as it is, others through an
 * adapter.
 */
export interface Database {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface QueryOptions<Args extends readonly unknown[]> {
  readonly database: Database;
  /** Part of the key: another query has other values. */
  readonly text: string;
  /** Default: the arguments. */
  readonly values?: (...args: Args) => readonly unknown[];
}

export type RowsOptions<Args extends readonly unknown[], Row, Result = Row[]> = QueryOptions<Args> &
  Omit<ReadOptions<Args, Row[], Result>, 'fetch'>;

export type RowOptions<Args extends readonly unknown[], Row, Result = Row | null> = QueryOptions<Args> &
  Omit<ReadOptions<Args, Row | null, Result>, 'fetch'>;

/**
 * A read of all the rows that a query yields. What a row contains must be plain data; what the
 * database says is not checked.
 */
export function rowsRead<Args extends readonly unknown[], Row, Result>(
  options: RowsOptions<Args, Row, Result>,
): ReadOptions<Args, Row[], Result> {
  return { ...readOptionsOf(options), fetch: async (...args) => (await ask(options, args)) as Row[] };
}

/**
 * A read of the one row that a query yields, `null` when there is none. More than one is an error.
 */
export function rowRead<Args extends readonly unknown[], Row, Result>(
  options: RowOptions<Args, Row, Result>,
): ReadOptions<Args, Row | null, Result> {
  return {
    ...readOptionsOf(options),
    fetch: async (...args) => {
      const rows = await ask(options, args);
      if (rows.length > 1) {
        throw new Error(`the query of the read ${options.name} yielded ${rows.length} rows, expected at most one`);
      }
      return (rows[0] ?? null) as Row | null;
    },
  };
}

async function ask<Args extends readonly unknown[]>(
  { database, text, values }: QueryOptions<Args>,
  args: Args,
): Promise<readonly unknown[]> {
  const { rows } = await database.query(text, [...(values ? values(...args) : args)]);
  return rows;
}

/** The options of the read itself, with a key of which the query is a part. */
function readOptionsOf<
  Args extends readonly unknown[],
  Options extends QueryOptions<Args> & { key?: (...args: Args) => unknown },
>(options: Options): Omit<Options, keyof QueryOptions<Args>> & { key: (...args: Args) => unknown } {
  expectObject('the options of a query', options);
  const { database, text, values, ...others } = options;
  expectFunctionsOf('database of a query', database, ['query']);
  expectText('text of a query', text);
  expectIfAny('values of a query', values, expectFunction);
  return { ...others, key: keyWithText(options) };
}

function keyWithText<Args extends readonly unknown[]>({
  text,
  key,
}: {
  readonly text: string;
  readonly key?: (...args: Args) => unknown;
}) {
  return (...args: Args) => [text, key ? key(...args) : args];
}
