import { stat } from 'node:fs/promises';
import { archiveState } from '@cellshed/cache';
import { type LoadSummary, loadArchive } from '@cellshed/chores';
import { openOperations } from '@cellshed/operations';
import { Command } from 'commander';
import { type OpenCache, withCache } from '../cache/open-cache.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { untilStopped } from '../service/until-stopped.ts';
import { loadText } from '../text/load-text.ts';
import { progressBar } from '../text/progress-bar.ts';
import { say } from '../text/say.ts';

interface LoadOptions {
  readonly overwrite?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly catalog?: string;
  readonly json?: boolean;
}

/** `catchment load`: results that were precomputed into the cache. */
export function loadCommand(): Command {
  return new Command('load')
    .description('load precomputed results into the cache')
    .argument('<file>', 'as `catchment precompute` made it')
    .option('--overwrite', 'replace results that are there with another value')
    .option('--force', 'load also results of areas, operations and versions that the catalog does not have')
    .option('--dry-run', 'only say what would be loaded')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      `
CACHE_URL says where the cache is; a relative file: is found from the catalog's folder.
Results of another version of a raster or table than the catalog has are refused. With --force they are loaded under the keys of their own versions, and are never served in place of newer ones.
Where the catalog gives no version, it is that of the file itself. Give versions, so that results can be loaded on another machine.
Loading a file again changes nothing.

${exitCodeHelp}

Example:
  CACHE_URL=redis://localhost:6380 catchment load results.jsonl.gz
  catchment load results.jsonl.gz --dry-run`,
    )
    .action(async (file: string, options: LoadOptions) => {
      const { catalog, json = false } = options;
      const [summary, place] = await withCache({ catalog, env: process.env }, async (cache) => [
        await load(file, cache, options),
        cache.place,
      ]);
      if (json) console.log(JSON.stringify(summary));
      else say(loadText(summary, place));
      if (summary.outcome === 'stopped') process.exitCode = exitCodes.interrupted;
      else if (summary.refused + summary.broken > 0) process.exitCode = exitCodes.endedWithFailures;
    });
}

async function load(path: string, { store }: OpenCache, options: LoadOptions): Promise<LoadSummary> {
  const { overwrite = false, force = false, dryRun = false } = options;
  const size = await sizeOf(path);
  if ((await archiveState(path)) === 'begun') {
    console.error(`note: ${path} is not finished (${path}.progress is there): what is in it is loaded`);
  }
  await using opened = new AsyncDisposableStack();
  const opening = { catalogPath: catalogPath(options.catalog, process.env) };
  const operations = opened.adopt(await openOperations(opening), close);
  const stop = new AbortController();
  void untilStopped().then(() => stop.abort());
  const bar = opened.adopt(progressBar('kB'), (one) => one.stop());
  const onRead = (bytes: number) => bar.update(Math.ceil(bytes / 1000), Math.ceil(size / 1000));
  return await loadArchive({ path, overwrite, force, dryRun, signal: stop.signal, onRead }, { operations, store });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
