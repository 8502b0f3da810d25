import { Command } from 'commander';
import prettyBytes from 'pretty-bytes';
import { type TallyCommandOptions, withTallies } from '../../background/tallying.ts';
import { exitCodes } from '../../exit-codes.ts';
import { say } from '../../text/say.ts';
import { listTallies } from './tally-ls.ts';

interface DropOptions extends TallyCommandOptions {
  readonly stale?: boolean;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `catchment tally drop`: frees what tallies take. */
export function tallyDropCommand(): Command {
  return new Command('drop')
    .description('remove tallies: of some operations, all, or those of rasters that were replaced')
    .argument('[operations...]', 'as `tally ls` calls them')
    .option('--stale', 'only those that are not used any more')
    .option('--all', 'of every operation')
    .option('--dry-run', 'only say what would be removed')
    .option('--json', 'print the figures as JSON')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .addHelpText(
      'after',
      '\nNeeds TALLY_URL. No answer changes: cells are counted again, and leave their tallies behind.\n\nExample:\n  catchment tally drop --stale\n  catchment tally drop landcover_soil',
    )
    .action(async (names: string[], options: DropOptions, command: Command) => {
      if (names.length === 0 && !options.stale && !options.all)
        command.error('catchment: say which: operations, --stale or --all', { exitCode: exitCodes.notUnderstood });
      await withTallies(options, async (open) => {
        const listed = await listTallies(open);
        const unknown = names.find((name) => !listed.some(({ operation }) => operation === name));
        if (unknown !== undefined) throw new Error(`no tally of operation ${JSON.stringify(unknown)} is kept`);
        const chosen = listed.filter(
          ({ operation, state }) =>
            (names.length === 0 || names.includes(operation)) && (!options.stale || state !== 'current'),
        );
        const bytes = chosen.reduce((sum, one) => sum + one.bytes, 0);
        const { dryRun = false } = options;
        if (!dryRun) {
          await open.tallies.drop(({ operation, fingerprint }) =>
            chosen.some((one) => one.operation === operation && one.fingerprint === fingerprint),
          );
        }
        if (options.json) return console.log(JSON.stringify({ tallies: chosen.length, bytes, dryRun }));
        const what = `${chosen.length} ${chosen.length === 1 ? 'tally' : 'tallies'}, ${prettyBytes(bytes)},`;
        say(dryRun ? `${what} would be removed (dry run: nothing was)` : `${what} removed`);
      });
    });
}
