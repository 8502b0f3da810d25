import type { AreaTable } from '../table.ts';

/** A property of areas as it is named: `state`, or `huc12:8` for the first 8 characters of it. */
const named = /^(?<property>.+?)(?::(?<length>\d+))?$/s;

/**
 * The areas of a table, by ascending id, each with its value of a property that may be cut:
 * `huc12:8` is the first 8 characters of `huc12`. Undefined where an area has no value. Throws a
 * sentence for a property that the table does not have.
 */
export async function* propertyValues(
  table: Pick<AreaTable, 'values'>,
  name: string,
): AsyncGenerator<readonly [id: string, value: string | undefined]> {
  const { property = name, length } = named.exec(name)?.groups ?? {};
  if (length === undefined) return yield* table.values(property);
  if (Number(length) === 0) throw new Error(`${JSON.stringify(name)} has no characters, expected at least 1`);
  for await (const [id, value] of table.values(property)) yield [id, value && firstCharacters(value, Number(length))];
}

function firstCharacters(text: string, length: number): string {
  return Array.from(text.slice(0, 2 * length))
    .slice(0, length)
    .join('');
}
