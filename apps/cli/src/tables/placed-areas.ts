import { type AreaTable, type ListedArea, type Polygons, shownPolygons } from '@cellshed/areas';
import type { OpenAreas } from '@cellshed/catalog';
import { isRefusal } from '@cellshed/contracts';
import type { UnitedAreas } from './choose-areas.ts';

/** The name of an area, and its polygons in longitude and latitude. */
export interface NamedArea {
  readonly name?: string | undefined;
  readonly polygons?: Polygons | undefined;
}

/** Finds areas, which must be asked for in the order in which they were announced. */
export type AreaFinder = (id: string) => Promise<NamedArea>;

export interface FoundIn {
  readonly areas: Pick<OpenAreas, 'use'>;
  readonly table: string;
  /** All that may be asked for, in their order. */
  readonly ids: readonly string[];
}

const idsAtOnce = 1000;
const [areasOfPage, verticesOfPage] = [200, 100_000];

/** The names of areas; undefined where the table does not tell them. */
export function namedAreas(found: FoundIn): AreaFinder {
  return inPages(found.ids, async (ids) => {
    const some = ids.slice(0, idsAtOnce);
    const names = await found.areas.use(found.table, async (open) => open.names?.(some));
    return { through: some.length, page: new Map(some.map((id) => [id, { name: names?.get(id) }])) };
  });
}

/** The names and polygons of areas; nothing of one whose polygons are wrong. */
export function placedAreas({ areas, table, ids }: FoundIn): AreaFinder {
  return inPages(ids, async (left) => {
    const some = left.slice(0, areasOfPage);
    const listed = await areas.use(table, (open) => open.some(some, verticesOfPage));
    const last = listed.at(-1)?.id;
    return {
      through: last === undefined ? some.length : some.indexOf(last) + 1,
      page: new Map(listed.map((one) => [one.id, { name: one.name, polygons: shown(one) }])),
    };
  });
}

/** The polygons of all areas that are united to one. */
export function unitedPlaces({ areas, table }: FoundIn, { units }: UnitedAreas): AreaFinder {
  let last: { readonly id: string; readonly found: Promise<NamedArea> } | undefined;
  return (id) => {
    // The rows of one area have one list.
    if (last?.id !== id)
      last = {
        id,
        found: areas.use(table, async (open) => ({ polygons: await polygonsOf(units.get(id) ?? [], open) })),
      };
    return last.found;
  };
}

async function polygonsOf(ids: readonly string[], open: Pick<AreaTable, 'some'>): Promise<Polygons> {
  const polygons: Polygons[number][] = [];
  for (let at = 0; at < ids.length; at += areasOfPage) {
    for (const one of await open.some(ids.slice(at, at + areasOfPage)))
      for (const polygon of shown(one)) polygons.push(polygon);
  }
  return polygons;
}

function shown({ polygons }: ListedArea): Polygons {
  const found = shownPolygons({ polygons });
  return isRefusal(found) ? [] : found.polygons;
}

interface Page {
  /** The number of ids that the page is about. */
  readonly through: number;
  readonly page: ReadonlyMap<string, NamedArea>;
}

/** Reads pages of areas one after the other; only one is kept. */
function inPages(ids: readonly string[], read: (left: readonly string[]) => Promise<Page>): AreaFinder {
  const places = new Map(ids.map((id, place) => [id, place]));
  let [next, page]: [number, Page['page']] = [0, new Map()];
  return async (id) => {
    const place = places.get(id) ?? -1;
    while (place >= next && next < ids.length) {
      // The areas before it are asked for no more.
      const found = await read(ids.slice(Math.max(next, place), Math.max(next, place) + idsAtOnce));
      next = Math.max(next, place) + found.through;
      page = found.page;
    }
    return page.get(id) ?? {};
  };
}
