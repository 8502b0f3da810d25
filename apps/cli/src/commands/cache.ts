import { Command } from 'commander';
import { cacheGetCommand } from './cache-get.ts';
import { cacheLsCommand } from './cache-ls.ts';
import { cacheStatsCommand } from './cache-stats.ts';

/** `catchment cache`: looks into the cache. */
export function cacheCommand(): Command {
  const command = new Command('cache').description('look into the cache: stats, ls, get');
  for (const one of [cacheStatsCommand, cacheLsCommand, cacheGetCommand]) command.addCommand(one().exitOverride());
  return command;
}
