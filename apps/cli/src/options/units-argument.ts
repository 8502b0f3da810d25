import type { Catalog } from '@cellshed/catalog';
import type { TableReference, UnitsReference } from '@cellshed/contracts';
import { NotUnderstood } from '../exit-codes.ts';
import { groupWithin } from '../tables/asked-units.ts';
import type { AskedAreas } from './asked-areas.ts';

export interface UnitsArgument {
  readonly upstream?: boolean | undefined;
  /** A larger area, as `table/id`. */
  readonly within?: string | undefined;
}

/**
 * The area that a user names as `table/id`, perhaps with all that drain into it; or the table whose
 * areas in a larger one are meant. Throws a sentence.
 */
export function referenceOf(
  text: string,
  { upstream = false, within }: UnitsArgument,
  catalog: Catalog,
): TableReference | UnitsReference {
  if (within !== undefined) {
    const table = text;
    if (upstream)
      throw new NotUnderstood(
        '--within adds up the areas of a larger one, --upstream those that drain into one: expected one of both',
      );
    if (!catalog.areas.has(table)) {
      const known = [...catalog.areas.keys()].join(', ') || 'none';
      throw new NotUnderstood(
        `area: is ${JSON.stringify(text)}, expected the area table whose areas --within adds up: one of ${known}`,
      );
    }
    return { table, ...groupWithin(within, { catalog, table, shownAs: table }) };
  }
  const slash = text.indexOf('/');
  if (slash < 1) throw new NotUnderstood(`area: is "${text}", expected table/id or a file of polygons`);
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  return upstream ? { table, upstream: id } : { table, id };
}

/** Throws a sentence where several areas of a table are meant, but the area is a file. */
export function refuseFiles({ areas }: AskedAreas, { upstream = false, within }: UnitsArgument): void {
  const option = upstream ? '--upstream' : within === undefined ? undefined : '--within';
  const drawn = areas.find(({ area }) => typeof area !== 'string');
  if (option && drawn) throw new NotUnderstood(`${option} is of areas of a table, but the area is ${drawn.name}`);
}
