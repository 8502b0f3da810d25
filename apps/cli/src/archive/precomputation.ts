import type { OperationAhead, Operations } from '@catchment/operations';
import type { CatalogVersions, SourceVersions } from './catalog-versions.ts';
import { identified, replaced } from './identified.ts';

/** The areas and operations of one precomputation, and the versions of their sources. */
export interface Asked {
  readonly table: string;
  readonly tableVersion: string;
  /** Ascending. */
  readonly ids: readonly string[];
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

/**
 * Asks for operations on all areas of a table whose id matches. Throws when there is none, and when
 * a file is replaced meanwhile.
 */
export async function ask(
  { identify }: Pick<Operations, 'identify'>,
  versions: CatalogVersions,
  wanted: {
    readonly table: string;
    readonly operations: readonly OperationAhead[];
    readonly matches: (id: string) => boolean;
  },
): Promise<Asked> {
  const { table } = wanted;
  const { version: tableVersion, ids } = await versions.areas(table, wanted.matches);
  const [first] = ids;
  if (first === undefined) throw new Error(`table ${table} has no area that is asked for`);
  const operations: AskedOperation[] = [];
  for (const { name, resolved, definition } of wanted.operations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const sources = await versions.sources(definition);
    const { fingerprint } = await identified(identify, { ...resolved, area: { table, id: first } });
    // This proves that the fingerprint is of these versions.
    const after = { sources: await versions.sources(definition), tableVersion: await versions.table(table) };
    if (JSON.stringify(after) !== JSON.stringify({ sources, tableVersion })) throw new Error(replaced(name));
    operations.push({ name, resolved, fingerprint, ...sources });
  }
  return { table, tableVersion, ids, operations };
}

/** The number of results that are asked for. */
export function countOf({ ids, operations }: Asked): number {
  return ids.length * operations.length;
}

/** Every area with every operation, by area, then by operation. */
export function* askedResults({ ids, operations }: Asked): Generator<AskedResult> {
  for (const id of ids) for (const operation of operations) yield { id, operation };
}
