import type { Catalog } from '@catchment/catalog';
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
 * The operations that `--operation` means, each once: those named, or `all` of the catalog. Ends the command as not understood where
 * the catalog has no such operation, or no such area table.
 */
export function operationNames(
  command: Command,
  { areas, operations }: Catalog,
  { table, names }: { readonly table: string; readonly names: readonly string[] },
): string[] {
  const check = (what: string, name: string, known: ReadonlyMap<string, unknown>) => {
    if (known.has(name)) return;
    const expected = [...known.keys()].join(', ') || 'none';
    command.error(`catchment: no ${what} is called ${JSON.stringify(name)}; expected one of ${expected}`, {
      exitCode: exitCodes.notUnderstood,
    });
  };
  check('area table', table, areas);
  if (names.includes('all')) return [...operations.keys()];
  for (const name of names) check('operation', name, operations);
  return [...new Set(names)];
}
