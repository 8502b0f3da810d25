import { createClient, type StatusDocument } from '@catchment/client';
import type { ResultDocument } from '@catchment/contracts';
import { Command } from 'commander';
import { untaken } from '../background/untaken.ts';
import { type AskedAreas, readAreas, readGeoJson, sayNotes } from '../options/area-argument.ts';
import { type ChoiceOptions, choiceOptions, readChoice } from '../options/choice-options.ts';
import { namesOf } from '../text/catalog-names.ts';
import { tileBar } from '../text/progress-bar.ts';
import { resultsText } from '../text/results-text.ts';

interface RequestOptions extends ChoiceOptions {
  readonly url: string;
  readonly json?: boolean;
  readonly each?: boolean;
}

/** `catchment request`: through a running gateway. */
export function requestCommand(): Command {
  const command = new Command('request')
    .description('ask a running gateway for an operation on an area, and wait for the result')
    .argument('<area>', 'a well-known area as table/id, or a GeoJSON file (of groupedCountMany each of its features)')
    .argument('<operation>', 'an operation of the gateway')
    .option('--url <url>', 'where the gateway listens', process.env.CATCHMENT_URL ?? 'http://localhost:8080')
    .option('--each', 'count each feature of the file for itself (with --json: a line for each)')
    .option('--json', 'print the result document instead of a table')
    .addHelpText(
      'after',
      '\nExample:\n  catchment request huc8/99010101 landcover_soil --url http://localhost:8080\n\nWhere the gateway requires keys, CATCHMENT_KEY has yours.',
    )
    .action(async (areaText: string, operation: string, { url, json, each = false, ...options }: RequestOptions) => {
      const client = createClient(url, fetch, { key: process.env.CATCHMENT_KEY || undefined });
      const description = await client.describe(operation);
      const isMany = 'areas' in description.inputs;
      const asked = await readAreas(areaText, { each: each ? 'asked' : isMany, crs: options.crs });
      const lines = options.lines === undefined ? undefined : await readGeoJson(options.lines);
      const before = performance.now();
      const { process: name, inputs } = executionOf(operation, asked, { choice: readChoice(options), isMany, each });
      const job = await client.execute(name, inputs.area, { ...inputs, lines, crs: options.crs?.name });
      const bar = tileBar();
      const { see } = untaken({ say: bar.say });
      const stop = dismissOnInterrupt(() => client.dismiss(job.jobID));
      const ended = await client.untilEnded(job.jobID, {
        onStatus: (status) => {
          show(bar, status);
          const { waitsFor: role, paused: isPaused = false } = status;
          see(role && { role, isPaused });
        },
      });
      stop();
      bar.stop();
      if (ended.status !== 'successful') throw new Error(ended.message ?? `the job was ${ended.status}`);
      const result = await client.results<ResultDocument | { readonly results: readonly ResultDocument[] }>(job.jobID);
      const milliseconds = Math.round(performance.now() - before);
      const results = 'results' in result ? result.results : [result];
      sayNotes(asked);
      const catalog = namesOf(description, options.raster && !json ? await client.rasters() : []);
      console.log(resultsText(results, asked, { isMany, each, json, catalog }));
      if (!json) console.log(`\ncache ${ended.cache}, ${milliseconds} ms`);
    });
  return choiceOptions(command);
}

/**
 * The process to ask and its inputs: an operation on one area, one that takes several, or `multi`
 * for each of several.
 */
function executionOf(operation: string, { areas }: AskedAreas, how: ExecutionHow): ProcessInputs {
  const { parameters, choices, ...others } = how.choice;
  const choice = { ...others, ...choices, ...parameters };
  const list = areas.map(({ area }) => area);
  if (how.isMany) return { process: operation, inputs: { areas: list, ...choice } };
  if (!how.each) return { process: operation, inputs: { area: list[0], ...choice } };
  return { process: 'multi', inputs: { areas: list, operations: [{ operation, ...choice }] } };
}

interface ProcessInputs {
  readonly process: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface ExecutionHow {
  readonly choice: ReturnType<typeof readChoice>;
  readonly isMany: boolean;
  readonly each: boolean;
}

function show(bar: ReturnType<typeof tileBar>, { tiles }: StatusDocument): void {
  if (tiles) bar.update(tiles.done, tiles.planned);
}

/** Ctrl-C dismisses the job, so that nobody counts for a user who has gone. */
function dismissOnInterrupt(dismiss: () => Promise<unknown>): () => void {
  const interrupt = () => {
    dismiss().then(
      () => console.error('\ndismissed'),
      (error: Error) => console.error(`\ncould not dismiss the job: ${error.message}`),
    );
  };
  process.once('SIGINT', interrupt);
  return () => process.off('SIGINT', interrupt);
}
