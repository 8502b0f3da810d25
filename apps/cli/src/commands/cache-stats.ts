import { redisServers, surveyResults } from '@cellshed/cache';
import { resultSchemaVersion } from '@cellshed/contracts';
import { cacheSurvey } from '@cellshed/operations';
import { Command } from 'commander';
import { withCache } from '../cache/open-cache.ts';
import { openStandingsIfAny } from '../cache/open-standings.ts';
import { addFilterOptions, type FilterOptions, filterHelp, selectionOf } from '../cache/result-filters.ts';
import { scanProgress } from '../cache/scan-progress.ts';
import { storeTroubles } from '../cache/store-troubles.ts';
import { surveyText } from '../cache/survey-text.ts';
import { asTyped } from '../text/as-typed.ts';

/** `catchment cache stats`: how many results there are of what, and how the server does. */
export function cacheStatsCommand(): Command {
  return addFilterOptions(new Command('stats').description('count the results by table and operation'))
    .option('--json', 'print the figures as JSON')
    .addHelpText(
      'after',
      `\n${filterHelp}\nSizes are those of the values, before compression.\n\nExample:\n  CACHE_URL=redis://localhost:6380 catchment cache stats\n  catchment cache stats --drawn --json`,
    )
    .action(async (options: FilterOptions & { readonly json?: boolean }, command: Command) => {
      await using standings = await openStandingsIfAny(options);
      const judge = 'of' in standings ? standings : undefined;
      const selection = await selectionOf(command, options, judge);
      const listing = storeTroubles(process.env);
      await withCache({ catalog: options.catalog, env: process.env }, async ({ store, urls }) => {
        const progress = scanProgress();
        const servers = await redisServers(urls);
        const judging = { now: Date.now(), schemaVersion: resultSchemaVersion, standing: judge?.of };
        const reading = { ...judging, onLooked: progress.update };
        const groups = await surveyResults(store, selection, reading).finally(progress.stop);
        const survey = cacheSurvey(groups, servers, { problems: standings.problems(), troubles: await listing });
        console.log(options.json ? JSON.stringify(survey) : asTyped(surveyText(survey, process.stdout.columns ?? 100)));
      });
    });
}
