import { type AreaTable, type Polygons, shownPolygons } from '@catchment/areas';
import type { OpenAreas } from '@catchment/catalog';
import { isRefusal } from '@catchment/contracts';

/** The name of an area, and its polygons in longitude and latitude. */
export interface NamedArea {
  readonly name?: string | undefined;
  readonly polygons?: Polygons | undefined;
}

/** Finds the areas of a table one after the other, in ascending order of ids. */
export type AreaFinder = (id: string) => Promise<NamedArea>;

const idsAtOnce = 1000;
const [areasOfPage, verticesOfPage] = [200, 100_000];

/**
 * The names of areas, which must be asked for in the order of `ids`; undefined where the table does
 * not tell them.
 */
export function namedAreas(areas: Pick<OpenAreas, 'use'>, table: string, ids: readonly string[]): AreaFinder {
  let known: ReadonlyMap<string, string> = new Map();
  let next = 0;
  return async (id) => {
    while (next < ids.length && (ids[next] as string) <= id) {
      const some = ids.slice(next, next + idsAtOnce);
      next += some.length;
      const found = await areas.use(table, async (open) => (await open.names?.(some)) ?? new Map<string, string>());
      known = new Map([...[...known].filter(([one]) => one >= id), ...found]);
    }
    return { name: known.get(id) };
  };
}

/** The names and polygons of areas, which must be asked for in ascending order; others are null. */
export function placedAreas(areas: Pick<OpenAreas, 'use'>, table: string): AreaFinder {
  const pages = listed(areas, table);
  let found: NamedArea & { readonly id: string } = { id: '' };
  return async (id) => {
    while (found.id < id) {
      const next = await pages.next();
      if (next.done) break;
      found = next.value;
    }
    return found.id === id ? found : {};
  };
}

async function* listed(areas: Pick<OpenAreas, 'use'>, table: string) {
  for (let offset = 0; ; ) {
    const page = (open: AreaTable) => open.list({ limit: areasOfPage, vertices: verticesOfPage, offset });
    const { matched, items } = await areas.use(table, page);
    for (const { id, name, polygons } of items) {
      const shown = shownPolygons({ polygons });
      yield { id, name, polygons: isRefusal(shown) ? [] : shown.polygons };
    }
    offset += items.length;
    if (items.length === 0 || offset >= matched) return;
  }
}
