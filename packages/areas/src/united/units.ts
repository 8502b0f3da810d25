import type { AreaTable } from '../table.ts';
import { propertyValues } from './property-values.ts';

/** The areas that are united to one, its **units**, by the id of what they make: all ascending. */
export type Units = ReadonlyMap<string, readonly string[]>;

export interface UnitsByProperty {
  /** The areas with the same value, by that value. */
  readonly units: Units;
  /** The areas that have no value, ascending. */
  readonly others: readonly string[];
}

/**
 * Puts the areas of a table that match together by their value of a property, which may be cut
 * (`huc12:8`). Throws a sentence for a property that the table does not have.
 */
export async function unitsByProperty(
  table: Pick<AreaTable, 'values'>,
  property: string,
  matches: (id: string) => boolean = () => true,
): Promise<UnitsByProperty> {
  const byValue = new Map<string, string[]>();
  const others: string[] = [];
  for await (const [id, value] of propertyValues(table, property)) {
    if (!matches(id)) continue;
    const known = value === undefined ? others : byValue.get(value);
    if (known) known.push(id);
    else byValue.set(value as string, [id]);
  }
  const ascending = [...byValue].sort(([a], [b]) => (a < b ? -1 : 1));
  return { units: new Map(ascending), others };
}
