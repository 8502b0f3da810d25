import type { CatalogVersions, Choosing, SourceVersions } from '@cellshed/chores';
import type { AreaReference, GroupReference } from '@cellshed/contracts';
import type { OperationAhead, Operations } from '@cellshed/operations';
import { identified, replaced } from './identified.ts';

/** The areas and operations of one precomputation, and the versions of their sources. */
export interface Asked {
  readonly table: string;
  readonly tableVersion: string;
  /** In the order in which they are computed. */
  readonly ids: readonly string[];
  /** The property whose values the ids are: the areas with each value are one. */
  readonly group?: Pick<GroupReference, 'by' | 'within'> | undefined;
  /** The operations by name, ascending. */
  readonly operations: readonly AskedOperation[];
}

export interface AskedOperation extends Pick<OperationAhead, 'name' | 'resolved'>, SourceVersions {
  readonly fingerprint: string;
}

/** One result that is asked for. */
export interface AskedResult {
  readonly id: string;
  readonly operation: AskedOperation;
}

/** All areas whose id matches, ascending. */
export function allThat(matches: (id: string) => boolean): Choosing {
  return async (table) => {
    const ids: string[] = [];
    for await (const id of table.ids()) if (matches(id)) ids.push(id);
    return ids;
  };
}

/** The area that is computed under an id. */
export function areaOf({ table, group }: Pick<Asked, 'table' | 'group'>, id: string): AreaReference {
  return group ? { table, value: id, ...group } : { table, id };
}

/**
 * Asks for operations on areas of a table. Throws when there is none, and when a file is replaced
 * meanwhile.
 */
export async function ask(
  { identify }: Pick<Operations, 'identify'>,
  versions: CatalogVersions,
  wanted: {
    readonly table: string;
    readonly operations: readonly OperationAhead[];
    readonly choose: Choosing;
    readonly group?: Asked['group'];
  },
): Promise<Asked> {
  const { table, group } = wanted;
  const { version: tableVersion, ids } = await versions.areas(table, wanted.choose);
  const [first] = ids;
  if (first === undefined) throw new Error(`table ${table} has no area that is asked for`);
  const operations: AskedOperation[] = [];
  for (const { name, resolved, definition } of wanted.operations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const sources = await versions.sources(definition);
    const { fingerprint } = await identified(identify, { ...resolved, area: areaOf(wanted, first) });
    // This proves that the fingerprint is of these versions.
    const after = { sources: await versions.sources(definition), tableVersion: await versions.table(table) };
    if (JSON.stringify(after) !== JSON.stringify({ sources, tableVersion })) throw new Error(replaced(name));
    operations.push({ name, resolved, fingerprint, ...sources });
  }
  return { table, tableVersion, ids, operations, ...(group && { group }) };
}

/** The number of results that are asked for. */
export function countOf({ ids, operations }: Asked): number {
  return ids.length * operations.length;
}

/** Every area with every operation, by area, then by operation. */
export function* askedResults({ ids, operations }: Asked): Generator<AskedResult> {
  for (const id of ids) for (const operation of operations) yield { id, operation };
}
