import type { AreaTable } from '@cellshed/areas';

/** The areas of a table by the values of a property. */
export interface Grouping {
  /** Ascending. Areas without the property are in none. */
  readonly values: readonly string[];
  /** The ids of the areas with a value, ascending; undefined: none has it. */
  idsOf(value: string): readonly string[] | undefined;
}

/** Groups the areas of a table. A property such as `huc12:8` means its first eight characters. */
export async function groupBy(by: string, table: Pick<AreaTable, 'values'>): Promise<Grouping> {
  const { property, length } = readProperty(by);
  const groups = new Map<string, string[]>();
  for await (const [id, whole] of table.values(property)) {
    const value = length === undefined ? whole : beginning(whole, length);
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group) group.push(id);
    else groups.set(value, [id]);
  }
  return { values: [...groups.keys()].sort(), idsOf: (value) => groups.get(value) };
}

/** The value of a property such as `huc12:8` of an area, as text; undefined: it has none. */
export function valueIn(properties: Readonly<Record<string, unknown>>, by: string): string | undefined {
  const { property, length } = readProperty(by);
  const whole = Object.hasOwn(properties, property) ? (properties[property] ?? undefined) : undefined;
  if (whole === undefined) return undefined;
  return length === undefined ? String(whole) : beginning(String(whole), length);
}

/** A property, and the number of first characters of it that count; absent: all do. */
export function readProperty(by: string): { readonly property: string; readonly length?: number } {
  const [, property, length] = /^(.+):([1-9]\d{0,2})$/s.exec(by) ?? [];
  return property === undefined ? { property: by } : { property, length: Number(length) };
}

function beginning(value: string | undefined, length: number): string | undefined {
  return value === undefined || value.length < length ? undefined : value.slice(0, length);
}
