import type { Catalog } from '@cellshed/catalog';
import { type OperationAhead, operationsAhead } from '@cellshed/operations';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../exit-codes.ts';

/** The areas of a table and the operations that a user asks for. */
export interface AskedOptions {
  readonly id?: readonly string[];
  readonly operation: readonly string[];
}

/** Adds the options of `AskedOptions` to a command. */
export function askedOptions(command: Command): Command {
  return command
    .option('--id <patterns...>', "only areas whose id fits a pattern, such as '9901*' (see below)", pattern)
    .addOption(new Option('--where <filter>').argParser(refuseWhere).hideHelp())
    .addOption(
      new Option('--operation <names...>', 'operations of the catalog, with every value of their parameters').default(
        ['all'],
        'all',
      ),
    );
}

function pattern(text: string, before: readonly string[] = []): string[] {
  if (text === '' || text === '!') throw new InvalidArgumentError('expected a pattern, such as 9901*');
  return [...before, text];
}

function refuseWhere(): never {
  throw new InvalidArgumentError(
    "Areas are chosen by --id: write --id '9901*' for id LIKE '9901%', --id '!9901*' for id NOT LIKE '9901%'.",
  );
}

/**
 * The operations that `--operation` names, each once. A name stands for every choice of the
 * operation's parameters; `precipitation(precipitation_winter)` for one choice; `all` for each
 * operation that can be done before anybody asks. Ends the command as not understood if the catalog
 * has no such operation or area table, or if a named operation needs lines that come with a
 * request.
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
