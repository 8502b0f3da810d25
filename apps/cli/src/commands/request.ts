import { createClient, type StatusDocument } from '@catchment/client';
import { Command } from 'commander';
import { readAreaArgument, readGeoJson } from '../area-argument.ts';
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
    .argument('<area>', 'a well-known area as table/id, or a GeoJSON file')
    .argument('<operation>', 'an operation of the gateway')
    .option('--url <url>', 'where the gateway listens', process.env.CATCHMENT_URL ?? 'http://localhost:8080')
    .option('--json', 'print the result document instead of a table')
    .addHelpText('after', '\nExample:\n  catchment request huc8/99010101 landcover_soil --url http://localhost:8080')
    .action(async (areaText: string, operation: string, { url, json, ...options }: RequestOptions) => {
      const argument = await readAreaArgument(areaText);
      const client = createClient(url);
      const before = performance.now();
      const area = 'wellKnown' in argument ? argument.wellKnown : argument.geojson;
      const { parameters, ...choice } = readChoice(options);
      const lines = options.lines === undefined ? undefined : await readGeoJson(options.lines);
      const job = await client.execute(operation, area, { ...choice, ...parameters, lines });
      const bar = tileBar();
      const stop = dismissOnInterrupt(() => client.dismiss(job.jobID));
      const ended = await client.untilEnded(job.jobID, { onStatus: (status) => show(bar, status) });
      stop();
      bar.stop();
      if (ended.status !== 'successful') throw new Error(ended.message ?? `the job was ${ended.status}`);
      const result = await client.results(job.jobID);
      const milliseconds = Math.round(performance.now() - before);
      console.log(json ? JSON.stringify(result) : resultText(result, { width: process.stdout.columns ?? 100 }));
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
