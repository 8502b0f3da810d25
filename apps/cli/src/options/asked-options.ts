import type { Catalog } from '@cellshed/catalog';
import { operationsMeant } from '@cellshed/chores';
import { isRefusal } from '@cellshed/contracts';
import type { OperationAhead } from '@cellshed/operations';
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
 * The operations that `--operation` names. Ends the command as not understood if none can be meant.
 */
export function operationsAsked(
  command: Command,
  catalog: Pick<Catalog, 'areas' | 'operations' | 'rasters'>,
  { table, names }: { readonly table?: string; readonly names: readonly string[] },
): readonly OperationAhead[] {
  const meant = operationsMeant(catalog, { table, names });
  if (!isRefusal(meant)) return meant;
  return command.error(`catchment: ${meant.problem}`, { exitCode: exitCodes.notUnderstood });
}
