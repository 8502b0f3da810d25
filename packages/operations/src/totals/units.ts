import { type AreaTable, type Link, type Network, NoPropertyError, readNetwork } from '@cellshed/areas';
import type { Catalog } from '@cellshed/catalog';
import { type GroupReference, isRefusal, type Refusal, type UnitsReference } from '@cellshed/contracts';
import { recentlyUsed } from '@cellshed/recent';
import type { UnitsProperties } from '../known-operations.ts';
import { type Grouping, groupBy } from './grouping.ts';

/** The areas of a table that have one value of a property. */
type Group = Pick<GroupReference, 'by' | 'value'>;

/**
 * Finds the areas of tables that are asked about as one, the units. Links and values are read once
 * for each opened table, in time that grows with the table: in a thread where somebody waits.
 */
export interface Units {
  /** The ids of the units, ascending: at least one. A Refusal: there are none. */
  of(area: UnitsReference, table: AreaTable): Promise<readonly string[] | Refusal>;
  /** The values of a property, ascending: of all areas of a table, or of those of a group. */
  valuesOf(by: string, table: AreaTable, within?: Group): Promise<readonly string[] | Refusal>;
  /** The links of a table. Rejects for a table without. */
  network(table: AreaTable): Promise<Network>;
}

/** The properties whose values are kept of a table: clients may name any. */
const mostGroupings = 4;

export function openUnits(catalog: Pick<Catalog, 'areas'>): Units {
  const networks = new WeakMap<AreaTable, Promise<Network>>();
  const groupings = new WeakMap<AreaTable, ReturnType<typeof keptGroupings>>();

  const network = (table: AreaTable): Promise<Network> => {
    const before = networks.get(table);
    if (before) return before;
    const now = networkOf(table, catalog.areas.get(table.name)?.downstream);
    networks.set(table, now);
    now.catch(() => networks.delete(table));
    return now;
  };
  const groupingOf = (by: string, table: AreaTable): Promise<Grouping> => {
    const kept = groupings.get(table) ?? keptGroupings(table);
    groupings.set(table, kept);
    return kept(by);
  };
  const idsOf = async ({ by, value }: Group, table: AreaTable, path = 'by') => {
    const grouping = await orRefusal(groupingOf(by, table), { path, table });
    if (isRefusal(grouping)) return grouping;
    return grouping.idsOf(value) ?? { path, problem: `no area of table ${table.name} has ${by}=${shown(value)}` };
  };

  return {
    network,
    async of(area, table) {
      if ('upstream' in area) {
        const found = (await network(table)).upstreamOf(area.upstream);
        return found ?? { path: 'area', problem: `table ${table.name} has no area ${shown(area.upstream)}` };
      }
      const ids = await idsOf(area, table);
      const { within, by, value } = area;
      if (isRefusal(ids) || !within) return ids;
      const others = await idsOf(within, table, 'within');
      if (isRefusal(others)) return others;
      const inside = new Set(others);
      const both = ids.filter((id) => inside.has(id));
      const have = `${by}=${shown(value)} and ${within.by}=${shown(within.value)}`;
      return both.length > 0 ? both : { path: 'by', problem: `no area of table ${table.name} has ${have}` };
    },
    async valuesOf(by, table, within) {
      const grouping = await orRefusal(groupingOf(by, table), { path: 'by', table });
      if (isRefusal(grouping) || !within) return isRefusal(grouping) ? grouping : grouping.values;
      const others = await idsOf(within, table, 'within');
      if (isRefusal(others)) return others;
      const inside = new Set(others);
      return grouping.values.filter((value) => grouping.idsOf(value)?.some((id) => inside.has(id)));
    },
  };
}

/** The properties of a table on which it depends which areas are units. */
export function unitsProperties(area: UnitsReference, { areas }: Pick<Catalog, 'areas'>): UnitsProperties {
  if ('upstream' in area) return { downstream: areas.get(area.table)?.downstream ?? '' };
  return { by: [area.by, ...(area.within ? [area.within.by] : [])] };
}

/** The refusal of a table without links. */
export function noLinks(table: string): Refusal {
  const problem = `areas of table ${table} do not name the next one downstream (areas.${table}.downstream in the catalog)`;
  return { path: 'upstream', problem };
}

/**
 * The problem of a table whose areas do not say in which area of a larger one they lie. `known` are
 * the tables of which they do.
 */
export function noWithin(table: string, larger: string, known: readonly string[]): string {
  const problem = `the catalog does not say which areas of table ${table} lie in one of table ${larger}`;
  const place = `areas.${table}.within`;
  if (known.length > 0) return `${problem} (${place}); expected one of ${known.join(', ')}`;
  return `${problem}; ${place} would: { ${larger}: the property with the id of the larger area }`;
}

async function networkOf(table: AreaTable, downstream: string | undefined): Promise<Network> {
  const { name } = table;
  if (downstream === undefined) throw new Error(noLinks(name).problem);
  try {
    return await readNetwork(table.values(downstream) as AsyncIterable<Link>);
  } catch (cause) {
    if (!(cause instanceof NoPropertyError)) throw cause;
    throw new Error(`areas.${name}.downstream: ${cause.message}`, { cause });
  }
}

function keptGroupings(table: AreaTable) {
  const kept = recentlyUsed<Promise<Grouping>>({ limit: mostGroupings });
  return (by: string): Promise<Grouping> => {
    const before = kept.get(by);
    if (before) return before;
    const now = groupBy(by, table);
    kept.set(by, now);
    now.catch(() => kept.delete(by));
    return now;
  };
}

async function orRefusal<Value>(
  answer: Promise<Value>,
  { path, table }: { readonly path: string; readonly table: AreaTable },
): Promise<Value | Refusal> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof NoPropertyError)) throw error;
    const known = error.known.slice(0, 100).join(', ');
    return { path, problem: `table ${table.name} has no property ${shown(error.property)}; expected one of ${known}` };
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
