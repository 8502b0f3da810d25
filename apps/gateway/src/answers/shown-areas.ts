import { type Polygons, shownPolygons } from '@catchment/areas';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import { isRefusal } from '@catchment/contracts';
import type { TabledArea } from '@catchment/tables';

interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
}

interface PlacedArea extends TabledArea {
  readonly polygons?: Polygons | undefined;
}

/** Finds the area that a result names. */
export type AreaFinder = (area: string) => Promise<PlacedArea>;

const idsAtOnce = 1000;

/**
 * Finds these areas without their polygons. Their tables are asked before, for many names at once.
 */
export async function namedAreas(areas: readonly string[], { catalog, tables }: AreaSources): Promise<AreaFinder> {
  const all = Array.from(new Set(areas), (area) => tabledArea(area, catalog));
  const names = new Map<string, ReadonlyMap<string, string>>();
  for (const [table, some] of Map.groupBy(all, (area) => area.table)) {
    if (table === null) continue;
    const ids = some.map(({ id }) => id);
    names.set(table, await namesIn(table, ids, tables));
  }
  return async (text) => {
    const area = tabledArea(text, catalog);
    return area.table === null ? area : { ...area, name: names.get(area.table)?.get(area.id) };
  };
}

async function namesIn(table: string, ids: readonly string[], tables: AreaSources['tables']) {
  const names = new Map<string, string>();
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce);
    const found = await tables.use(table, async (open) => open.names?.(some));
    for (const [id, name] of found ?? []) names.set(id, name);
  }
  return names;
}

/** Finds areas with their polygons. Those of drawn areas are not kept. */
export function placedAreas({ catalog, tables }: AreaSources): AreaFinder {
  let last: { readonly text: string; readonly area: PlacedArea } | undefined;
  return async (text) => {
    if (last?.text === text) return last.area;
    const area = await placedArea(tabledArea(text, catalog), tables);
    last = { text, area };
    return area;
  };
}

async function placedArea(area: TabledArea, tables: AreaSources['tables']): Promise<PlacedArea> {
  const { table, id } = area;
  if (table === null) return area;
  const found = await tables.use(table, async (open) => open.get(id));
  const shown = found && shownPolygons(found);
  return { table, id, name: found?.name, polygons: !shown || isRefusal(shown) ? undefined : shown.polygons };
}

/** An area as results name it, `table/id`; or one that is in no table of the catalog. */
function tabledArea(text: string, { areas }: AreaSources['catalog']): TabledArea {
  const slash = text.indexOf('/');
  const table = text.slice(0, slash);
  return areas.has(table) ? { table, id: text.slice(slash + 1) } : { table: null, id: text };
}
