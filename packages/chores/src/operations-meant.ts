import type { Catalog } from '@cellshed/catalog';
import type { Refusal } from '@cellshed/contracts';
import { type OperationAhead, operationsAhead } from '@cellshed/operations';

/** The area table and the operations that somebody names. */
export interface Meant {
  readonly table?: string | undefined;
  readonly names: readonly string[];
}

/**
 * The operations that are named, each once. A name stands for every choice of the operation's
 * parameters; `precipitation(precipitation_winter)` for one choice; `all` for each operation that
 * can be done before anybody asks. Refused if the catalog has no such operation or area table, or
 * if a named operation needs lines that come with a request.
 */
export function operationsMeant(
  catalog: Pick<Catalog, 'areas' | 'operations' | 'rasters'>,
  { table, names }: Meant,
): readonly OperationAhead[] | Refusal {
  const { areas, operations } = catalog;
  if (table !== undefined && !areas.has(table)) return unknown('table', 'area table', table, areas.keys());
  const ahead = [...operationsAhead(catalog).values()];
  if (names.includes('all')) {
    return ahead.length > 0 ? ahead : { path: 'operations', problem: 'no operation can be done before anybody asks' };
  }
  const asked: OperationAhead[] = [];
  for (const name of names) {
    const found = ahead.filter((one) => one.name === name || one.resolved.operation === name);
    if (found.length > 0) asked.push(...found);
    else if (!operations.has(name)) return unknown('operations', 'operation', name, operations.keys());
    else return { path: 'operations', problem: `operation ${name} joins with lines ${tooEarly}` };
  }
  return [...new Map(asked.map((one) => [one.name, one])).values()];
}

const tooEarly = 'that come with a request: it cannot be done before there are any';

function unknown(path: string, what: string, name: string, known: Iterable<string>): Refusal {
  const names = [...known].join(', ') || 'none';
  return { path, problem: `no ${what} is called ${JSON.stringify(name.slice(0, 200))}; expected one of ${names}` };
}
