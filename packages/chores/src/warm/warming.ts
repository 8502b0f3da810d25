import { decodeHeader, entryHeaderBytes, type Store } from '@cellshed/cache';
import { isRefusal, refusalText, resultSchemaVersion } from '@cellshed/contracts';
import type { WarmItem } from '@cellshed/jobs';
import { type OperationAhead, type Operations, operationsAhead } from '@cellshed/operations';
import type { WarmFailures } from './failures.ts';

/** The areas of a table and the operations that are asked for. */
export interface Wanted {
  readonly table: string;
  readonly matches: (id: string) => boolean;
  readonly operations: readonly OperationAhead[];
}

/** Results in order, in groups of a name each: the id of an area, or the name of a result. */
export interface WantedResults {
  /** Ascending. */
  readonly names: readonly string[];
  /** The results of each name. */
  readonly perName: number;
  itemsOf(name: string): Promise<readonly WarmItem[]>;
}

export interface WarmingSources {
  readonly operations: Pick<Operations, 'catalog' | 'identify' | 'idsOf'>;
  /** The cache of results. */
  readonly store: Pick<Store, 'head'>;
  readonly failures: Pick<WarmFailures, 'names'>;
}

export type Warming = ReturnType<typeof openWarming>;

/** The parts of the catalog and the cache that a warming needs. */
export function openWarming({ operations, store, failures }: WarmingSources) {
  const ahead = operationsAhead(operations.catalog);
  return {
    /** Whether a result is there and fresh. */
    isThere: (key: string) => isFresh(store, key),
    /** The results that are wanted. The ids are those that the table has now. */
    all: async ({ table, matches, operations: some }: Wanted): Promise<WantedResults> => ({
      names: (await operations.idsOf(table, matches)).toSorted(),
      perName: some.length,
      itemsOf: (id) => Promise.all(some.map((one) => itemOf(operations, one, { table, id }))),
    }),
    /** Those of them that failed before. */
    failed: async (wanted: Wanted): Promise<WantedResults> => {
      const names = (await failures.names()).filter((name) => {
        const { operation, table, id } = readName(name);
        const isAsked = wanted.operations.some((one) => one.name === operation);
        return table === wanted.table && isAsked && wanted.matches(id);
      });
      return { names, perName: 1, itemsOf: async (name) => [await itemNamed(name)] };
    },
    itemNamed,
  };

  /** The result of this name, which is `<operation> <table>/<id>`. */
  async function itemNamed(name: string): Promise<WarmItem> {
    const { operation: called, ...area } = readName(name);
    const operation = ahead.get(called);
    if (!operation) return { name, problem: 'the catalog no longer has this operation' };
    if (!operations.catalog.areas.has(area.table))
      return { name, problem: 'the catalog no longer has this area table' };
    return itemOf(operations, operation, area);
  }
}

function readName(name: string): { readonly operation: string; readonly table: string; readonly id: string } {
  const [, operation = '', table = '', id = ''] = /^(\S+) ([^/]+)\/(.*)$/s.exec(name) ?? [];
  return { operation, table, id };
}

/**
 * Whether a result is there and fresh. Stale results are computed anew before anybody meets them.
 */
async function isFresh(store: Pick<Store, 'head'>, key: string): Promise<boolean> {
  const bytes = await store.head(key, entryHeaderBytes);
  const header = bytes && decodeHeader(bytes);
  if (header?.schemaVersion !== resultSchemaVersion) return false;
  return Math.min(header.freshUntil ?? Infinity, header.hardUntil ?? Infinity) >= Date.now();
}

async function itemOf(
  operations: Pick<Operations, 'identify'>,
  { name: called, resolved }: OperationAhead,
  area: { readonly table: string; readonly id: string },
): Promise<WarmItem> {
  const name = `${called} ${area.table}/${area.id}`;
  const request = { ...resolved, area };
  const identified = await operations.identify(request);
  return isRefusal(identified) ? { name, problem: refusalText(identified) } : { name, ...identified, request };
}
