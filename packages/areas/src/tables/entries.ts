import type { AreaQuery } from '../table.ts';

/** What a table keeps in memory of each area: about 100 bytes, and where to find the rest. */
export interface Entry<Row> {
  readonly id: string;
  readonly name?: string;
  readonly row: Row;
}

/** Entries by id, ascending. Throws if an id comes twice. */
export function entriesById<Row>(entries: readonly Entry<Row>[]): ReadonlyMap<string, Entry<Row>> {
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const byId = new Map(sorted.map((entry) => [entry.id, entry]));
  if (byId.size === sorted.length) return byId;
  const twice = sorted.find((entry, i) => entry.id === sorted[i + 1]?.id);
  throw new Error(`id ${twice?.id} stands for more than one area, expected unique ids`);
}

/** The entries that a query asks for, and how many there are in all. */
export function selectEntries<Row>(
  entries: ReadonlyMap<string, Entry<Row>>,
  { q = '', limit, offset }: Pick<AreaQuery, 'q' | 'limit' | 'offset'>,
  isNear: (row: Row) => boolean,
): { readonly matched: number; readonly page: readonly Entry<Row>[] } {
  const text = q.toLowerCase();
  const page: Entry<Row>[] = [];
  let matched = 0;
  for (const entry of entries.values()) {
    if (!isNamed(entry, text) || !isNear(entry.row)) continue;
    if (matched >= offset && page.length < limit) page.push(entry);
    matched++;
  }
  return { matched, page };
}

/** What `idText` takes, for a sentence that refuses something else. */
export const idExpected = 'expected an id: text, or a number up to 9007199254740991';

/**
 * Text of an id as the source has it, a number in decimals; undefined for what cannot tell an area
 * from all others.
 */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint') return String(value);
  const isExact = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isExact ? String(value) : undefined;
}

/** Text of a name, if there is one. */
export function nameText(value: unknown): string | undefined {
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isText && value !== '' ? String(value) : undefined;
}

function isNamed({ id, name = '' }: Entry<unknown>, text: string): boolean {
  return id.toLowerCase().startsWith(text) || name.toLowerCase().includes(text);
}
