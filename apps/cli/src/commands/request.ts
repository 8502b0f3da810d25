import { createClient, type StatusDocument } from '@catchment/client';
import type { ResultDocument } from '@catchment/operations';
import { Command } from 'commander';
import { readAreas, readGeoJson } from '../area-argument.ts';
import { type ChoiceOptions, choiceOptions, readChoice } from '../choice-options.ts';
import { tileBar } from '../progress-bar.ts';
import { resultText } from '../result-text.ts';

interface RequestOptions extends ChoiceOptions {
  readonly url: string;
  readonly json?: boolean;
}

/** `catchment request`: through a running gateway. */
export function requestCommand(): Command {
  const command = new Command('request')
    .description('ask a running gateway for an operation on an area, and wait for the result')
    .argument('<area>', 'a well-known area as table/id, or a GeoJSON file (of groupedCountMany each of its features)')
    .argument('<operation>', 'an operation of the gateway')
    .option('--url <url>', 'where the gateway listens', process.env.CATCHMENT_URL ?? 'http://localhost:8080')
    .option('--json', 'print the result document instead of a table')
    .addHelpText('after', '\nExample:\n  catchment request huc8/99010101 landcover_soil --url http://localhost:8080')
    .action(async (areaText: string, operation: string, { url, json, ...options }: RequestOptions) => {
      const client = createClient(url);
      const isMany = 'areas' in (await client.describe(operation)).inputs;
      const asked = await readAreas(areaText, { each: isMany });
      const { parameters, ...choice } = readChoice(options);
      const lines = options.lines === undefined ? undefined : await readGeoJson(options.lines);
      const before = performance.now();
      const areas = isMany ? asked.map(({ area }) => area) : undefined;
      const area = isMany ? undefined : asked[0]?.area;
      const job = await client.execute(operation, area, { areas, ...choice, ...parameters, lines });
      const bar = tileBar();
      const stop = dismissOnInterrupt(() => client.dismiss(job.jobID));
      const ended = await client.untilEnded(job.jobID, { onStatus: (status) => show(bar, status) });
      stop();
      bar.stop();
      if (ended.status !== 'successful') throw new Error(ended.message ?? `the job was ${ended.status}`);
      const result = await client.results<ResultDocument | { readonly results: readonly ResultDocument[] }>(job.jobID);
      const milliseconds = Math.round(performance.now() - before);
      const results = 'results' in result ? result.results : [result];
      const width = process.stdout.columns ?? 100;
      const text = () => results.map((one, i) => resultText(one, { width, area: asked[i]?.name }));
      console.log(json ? JSON.stringify(result) : text().join('\n\n'));
      if (!json) console.log(`\ncache ${ended.cache}, ${milliseconds} ms`);
    });
  return choiceOptions(command);
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
