import { type AreaTable, type Link, NoPropertyError } from '@cellshed/areas';
import { type GroupReference, isRefusal } from '@cellshed/contracts';
import { groupBy, type Units } from '@cellshed/operations';
import { allThat } from '../archive/precomputation.ts';

/** The areas of a table that a user asks for. */
export interface AreaChoice {
  /** Chooses areas by their ids; united ones by the values that are their ids. */
  readonly matches: (id: string) => boolean;
  /** The areas that have this value of a property, and no others. */
  readonly within?: GroupReference['within'];
  /** The property by whose values areas are united. */
  readonly by?: string | undefined;
  /** Whether each area is meant with all that drain into it. */
  readonly upstream?: boolean | undefined;
}

export interface ChosenAreas {
  /** The ids of the areas that are computed, in their order. */
  readonly ids: readonly string[];
  /** The ids of the areas that have rows, in the order of these. */
  readonly shown: readonly string[];
  readonly united?: UnitedAreas;
  readonly drained?: DrainedAreas;
}

/** Areas that are united by a property. */
export interface UnitedAreas {
  /** The ids of the areas that each value unites: all ascending. */
  readonly units: ReadonlyMap<string, readonly string[]>;
  /** The ids of the areas that have no value. */
  readonly others: readonly string[];
}

/** Areas and what drains into them. */
export interface DrainedAreas {
  /** The areas that are computed, each after those that drain into it. */
  readonly links: readonly Link[];
  /** Those of them that drain into nothing of the table, and what they name in its place. */
  readonly outlets: readonly Link[];
  /** Why areas that are asked for have no total, by their ids. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Chooses areas of a table. Throws a sentence for what the table does not have. */
export async function chooseAreas(table: AreaTable, choice: AreaChoice, units: Units): Promise<ChosenAreas> {
  const { by, matches, upstream = false } = choice;
  const inside = await idsWithin(table, choice, units);
  if (by !== undefined) return unitedBy(table, { by, matches, inside });
  const ids = inside.filter(matches);
  return upstream ? drainedInto(ids, table, units) : { ids, shown: ids };
}

async function idsWithin(table: AreaTable, { within }: AreaChoice, units: Units): Promise<readonly string[]> {
  if (!within) return allThat(() => true)(table);
  const ids = await units.of({ table: table.name, ...within }, table);
  if (isRefusal(ids)) throw new Error(`--within: ${ids.problem}`);
  return ids;
}

async function unitedBy(
  table: AreaTable,
  {
    by,
    matches,
    inside,
  }: { readonly by: string; readonly matches: AreaChoice['matches']; readonly inside: readonly string[] },
): Promise<ChosenAreas> {
  const grouping = await groupBy(by, table).catch((cause: Error) => {
    if (!(cause instanceof NoPropertyError)) throw cause;
    const known = cause.known.slice(0, 100).join(', ');
    throw new Error(`--by is ${JSON.stringify(by)}, which no area has; expected one of ${known}`, { cause });
  });
  const left = new Set(inside);
  const units = new Map<string, readonly string[]>();
  for (const value of grouping.values) {
    const own = (grouping.idsOf(value) ?? []).filter((id) => left.delete(id));
    if (own.length > 0 && matches(value)) units.set(value, own);
  }
  const ids = [...units.keys()];
  return { ids, shown: ids, united: { units, others: [...left] } };
}

async function drainedInto(asked: readonly string[], table: AreaTable, units: Units): Promise<ChosenAreas> {
  const network = await units.network(table);
  const links = network.upstreamFirst(asked);
  const ids = links.map(([id]) => id);
  const [isAsked, isAmong] = [new Set(asked), new Set(ids)];
  const refused = asked.flatMap((id) => {
    const refusal = network.cycleOf(id);
    return refusal ? [[id, refusal.problem] as const] : [];
  });
  const outlets = network.outlets.filter(([id]) => isAmong.has(id));
  return { ids, shown: ids.filter((id) => isAsked.has(id)), drained: { links, outlets, refused: new Map(refused) } };
}
