import type { Catalog } from '@catchment/catalog';
import { type OperationAhead, operationsAhead } from '@catchment/operations';
import { type Command, InvalidArgumentError } from 'commander';
import { type AreaFilter, areaFilter } from './area-filter.ts';
import { exitCodes } from './exit-codes.ts';

/** Reads `--where`. Throws what commander shows beside the option. */
export function parseWhere(text: string): AreaFilter {
  try {
    return areaFilter(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/**
 * What `--operation` means, each once: operations by their names, with every choice of their
 * parameters or with one (`precipitation(precipitation_winter)`), or `all` that can be done before
 * anybody asks. Ends the command as not understood where the catalog has no such operation or area
 * table, or where an operation named needs lines that come with a request.
 */
export function operationsAsked(
  command: Command,
  catalog: Pick<Catalog, 'areas' | 'operations' | 'rasters'>,
  { table, names }: { readonly table?: string; readonly names: readonly string[] },
): OperationAhead[] {
  const { areas, operations } = catalog;
  const end = (sentence: string): never =>
    command.error(`catchment: ${sentence}`, { exitCode: exitCodes.notUnderstood });
  const unknown = (what: string, name: string, known: Iterable<string>) =>
    end(`no ${what} is called ${JSON.stringify(name)}; expected one of ${[...known].join(', ') || 'none'}`);
  if (table !== undefined && !areas.has(table)) unknown('area table', table, areas.keys());
  const ahead = [...operationsAhead(catalog).values()];
  if (names.includes('all')) return ahead.length > 0 ? ahead : end('no operation can be done before anybody asks');
  const asked = names.flatMap((name) => {
    const found = ahead.filter((one) => one.name === name || one.resolved.operation === name);
    if (found.length > 0) return found;
    if (!operations.has(name)) return unknown('operation', name, operations.keys());
    return end(`operation ${name} joins with lines that come with a request: it cannot be done before there are any`);
  });
  return [...new Map(asked.map((one) => [one.name, one])).values()];
}
