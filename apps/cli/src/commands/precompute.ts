import { areaFilter, areaFilterHelp, openVersions } from '@cellshed/chores';
import { seldom } from '@cellshed/jobs/seldom';
import { openOperations } from '@cellshed/operations';
import { inThisThread } from '@cellshed/pool/in-this-thread';
import { rasterCacheOf, readSettings } from '@cellshed/settings';
import { Command } from 'commander';
import { openThreads } from '../archive/open-threads.ts';
import { poolWhenNeeded } from '../archive/pool-when-needed.ts';
import { allThat, ask, countOf } from '../archive/precomputation.ts';
import { computeIntoFile, finishedFile } from '../archive/precompute-file.ts';
import { finishedSummary, runSummary, summaryText } from '../archive/precompute-summary.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import type { PrecomputeSummary } from '../json-documents.ts';
import { type AskedOptions, askedOptions, operationsAsked } from '../options/asked-options.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { threadsOption } from '../options/threads-option.ts';
import { untilStopped } from '../service/until-stopped.ts';
import { progressBar } from '../text/progress-bar.ts';
import { say } from '../text/say.ts';
import { stdoutPath } from '../text/stdout.ts';

interface PrecomputeOptions extends AskedOptions {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly threads?: number;
  readonly catalog?: string;
  readonly json?: boolean;
}

/**
 * `catchment precompute`: the results of all areas of a table into a file, on this machine, without
 * queue or cache.
 */
export function precomputeCommand(): Command {
  const command = new Command('precompute')
    .description("compute operations on a table's areas into a file, on this machine (no queue, no cache)")
    .argument('<table>', 'an area table of the catalog')
    .requiredOption(
      '--out <file>',
      'the file of results: a line of JSON each, gzipped if the name ends in .gz; - is stdout',
    );
  return threadsOption(askedOptions(command).option('--overwrite', 'begin anew, whatever is in the file'))
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
Stopped or killed, the same command continues the file. FILE.progress says how far it is until the file is finished.
Areas that cannot be computed are listed at the end, and do not stop the others.
\`catchment load\` loads the file into a cache.

${areaFilterHelp}

${exitCodeHelp}

Example:
  catchment precompute huc12 --out results.jsonl.gz
  catchment precompute huc12 --id '99010102*' --operation landcover_soil --out some.jsonl.gz`,
    )
    .action(async (table: string, options: PrecomputeOptions, command: Command) => {
      const summary = await precompute(table, options, command);
      const isForStderr = summary.file === stdoutPath || (summary.outcome === 'stopped' && !options.json);
      const stream = isForStderr ? process.stderr : process.stdout;
      if (options.json) stream.write(`${JSON.stringify(summary)}\n`);
      else say(summaryText(summary), stream);
      if (summary.outcome === 'stopped') process.exitCode = exitCodes.interrupted;
      else if (summary.failed > 0) process.exitCode = exitCodes.endedWithFailures;
    });
}

async function precompute(table: string, options: PrecomputeOptions, command: Command): Promise<PrecomputeSummary> {
  const settings = readSettings(process.env, [
    'COUNT_THREADS',
    'TILES_PER_JOB',
    'RECHECK_SECONDS',
    'RASTER_CACHE_DIR',
    'RASTER_CACHE_BYTES',
    'TALLY_URL',
  ]);
  const { overwrite = false, threads = settings.COUNT_THREADS } = options;
  const areas = areaFilter(options.id ?? []);
  const out = options.out === '-' ? stdoutPath : options.out;
  const path = catalogPath(options.catalog, process.env);
  const opening = {
    catalogPath: path,
    recheckMilliseconds: settings.RECHECK_SECONDS * 1000,
    rasterCache: rasterCacheOf(settings),
  };
  await using opened = new AsyncDisposableStack();
  const tallyUrl = settings.TALLY_URL;
  const bar = opened.adopt(progressBar('areas'), (one) => one.stop());
  const onError = seldom(({ message }) => bar.say(`catchment: tallies (cells are counted instead): ${message}`));
  const tallies = tallyUrl === undefined ? undefined : { url: tallyUrl, onError };
  const operations = opened.adopt(await openOperations({ ...opening, tallies, decodeThreads: 0 }), close);
  const ahead = operationsAsked(command, operations.catalog, { table, names: options.operation });
  const definitions = ahead.map(({ definition }) => definition);
  const versions = opened.adopt(await openVersions(operations.catalog, { definitions, tables: [table] }), close);
  const asked = await ask(operations, versions, { table, operations: ahead, choose: allThat(areas.matches) });
  const finished = overwrite ? undefined : await finishedFile(out, asked);
  if (finished) return finishedSummary(out, asked, finished);

  const stop = new AbortController();
  void untilStopped().then((signal) => stop.abort(new Error(`stopped by ${signal}`)));
  const pool = opened.adopt(
    poolWhenNeeded({
      here: inThisThread(operations),
      open: () => openThreads({ ...opening, catalog: operations.catalog, tallyUrl, threads }),
      threads,
      results: countOf(asked),
    }),
    close,
  );
  const { identify } = operations;
  const clock = Date.now;
  const computing = { identify, pool, threads, tilesPerBatch: settings.TILES_PER_JOB, signal: stop.signal, clock };
  const onProgress = (settled: number) => bar.update(Math.floor(settled / ahead.length), asked.ids.length);
  const before = performance.now();
  const work = { path: out, asked, where: options.id && areas.text, overwrite, computing, onProgress };
  const outcome = await computeIntoFile(work);
  return runSummary(out, asked, { ...outcome, seconds: (performance.now() - before) / 1000 });
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
