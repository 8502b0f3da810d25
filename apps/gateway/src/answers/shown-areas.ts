import { type Area, type ListedArea, type Polygons, shownPolygons } from '@cellshed/areas';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import { isRefusal } from '@cellshed/contracts';
import type { TabledArea } from '@cellshed/tables';

export interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  /** Reads an area that was drawn, as JSON, by its fingerprint; undefined: it is not kept. */
  readonly drawnArea: (fingerprint: string) => Promise<Uint8Array | undefined>;
}

interface ShownArea extends TabledArea {
  readonly polygons?: Polygons | undefined;
}

/** Finds the area that a result names. */
export type AreaFinder = (area: string) => Promise<ShownArea>;

/**
 * Finds these areas without their polygons. Their tables are asked before, for all names at once.
 */
export async function namedAreas(areas: readonly string[], { catalog, tables }: AreaSources): Promise<AreaFinder> {
  const all = Array.from(new Set(areas), (area) => tabledArea(area, catalog));
  const names = new Map<string, ReadonlyMap<string, string> | undefined>();
  for (const [table, some] of Map.groupBy(all, (area) => area.table)) {
    if (table === null) continue;
    const ids = some.map(({ id }) => id);
    names.set(table, await tables.use(table, async (open) => open.names?.(ids)));
  }
  return async (text) => {
    const area = tabledArea(text, catalog);
    return area.table === null ? area : { ...area, name: names.get(area.table)?.get(area.id) };
  };
}

/** The most vertices of areas that are read at once. */
const mostVertices = 100_000;

/**
 * Finds these areas with their polygons, in the order in which they come here. Tables are asked for
 * a page of them at a time.
 */
export function placedAreas(areas: readonly string[], { catalog, tables, drawnArea }: AreaSources): AreaFinder {
  const all = Array.from(new Set(areas), (area) => tabledArea(area, catalog));
  const pages = new Map<string, ReturnType<typeof pagesOf>>();
  for (const [table, some] of Map.groupBy(all, (area) => area.table)) {
    if (table === null) continue;
    const ids = some.map(({ id }) => id);
    pages.set(
      table,
      pagesOf(ids, (left) => tables.use(table, (open) => open.some(left, mostVertices))),
    );
  }
  let last: { readonly text: string; readonly area: ShownArea } | undefined;
  return async (text) => {
    if (last?.text === text) return last.area;
    const area = tabledArea(text, catalog);
    last = { text, area: { ...area, ...(await placeOf(area)) } };
    return last.area;
  };

  async function placeOf({ table, id }: TabledArea): Promise<Partial<ShownArea>> {
    if (table === null) return { polygons: polygonsOf(await drawn(id)) };
    const listed = await pages.get(table)?.(id);
    return { name: listed?.name, polygons: polygonsOf(listed) };
  }

  async function drawn(id: string): Promise<Area | undefined> {
    const fingerprint = /^drawn\/([0-9a-f]+)$/.exec(id)?.[1];
    const kept = fingerprint === undefined ? undefined : await drawnArea(fingerprint);
    return kept && (JSON.parse(Buffer.from(kept).toString()) as Area);
  }
}

/**
 * Finds the areas of one table, which are read a page at a time. `read` reads the first areas of a
 * list of ids: at least one if there is any.
 */
function pagesOf(ids: readonly string[], read: (left: readonly string[]) => Promise<readonly ListedArea[]>) {
  let page: ReadonlyMap<string, ListedArea | undefined> = new Map();
  return async (id: string): Promise<ListedArea | undefined> => {
    if (!page.has(id)) {
      const left = ids.slice(ids.indexOf(id));
      const found = new Map((await read(left)).map((area) => [area.id, area]));
      // Ids before the last area that was found are in no page, since there are no such areas.
      const end = found.size > 0 ? left.findLastIndex((one) => found.has(one)) + 1 : left.length;
      page = new Map(left.slice(0, end).map((one) => [one, found.get(one)]));
    }
    return page.get(id);
  };
}

/** Polygons as maps show them; undefined: there are none. */
function polygonsOf(area: Pick<Area, 'polygons' | 'crs'> | undefined): Polygons | undefined {
  const shown = area && shownPolygons(area);
  return !shown || isRefusal(shown) ? undefined : shown.polygons;
}

/** An area as results name it, `table/id`; or one that is in no table of the catalog. */
function tabledArea(text: string, { areas }: AreaSources['catalog']): TabledArea {
  const slash = text.indexOf('/');
  const table = text.slice(0, slash);
  return areas.has(table) ? { table, id: text.slice(slash + 1) } : { table: null, id: text };
}
