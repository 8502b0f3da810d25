import { readFileSync } from 'node:fs';

/**
 * The tables that `data/make_tables.py` writes from PROJ's database: a line for each code, with
 * columns between tabs. A table is read when it is first used, and searched as text: only the
 * wanted lines are parsed.
 */
export type Table =
  | 'geographic'
  | 'projected'
  | 'horizontal'
  | 'own-shifts'
  | 'refused'
  | 'conversions'
  | 'names'
  | 'ellipsoids'
  | 'meridians'
  | 'units';

const texts = new Map<Table, string>();

function textOf(table: Table): string {
  const known = texts.get(table);
  if (known !== undefined) return known;
  const text = `\n${readFileSync(new URL(`../../data/${table}.tsv`, import.meta.url), 'latin1')}`;
  texts.set(table, text);
  return text;
}

/** The lines that were found: rasters of one service have few systems. */
const found = new Map<string, readonly string[]>();

/** The columns after the key of a line; absent where there is no such line. */
export function lineOf(table: Table, key: string): readonly string[] | undefined {
  const name = `${table} ${key}`;
  const known = found.get(name);
  if (known) return known;
  const line = search(textOf(table), key);
  if (line) found.set(name, line);
  return line;
}

function search(text: string, key: string): readonly string[] | undefined {
  const at = text.indexOf(`\n${key}\t`);
  if (at < 0) return undefined;
  const start = at + key.length + 2;
  return text.slice(start, text.indexOf('\n', start)).split('\t');
}

/** The keys of lines whose first column passes a test. */
export function keysWhere(table: Table, test: (firstColumn: string) => boolean): readonly string[] {
  return textOf(table)
    .split('\n')
    .filter((line) => test(line.split('\t')[1] ?? ''))
    .map((line) => line.slice(0, line.indexOf('\t')));
}
