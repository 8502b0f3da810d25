import type { AreaTable } from '@cellshed/areas';
import type { OpenAreas } from '@cellshed/catalog';
import type { Request } from '@cellshed/contracts';

type Tables = Pick<OpenAreas, 'use'>;

/**
 * Runs `work` with the tables in which the requests' areas are, as they are now: each is looked at
 * once, not at every area. Once more with a table opened anew, where `work` finds that it has
 * changed meanwhile.
 */
export function holdTables<Result>(
  tables: Tables,
  requests: readonly Pick<Request, 'area'>[],
  { isKnown, work }: { readonly isKnown: (name: string) => boolean; readonly work: (held: Tables) => Promise<Result> },
): Promise<Result> {
  const names = new Set(requests.flatMap(({ area }) => ('table' in area && isKnown(area.table) ? [area.table] : [])));
  const held = new Map<string, AreaTable>();
  const use: Tables['use'] = (name, one) => {
    const table = held.get(name);
    return table ? one(table) : tables.use(name, one);
  };
  const hold = ([name, ...others]: readonly string[]): Promise<Result> => {
    if (name === undefined) return work({ use });
    return tables.use(name, (table) => {
      held.set(name, table);
      return hold(others);
    });
  };
  return hold([...names]);
}
