import type { CatalogAreaTable } from '@cellshed/catalog';
import type { GroupReference } from '@cellshed/contracts';
import { noLinks, noWithin, type OperationAhead, whyNotAdded } from '@cellshed/operations';
import { NotUnderstood } from '../exit-codes.ts';
import type { TableAreas } from './table-areas.ts';

export interface UnitsOptions {
  readonly by?: string | undefined;
  /** A larger area, as `table/id`. */
  readonly within?: string | undefined;
  readonly upstream?: boolean | undefined;
}

/** A user's choice of the areas of a table, beside their ids. */
export interface AskedUnits extends Pick<UnitsOptions, 'by' | 'upstream'> {
  readonly within?: GroupReference['within'];
  /** The name that rows have for the table. */
  readonly title: string;
  /** The same as plain JSON, which tells it from another question. */
  readonly mark: Readonly<Record<string, unknown>>;
}

/** Reads which areas are meant. Throws a sentence for what is not possible. */
export function askedUnits(
  { by, within, upstream = false }: UnitsOptions,
  where: TableAreas,
  operations: readonly OperationAhead[],
): AskedUnits {
  const { shownAs } = where;
  const inside = within === undefined ? undefined : { within: groupWithin(within, where) };
  if (!upstream) {
    const ofGroup = by === undefined ? {} : { by };
    return {
      ...ofGroup,
      ...inside,
      title: by === undefined ? shownAs : `${shownAs} by ${by}`,
      mark: { ...ofGroup, ...inside },
    };
  }
  if (by !== undefined)
    throw new NotUnderstood('--by unites areas, and --upstream adds up what drains into each: expected one of both');
  const downstream = linksOf(where);
  for (const { name, definition, resolved } of operations) {
    const reason = whyNotAdded(definition, resolved.coverage);
    if (reason !== undefined) throw new NotUnderstood(`--upstream: operation ${name}: ${reason}`);
  }
  return { upstream, ...inside, title: `${shownAs} upstream`, mark: { downstream, ...inside } };
}

/** The property with the next area downstream. */
function linksOf({ catalog, table, shownAs }: TableAreas): string {
  const { downstream } = catalog.areas.get(table) as CatalogAreaTable;
  if (downstream !== undefined) return downstream;
  if (table === shownAs) throw new NotUnderstood(`--upstream: ${noLinks(table).problem}`);
  throw new NotUnderstood(
    `--upstream: areas of ${shownAs} do not name the next one downstream; --downstream-from names the property`,
  );
}

/** The property of the areas that lie in a larger one, and its value. Throws a sentence. */
export function groupWithin(
  text: string,
  { catalog, table, shownAs }: Pick<TableAreas, 'catalog' | 'table' | 'shownAs'>,
): NonNullable<AskedUnits['within']> {
  const slash = text.indexOf('/');
  const [larger, value] = [text.slice(0, slash), text.slice(slash + 1)];
  const is = `--within is ${JSON.stringify(text.slice(0, 100))}`;
  if (slash < 1 || value === '') throw new NotUnderstood(`${is}, expected table/id of a larger area`);
  const { within = {} } = catalog.areas.get(table) as CatalogAreaTable;
  if (Object.hasOwn(within, larger)) return { by: within[larger] as string, value };
  const problem =
    table === shownAs
      ? noWithin(table, larger, Object.keys(within))
      : `only the catalog says which areas lie in a larger one, and ${shownAs} is a file; --id or --by may do`;
  throw new NotUnderstood(`${is}, but ${problem}`);
}
