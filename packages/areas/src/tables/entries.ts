import type { AreaQuery } from '../table.ts';

/** The part of an area that a table keeps in memory: about 100 bytes, and the place of the rest. */
export interface Entry<Row> {
  readonly id: string;
  readonly name?: string;
  readonly row: Row;
  /** The size of the geometry as it is stored, where the source tells it. */
  readonly bytes?: number;
}

/** Entries by id, ascending. Throws if an id occurs twice. */
export function entriesById<Row>(entries: readonly Entry<Row>[]): ReadonlyMap<string, Entry<Row>> {
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const byId = new Map(sorted.map((entry) => [entry.id, entry]));
  if (byId.size === sorted.length) return byId;
  const twice = sorted.find((entry, i) => entry.id === sorted[i + 1]?.id);
  throw new Error(`id ${twice?.id} stands for more than one area, expected unique ids`);
}

/** The entries that a query asks for, and the number of all that match. */
export function selectEntries<Row>(
  entries: ReadonlyMap<string, Entry<Row>>,
  { q = '', limit, offset }: Pick<AreaQuery, 'q' | 'limit' | 'offset'>,
  isNear: ((row: Row) => boolean) | undefined,
): { readonly matched: number; readonly page: readonly Entry<Row>[] } {
  if (q === '' && isNear === undefined) return { matched: entries.size, page: entriesAt(entries, offset, limit) };
  const text = q.toLowerCase();
  const page: Entry<Row>[] = [];
  let matched = 0;
  for (const entry of entries.values()) {
    if (!isNamed(entry, text) || isNear?.(entry.row) === false) continue;
    if (matched >= offset && page.length < limit) page.push(entry);
    matched++;
  }
  return { matched, page };
}

/** So many entries from a place on, by ascending id. */
export function entriesAt<Row>(
  entries: ReadonlyMap<string, Entry<Row>>,
  offset: number,
  limit: number,
): readonly Entry<Row>[] {
  const some: Entry<Row>[] = [];
  let at = 0;
  for (const entry of entries.values()) {
    if (some.length === limit) break;
    if (at++ >= offset) some.push(entry);
  }
  return some;
}

/** The values that `idText` takes, for a sentence that refuses another value. */
export const idExpected = 'expected an id: text, or a number up to 9007199254740991';

/**
 * The text of an id in the source, a number in decimals. Undefined for a value that cannot be an
 * id.
 */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint') return String(value);
  const isExact = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isExact ? String(value) : undefined;
}

/** The text of a name, if there is one. */
export function nameText(value: unknown): string | undefined {
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isText && value !== '' ? String(value) : undefined;
}

/** The text of a value by which areas are linked or grouped; undefined: there is none. */
export function valueText(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : nameText(value);
}

function isNamed({ id, name = '' }: Entry<unknown>, text: string): boolean {
  return id.toLowerCase().startsWith(text) || name.toLowerCase().includes(text);
}
