import { createClient, type ProcessDescription, type StatusDocument } from '@cellshed/client';
import { inputNames, isRefusal, type ResultDocument } from '@cellshed/contracts';
import type { OperationChoice } from '@cellshed/operations';
import { Command } from 'commander';
import { untaken } from '../background/untaken.ts';
import { areaHelp, readAreas, readGeoJson, sayNotes } from '../options/area-argument.ts';
import type { AskedAreas } from '../options/asked-areas.ts';
import { type AskedValues, valuesOf } from '../options/asked-values.ts';
import { type ChoiceOptions, choiceOptions, readChoice } from '../options/choice-options.ts';
import type { UnitsOptions } from '../tables/asked-units.ts';
import { namesOf } from '../text/catalog-names.ts';
import { tileBar } from '../text/progress-bar.ts';
import { resultsText } from '../text/results-text.ts';
import { styled } from '../text/styled.ts';

interface RequestOptions extends ChoiceOptions, UnitsOptions {
  readonly url: string;
  readonly json?: boolean;
  readonly each?: boolean;
  readonly layer?: string;
  readonly sum?: boolean;
}

/** `catchment request`: through a running gateway. */
export function requestCommand(): Command {
  const command = new Command('request')
    .description('ask a running gateway for an operation on an area, and wait for the result')
    .argument('<area>', areaHelp)
    .argument('<operation>', 'an operation of the gateway')
    .option('--url <url>', 'where the gateway listens', process.env.CATCHMENT_URL ?? 'http://localhost:8080')
    .option('--each', 'count each feature of the file for itself (with --json: a line for each)')
    .option('--layer <name>', 'the layer of a GeoPackage or a ZIP archive that has several')
    .option('--upstream', 'the area and all that drain into it, as one')
    .option('--within <area>', 'the areas of a table that lie in a larger one (then <area> is the table)')
    .option('--sum', 'those within as one')
    .option('--by <property>', 'the areas of a table with each value of a property as one (then <area> is the table)')
    .option('--json', 'print the result document instead of a table')
    .addHelpText(
      'after',
      '\nExample:\n  catchment request huc8/99010101 landcover_soil --url http://localhost:8080\n  catchment request huc12/990101030108 landcover --upstream\n  catchment request huc12 landcover --within huc8/99010102 --sum\n\nWhere the gateway requires keys, CATCHMENT_KEY has yours.',
    )
    .action(async (areaText: string, operation: string, { url, json, each = false, ...options }: RequestOptions) => {
      const client = createClient(url, { key: process.env.CATCHMENT_KEY || undefined });
      const description = await client.describe(operation);
      const isMany = !('area' in description.inputs);
      const asked = await readAreas(areaText, {
        each: each ? 'asked' : isMany,
        crs: options.crs,
        layer: options.layer,
      });
      const lines = options.lines === undefined ? undefined : await readGeoJson(options.lines);
      const before = performance.now();
      const { process: name, inputs } = executionOf(operation, asked, {
        choice: readChoice(options),
        isMany,
        each,
        units: options,
      });
      const job = await client.execute(name, { ...inputs, lines, crs: options.crs?.name });
      const bar = tileBar();
      const { see } = untaken({ say: bar.say });
      const stop = dismissOnInterrupt(() => client.dismiss(job.jobID));
      const ended = await client.wait(job.jobID, {
        // A status that stays the same says, after some seconds, that nobody takes the job.
        everyMilliseconds: 200,
        onStatus: (status) => {
          show(bar, status);
          const { waitsFor: role, paused: isPaused = false } = status;
          see(role && { role, isPaused });
        },
      });
      stop();
      bar.stop();
      if (ended.status !== 'successful') throw new Error(ended.message ?? `the job was ${ended.status}`);
      const result = await client.result<ResultDocument | { readonly results: readonly ResultDocument[] }>(job.jobID);
      const milliseconds = Math.round(performance.now() - before);
      const isList = 'results' in result;
      const results = isList ? result.results : [result];
      const values = await askedValues(description, readChoice(options));
      sayNotes(asked);
      const catalog = namesOf(description, options.raster && !json ? await client.rasters() : []);
      const shown = { isMany: isList, each: each || (isTable(options) && !json), json, catalog, values };
      console.log(resultsText(results, isTable(options) || options.upstream ? areasIn(results, values) : asked, shown));
      if (!json) console.log(`\n${styled('aside', `cache ${ended.cache}, ${milliseconds} ms`)}`);
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
  const { upstream, within, by, sum } = how.units;
  if (isTable(how.units))
    return { process: operation, inputs: { areas: list[0], upstream, within, by, sum, ...choice } };
  if (how.isMany) return { process: operation, inputs: { areas: list, ...choice } };
  if (!how.each) return { process: operation, inputs: { area: list[0], upstream, ...choice } };
  return { process: 'multi', inputs: { areas: list, operations: [{ operation, ...choice }] } };
}

/** Whether the area is a table of which options say which areas are meant. */
function isTable({ within, by }: UnitsOptions): boolean {
  return within !== undefined || by !== undefined;
}

/** The areas that a gateway has found, as results name them. */
function areasIn(results: readonly ResultDocument[], values: AskedValues | undefined): AskedAreas {
  const each = values?.labels.length ?? 1;
  const names = results.filter((_, i) => i % each === 0).map(({ area }) => area);
  return { areas: names.map((name) => ({ name, area: name })), notes: [] };
}

/** The values of parameters that a gateway has spread: their values are in its description. */
async function askedValues(
  { id, inputs }: ProcessDescription,
  choice: Omit<OperationChoice, 'operation'>,
): Promise<AskedValues | undefined> {
  if (choice.parameters === undefined) return undefined;
  // Few need what counts cells.
  const { spreadChoice } = await import('@cellshed/operations');
  const parameters = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, { schema }]) =>
      inputNames.includes(name) ? [] : [[name, { values: (schema as { readonly enum?: string[] }).enum ?? [] }]],
    ),
  );
  const spread = spreadChoice({ operation: id, ...choice }, { operations: new Map([[id, { parameters }]]) }, 10_000);
  return isRefusal(spread) ? undefined : valuesOf(spread);
}

interface ProcessInputs {
  readonly process: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface ExecutionHow {
  readonly choice: ReturnType<typeof readChoice>;
  readonly isMany: boolean;
  readonly each: boolean;
  readonly units: UnitsOptions & Pick<RequestOptions, 'sum'>;
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
