import { countResults, type Removal, type ResultSelection, removeResults, StoreError } from '@cellshed/cache';
import { invalidation } from '@cellshed/operations';
import { Command } from 'commander';
import { type CacheOptions, withCache } from '../cache/open-cache.ts';
import { openStandings } from '../cache/open-standings.ts';
import {
  addFilterOptions,
  filterHelp,
  type RemovalFilterOptions,
  removalSelectionOf,
  sayProblems,
} from '../cache/result-filters.ts';
import { scanProgress } from '../cache/scan-progress.ts';
import { countText, durationText } from '../text/figures.ts';
import { say } from '../text/say.ts';

interface InvalidateOptions extends RemovalFilterOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `catchment invalidate`: removes results from the cache. */
export function invalidateCommand(): Command {
  return addFilterOptions(new Command('invalidate').description('remove results from the cache'))
    .option('--all', 'every result')
    .option('--dry-run', 'only say how many would be removed')
    .option('--json', 'print the figures as JSON')
    .addHelpText(
      'after',
      `\n${filterHelp}\nNothing but results is ever removed.\n\nExample:\n  catchment invalidate --raster soil --table huc12 --dry-run\n  catchment invalidate --area huc12/990101010101\n  catchment invalidate --superseded\n  catchment invalidate --operation one_that_left_the_catalog`,
    )
    .action(async (options: InvalidateOptions, command: Command) => {
      await using standings = options.superseded ? await openStandings(options) : undefined;
      const selection = await removalSelectionOf(command, options, standings);
      const { dryRun = false, json = false, catalog } = options;
      const before = performance.now();
      const [figures, place] = await (dryRun ? count : remove)({ catalog, env: process.env }, selection);
      const problems = standings?.problems() ?? [];
      if (standings) sayProblems(standings);
      if (problems.length > 0) process.exitCode = 1;
      if (json) return console.log(JSON.stringify(invalidation(figures, dryRun, problems)));
      const { looked, matched, removed } = figures;
      const results = dryRun
        ? `${countText(matched, 'result')} would be removed (dry run: none was)`
        : `${countText(removed, 'result')} removed`;
      say(results);
      say(`${countText(looked, 'key')} looked at in ${durationText(performance.now() - before)}, in ${place}`);
    });
}

async function count(options: CacheOptions, selection: ResultSelection): Promise<[figures: Removal, place: string]> {
  const progress = scanProgress();
  try {
    return await withCache(options, async ({ store, place }) => {
      const onProgress = ({ looked }: Removal) => progress.update(looked);
      return [await countResults(store, selection, { onProgress }), place];
    });
  } finally {
    progress.stop();
  }
}

async function remove(options: CacheOptions, selection: ResultSelection): Promise<[figures: Removal, place: string]> {
  const progress = scanProgress();
  let sum: Removal = { looked: 0, matched: 0, removed: 0 };
  const onProgress = (heard: Removal) => {
    sum = heard;
    progress.update(sum.looked, sum.removed);
  };
  try {
    return await withCache(options, async ({ store, place }) => [
      await removeResults(store, selection, { onProgress }),
      place,
    ]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const removed = `${countText(sum.removed, 'result')} had been removed before`;
    throw new StoreError(`${error.message}; ${removed}, and the same command goes on with the rest`, { cause: error });
  } finally {
    progress.stop();
  }
}
