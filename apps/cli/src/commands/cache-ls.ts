import { listResults } from '@cellshed/cache';
import { cachedResult } from '@cellshed/operations';
import { Command, InvalidArgumentError } from 'commander';
import { entryHead, entryLine } from '../cache/entry-line.ts';
import { withCache } from '../cache/open-cache.ts';
import { openStandings } from '../cache/open-standings.ts';
import { addFilterOptions, type FilterOptions, filterHelp, sayProblems, selectionOf } from '../cache/result-filters.ts';
import { isReaderGone, writeOut } from '../text/stdout.ts';

interface LsOptions extends FilterOptions {
  readonly limit?: number;
  readonly json?: boolean;
}

/** `catchment cache ls`: the results, one by one. */
export function cacheLsCommand(): Command {
  return addFilterOptions(new Command('ls').description('list results, in no order, as they are found'))
    .option('--limit <number>', 'at most so many', wholeNumber)
    .option('--json', 'print a line of JSON for each')
    .addHelpText(
      'after',
      `\n${filterHelp}\n\nExample:\n  catchment cache ls --table huc12 --limit 20\n  catchment cache ls --drawn --json | jq -r .key`,
    )
    .action(async (options: LsOptions, command: Command) => {
      await using standings = options.superseded ? await openStandings(options) : undefined;
      const selection = await selectionOf(command, options, standings);
      await withCache({ catalog: options.catalog, env: process.env }, async ({ store }) => {
        const { limit = Number.POSITIVE_INFINITY, json = false } = options;
        const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
        let listed = 0;
        try {
          for await (const found of listResults(store, selection, { stepKeys: Math.min(limit, 500) })) {
            const result = cachedResult(found);
            if (listed === 0 && !json) await writeOut(`${entryHead}\n`);
            await writeOut(`${json ? JSON.stringify(result) : entryLine(result, width)}\n`);
            listed += 1;
            if (listed === limit) break;
          }
        } catch (error) {
          if (!isReaderGone(error)) throw error;
        }
      });
      if (standings) sayProblems(standings);
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError(`"${text}" is no whole number from 1`);
  return Number(text);
}
