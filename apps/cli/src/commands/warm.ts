import { areaFilter, areaFilterHelp, lookOnly, type WarmSummary } from '@cellshed/chores';
import { stretchesOf } from '@cellshed/chores/stretches';
import { openPresence, queueWaitsFor, resultsOfPass, type Warmed, warm } from '@cellshed/jobs';
import { readSettings } from '@cellshed/settings';
import { Command, InvalidArgumentError } from 'commander';
import { watchUntaken } from '../background/untaken.ts';
import { openWarmOutcomes, warmSummaryText } from '../background/warm-outcomes.ts';
import { openWarmingHere, warmSettings } from '../background/warming.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { type AskedOptions, askedOptions, operationsAsked } from '../options/asked-options.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { untilStopped } from '../service/until-stopped.ts';
import { asTyped } from '../text/as-typed.ts';
import { progressBar } from '../text/progress-bar.ts';
import { say } from '../text/say.ts';

interface WarmCommandOptions extends AskedOptions {
  readonly failed?: boolean;
  readonly inFlight: number;
  readonly dryRun?: boolean;
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment warm`: has the workers compute what the cache does not have yet. */
export function warmCommand(): Command {
  const command = new Command('warm')
    .description("have the workers compute operations on a table's areas that the cache does not have yet")
    .argument('<table>', 'an area table of the catalog');
  return askedOptions(command)
    .option('--failed', 'only what failed at an earlier warming')
    .option('--in-flight <number>', 'so many results are being computed at once, at most', parseInFlight, 10_000)
    .option('--dry-run', 'only count what the cache has and what is missing')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Needs QUEUE_REDIS_URL and CACHE_URL, and workers elsewhere. Requests of people are computed first.
Stopped or killed, the same command continues: it skips what is in the cache by then.
Failures are remembered until they are computed. --failed tries only those again.

${areaFilterHelp}

${exitCodeHelp}

Example:
  catchment warm huc12
  catchment warm huc12 --id '99010102*' --operation landcover_soil
  catchment warm huc12 --failed`,
    )
    .action(async (table: string, options: WarmCommandOptions, command: Command) => {
      const summary = await warmTable(table, options, command);
      if (options.json) console.log(JSON.stringify(summary));
      else say(warmSummaryText(summary), summary.stopped ? process.stderr : process.stdout);
      if (summary.stopped) process.exitCode = exitCodes.interrupted;
      else if (summary.failed > 0) process.exitCode = exitCodes.endedWithFailures;
    });
}

async function warmTable(table: string, options: WarmCommandOptions, command: Command): Promise<WarmSummary> {
  const settings = readSettings(process.env, warmSettings);
  if (settings.CACHE_URL === 'memory:') {
    throw new Error('CACHE_URL is memory:, a cache inside each worker; expected one that all of them share');
  }
  const path = catalogPath(options.catalog, process.env);
  const onError = (error: Error) => console.error(`catchment: ${error.message}`);
  await using opened = new AsyncDisposableStack();
  const warming = opened.adopt(await openWarmingHere({ settings, catalogPath: path, onError }), (one) => one.close());
  const operations = operationsAsked(command, warming.catalog, { table, names: options.operation });
  const wanted = { table, operations, matches: areaFilter(options.id ?? []).matches };
  const results = await (options.failed ? warming.failed(wanted) : warming.all(wanted));
  const planned = results.names.length * results.perName;
  if (planned === 0) {
    const without = options.failed ? 'nothing of table' : 'table';
    const reason = options.failed ? 'that is asked for has failed' : 'has no area that is asked for';
    throw new Error(`${without} ${table} ${reason}`);
  }
  if (!options.dryRun && (await warming.queues.count.getWorkersCount()) === 0) {
    console.error(asTyped('catchment: no worker takes these jobs yet; start one with `catchment worker`'));
  }
  const stop = new AbortController();
  void untilStopped().then(() => stop.abort());
  const bar = opened.adopt(progressBar('results'), (one) => one.stop());
  const outcomes = openWarmOutcomes({ dryRun: options.dryRun ?? false, planned, now: () => performance.now() });
  const failedBefore = new Set(await warming.failures.names());
  const onEnd = async (warmed: Warmed) => {
    outcomes.add(warmed);
    bar.update(outcomes.ended(), planned);
    if (options.dryRun) return;
    if (warmed.outcome === 'failed') await warming.failures.add(warmed.name, warmed.reason);
    else if (failedBefore.has(warmed.name)) await warming.failures.remove(warmed.name);
  };
  bar.update(0, planned);
  const { queues } = warming;
  const sources = { queues, presence: openPresence(queues) };
  const waitsFor = () => queueWaitsFor(sources, 'count');
  if (!options.dryRun) opened.adopt(watchUntaken(waitsFor, bar), (one) => one.stop());
  const how = { atOnce: Math.floor(options.inFlight / resultsOfPass), onEnd, signal: stop.signal };
  const passes = stretchesOf(results);
  await (options.dryRun ? lookOnly(passes, warming, how) : warm(passes, warming, how));
  return outcomes.summary(stop.signal.aborted);
}

function parseInFlight(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number;
  throw new InvalidArgumentError('expected a whole number from 1 to 100000');
}
