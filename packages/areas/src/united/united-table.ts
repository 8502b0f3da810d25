import { hash } from 'node:crypto';
import type { Polygon } from '../area.ts';
import type { AreaQuery, AreaTable, ListedArea, WellKnownArea } from '../table.ts';
import { boxOnEarth } from '../tables/bbox.ts';
import type { Units } from './units.ts';

/** The most units whose warnings an area repeats. One more sentence counts the others. */
const mostWarned = 10;

/** The units that are read at once for a list. */
const unitsAtOnce = 500;

/**
 * The areas that units of a table make: the polygons of all units of an area are united, so that a
 * cell that lies in several of them counts once. The polygons of an area are read when it is asked
 * for, those of others never. The areas have no names and no properties, and are not found by
 * boxes. One cannot be used when one of its units cannot. Closing it closes the table.
 */
export function unitedTable(table: AreaTable, units: Units): AreaTable {
  const mark = hash('sha256', JSON.stringify([...units])).slice(0, 16);
  const ids = [...units.keys()];
  const unitsOf = (id: string) => units.get(id) ?? [];

  async function get(id: string): Promise<WellKnownArea | undefined> {
    const own = unitsOf(id);
    const polygons: Polygon[] = [];
    const [notes, warnings] = [new Set(table.notes), new Map<string, readonly string[]>()];
    let crs: WellKnownArea['crs'];
    for (const unit of own) {
      const found = await table.get(unit);
      if (!found) return undefined;
      for (const polygon of found.polygons) polygons.push(polygon);
      crs = found.crs;
      const some = found.warnings.filter((one) => !notes.has(one));
      if (some.length > 0) warnings.set(unit, some);
    }
    if (own.length === 0) return undefined;
    return { id, properties: {}, polygons, ...(crs && { crs }), warnings: [...notes, ...sentencesOf(warnings)] };
  }

  async function listed(id: string): Promise<ListedArea> {
    const polygons: Polygon[] = [];
    const own = unitsOf(id);
    for (let at = 0; at < own.length; at += unitsAtOnce) {
      for (const unit of await table.some(own.slice(at, at + unitsAtOnce))) {
        if (unit.problem !== undefined)
          return { id, properties: {}, polygons: [], problem: `area ${unit.id}: ${unit.problem}` };
        for (const polygon of unit.polygons) polygons.push(polygon);
      }
    }
    return { id, properties: {}, polygons, bbox: boxOnEarth(polygons) };
  }

  async function upTo(vertices = Number.POSITIVE_INFINITY, some: readonly string[]): Promise<readonly ListedArea[]> {
    const items: ListedArea[] = [];
    let sum = 0;
    for (const id of some) {
      // The next area would be read in vain.
      if (items.length > 0 && sum >= vertices) break;
      const area = await listed(id);
      for (const ring of area.polygons.flat()) sum += ring.length;
      if (items.length > 0 && sum > vertices) break;
      items.push(area);
    }
    return items;
  }

  return {
    name: table.name,
    version: `${table.version}-${mark}`,
    currentVersion: async () => `${await table.currentVersion()}-${mark}`,
    notes: table.notes,
    has: async (id) => units.has(id),
    get,
    list: async ({ limit, offset, vertices, bbox, q = '' }: AreaQuery) => {
      if (bbox) throw new Error(`table ${table.name}: united areas are not found by boxes`);
      const matching = ids.filter((id) => id.toLowerCase().startsWith(q.toLowerCase()));
      return { matched: matching.length, items: await upTo(vertices, matching.slice(offset, offset + limit)) };
    },
    some: (asked, vertices) =>
      upTo(
        vertices,
        asked.filter((id) => units.has(id)),
      ),
    withBox: async () => {
      throw new Error(`table ${table.name}: united areas are not found by boxes`);
    },
    names: async () => new Map(),
    async *values(property) {
      throw new Error(`table ${table.name}: united areas have no properties, not ${property}`);
    },
    async *ids() {
      yield* ids;
    },
    extent: () => table.extent(),
    close: () => table.close(),
  };
}

function sentencesOf(warnings: ReadonlyMap<string, readonly string[]>): string[] {
  const named = Array.from(warnings).slice(0, mostWarned);
  const left = warnings.size - named.length;
  return [
    ...named.flatMap(([unit, some]) => some.map((warning) => `area ${unit}: ${warning}`)),
    ...(left > 0 ? [`${left} more areas of it have warnings`] : []),
  ];
}
