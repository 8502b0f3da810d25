import { all, folded, prepared, quoted, type Row, type Sqlite } from './sqlite.ts';

/** What helps with a view that cannot be used. */
const ogr2ogrTable = 'ogr2ogr -f GPKG OUT.gpkg IN.gpkg VIEW makes a table of it';

/**
 * Rows that a query over views may look at: about a second. One over a single table looks at each
 * of its rows once.
 */
export const mostRows = 50_000_000;

/**
 * Throws a sentence for a query that looks at more rows, as SQLite plans it, than a file of such
 * tables justifies: a view may join tables in all combinations of their rows. What SQLite tells of
 * its plan says which loops lie in each other; each is taken to go over as many rows as the largest
 * tables have.
 */
export function checkPlan(file: Sqlite, sql: string, most = mostRows): void {
  prepared(file, sql);
  const tables = [...file.guard.tables].filter((table) => file.kinds.get(folded(table)) === 'table');
  const plan = all(file, `EXPLAIN QUERY PLAN ${sql}`);
  const uniques = uniqueIndexes(file, tables);
  const loops = plan.map(({ detail }) => String(detail)).filter((detail) => isLoop(detail));
  if (loops.some((detail) => detail.includes(' VIRTUAL TABLE ')))
    throw new Error(`it is a view of what is no table of the file; ${ogr2ogrTable}`);
  const depth = depthOf(plan, 0, uniques);
  if (depth <= 1) return;
  const constant = Math.max(1, ...loops.map((detail) => Number(/SCAN (\d+) CONSTANT ROWS/.exec(detail)?.[1] ?? 1)));
  const sizes = [...tables.map((table) => countRows(file, table)), constant].sort((a, b) => b - a);
  // Where each table is there once, no two loops go over the same one.
  const isOnce = loops.length <= tables.length && depth <= tables.length;
  const rows = Array.from({ length: depth }, (_, i) => sizes[isOnce ? i : 0] ?? 1).reduce((a, b) => a * b, 1);
  if (rows <= most) return;
  throw new Error(
    `it is a view that may look at ${rows.toPrecision(2)} combinations of rows${most === mostRows ? '' : ' for each area'}, expected at most ${most}; ${ogr2ogrTable}`,
  );
}

const isLoop = (detail: string) => /^(?:SCAN|SEARCH) /.test(detail);

/** Steps of a plan that are done once, before or after each other, not for each row around them. */
const isApart = (detail: string) =>
  /^(?:CO-ROUTINE|MATERIALIZE|COMPOUND|LEFT-MOST|UNION|EXCEPT|INTERSECT|MERGE|LEFT$|RIGHT$)/.test(detail);

/**
 * How many loops lie in each other, at most, below a step of a plan. Loops over what another step
 * has made count as that step does.
 */
function depthOf(plan: readonly Row[], parent: number, uniques: Uniques): number {
  let [own, inner, apart] = [0, 0, 0];
  for (const { id, parent: above, detail } of plan) {
    if (Number(above) !== parent) continue;
    const text = String(detail);
    const below = depthOf(plan, Number(id), uniques);
    if (isLoop(text) && !findsOne(text, uniques)) own++;
    if (isApart(text)) apart = Math.max(apart, below);
    else inner += below;
  }
  return Math.max(own * Math.max(1, apart) + inner, apart);
}

/** By the name of an index that has no value twice, how many columns it has. */
type Uniques = ReadonlyMap<string, number>;

function uniqueIndexes(file: Sqlite, tables: readonly string[]): Uniques {
  const found = tables.flatMap((table) =>
    all(
      file,
      'SELECT name, (SELECT count(*) FROM pragma_index_info(list.name)) AS columns FROM pragma_index_list(?) AS list WHERE "unique" AND NOT partial',
      table,
    ),
  );
  return new Map(found.map(({ name, columns }) => [String(name), Number(columns)]));
}

/** Whether a loop finds one row at most. */
function findsOne(detail: string, uniques: Uniques): boolean {
  if (/ USING INTEGER PRIMARY KEY \(rowid=\?\)/.test(detail) || detail.endsWith('SCAN CONSTANT ROW')) return true;
  const [, name = '', terms = ''] = / USING (?:COVERING )?INDEX (.+) \(([^()]*)\)/.exec(detail) ?? [];
  return terms !== '' && terms.split(' AND ').filter((term) => /[^<>]=\?$/.test(term)).length === uniques.get(name);
}

/** Rows of a table, as far as they matter. */
function countRows(file: Sqlite, table: string): number {
  let rows = 0;
  for (const _ of prepared(file, `SELECT 1 FROM ${quoted(table)}`).iterate()) if (++rows > mostRows) break;
  return rows;
}
