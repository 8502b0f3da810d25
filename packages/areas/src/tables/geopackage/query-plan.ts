import { all, folded, prepared, quoted, type Row, type Sqlite } from './sqlite.ts';

/** The advice for a view that cannot be used. */
const ogr2ogrTable = 'ogr2ogr -f GPKG OUT.gpkg IN.gpkg VIEW makes a table of it';

/**
 * The most rows that a query over views may look at: about a second. A query over a single table
 * looks at each row once.
 */
export const mostRows = 50_000_000;

/**
 * Throws a sentence for a query that SQLite plans to answer with more rows than the file justifies:
 * a view may join tables in all combinations of their rows. The plan shows which loops lie within
 * each other. Each loop is taken to run over as many rows as the largest tables have.
 */
export function checkPlan(file: Sqlite, sql: string, most = mostRows): void {
  prepared(file, sql);
  const tables = [...(file.authorizer?.tables ?? [])].filter((table) => file.kinds.get(folded(table)) === 'table');
  const plan = all(file, `EXPLAIN QUERY PLAN ${sql}`);
  const uniques = uniqueIndexes(file, tables);
  const loops = plan.map(({ detail }) => String(detail)).filter((detail) => isLoop(detail));
  if (loops.some((detail) => detail.includes(' VIRTUAL TABLE ')))
    throw new Error(`it is a view of what is no table of the file; ${ogr2ogrTable}`);
  const depth = depthOf(plan, 0, uniques);
  if (depth <= 1) return;
  const constant = Math.max(1, ...loops.map((detail) => Number(/SCAN (\d+) CONSTANT ROWS/.exec(detail)?.[1] ?? 1)));
  const sizes = [...tables.map((table) => countRows(file, table)), constant].sort((a, b) => b - a);
  // Where each table occurs once, no two loops run over the same table.
  const isOnce = loops.length <= tables.length && depth <= tables.length;
  const rows = Array.from({ length: depth }, (_, i) => sizes[isOnce ? i : 0] ?? 1).reduce((a, b) => a * b, 1);
  if (rows <= most) return;
  throw new Error(
    `it is a view that may look at ${rows.toPrecision(2)} combinations of rows${most === mostRows ? '' : ' for each area'}, expected at most ${most}; ${ogr2ogrTable}`,
  );
}

const isLoop = (detail: string) => /^(?:SCAN|SEARCH) /.test(detail);

/**
 * Whether a step of a plan is done once, before or after the others, and not for each row around
 * it.
 */
const isApart = (detail: string) =>
  /^(?:CO-ROUTINE|MATERIALIZE|COMPOUND|LEFT-MOST|UNION|EXCEPT|INTERSECT|MERGE|LEFT$|RIGHT$)/.test(detail);

/**
 * The most loops within each other below a step of a plan. A loop over the rows of another step
 * counts as that step does.
 */
function depthOf(plan: readonly Row[], parent: number, uniques: Uniques): number {
  let [ownLoops, inner, apart] = [0, 0, 0];
  for (const { id, parent: above, detail } of plan) {
    if (Number(above) !== parent) continue;
    const text = String(detail);
    const below = depthOf(plan, Number(id), uniques);
    if (isLoop(text) && !findsOne(text, uniques)) ownLoops++;
    if (isApart(text)) apart = Math.max(apart, below);
    else inner += below;
  }
  return Math.max(ownLoops * Math.max(1, apart) + inner, apart);
}

/** The number of columns of each index that has no value twice, by the name of the index. */
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

/** The number of rows of a table, up to a limit. */
function countRows(file: Sqlite, table: string): number {
  let rows = 0;
  for (const _ of prepared(file, `SELECT 1 FROM ${quoted(table)}`).iterate()) if (++rows > mostRows) break;
  return rows;
}
