import { readSettings } from '@cellshed/settings';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { catalogPath } from '../options/catalog-path.ts';
import { catalogOption } from '../options/serving-options.ts';
import { askQueues } from '../status/ask-queues.ts';
import { lookAtService } from '../status/look.ts';
import { openSources } from '../status/sources.ts';
import type { StatusDocument } from '../status/status-document.ts';
import { statusText } from '../status/status-text.ts';
import { sayProblem } from '../text/say.ts';
import { isReaderGone, writeOut } from '../text/stdout.ts';

interface StatusOptions {
  readonly catalog?: string;
  readonly json?: boolean;
  readonly watch?: number | true;
}

/** `catchment status`: how a service is: queues, processes, requests, stores, Redis, catalog. */
export function statusCommand(): Command {
  return catalogOption(new Command('status'))
    .description('print how the service is: its queues, processes, requests, stores and what it counts in')
    .option('--watch [seconds]', 'look again every few seconds (default: 2), until Ctrl-C', parseSeconds)
    .option('--json', 'print one document of JSON in one line; with --watch, one for each look')
    .addHelpText(
      'after',
      '\nExit codes: 0 the service is well, 1 it could not be asked, 2 not understood, 3 something needs attention.\n\nExample:\n  catchment status\n  catchment status --json | jq .attention\n  catchment status --watch 5',
    )
    .action(async ({ catalog: file, json = false, watch }: StatusOptions) => {
      const path = catalogPath(file, process.env);
      const settings = readSettings(process.env, ['QUEUE_REDIS_URL', 'QUEUE_PREFIX', 'JOB_RETENTION_SECONDS']);
      await using sources = await openSources(path);
      const look = async () => {
        await using queueing = await askQueues(settings);
        // The queues are closed when this has returned.
        return await lookAtService({ queueing, env: process.env, catalogPath: path, sources });
      };
      if (watch === undefined) {
        const status = await look();
        await writeOut(`${textOf(status, json)}\n`);
        if (status.attention.length > 0) process.exitCode = exitCodes.endedWithFailures;
        return;
      }
      const seconds = watch === true ? 2 : watch;
      for (let isFirst = true; ; isFirst = false) {
        try {
          await show(textOf(await look(), json), { json, isFirst });
        } catch (error) {
          if (isReaderGone(error as Error)) return;
          sayProblem((error as Error).message);
        }
        await new Promise((done) => setTimeout(done, 1000 * seconds));
      }
    });
}

function textOf(status: StatusDocument, json: boolean): string {
  return json ? JSON.stringify(status) : statusText(status, process.stdout.columns ?? 100);
}

/** On a terminal in place of the look before, else after it. */
async function show(text: string, { json, isFirst }: { readonly json: boolean; readonly isFirst: boolean }) {
  const { isTTY, rows } = process.stdout;
  if (json || !isTTY) return writeOut(`${isFirst || json ? '' : '\n'}${text}\n`);
  const lines = text.split('\n');
  const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…'];
  return writeOut(`${clearScreen}${shown.join('\n')}\n`);
}

/** The characters that make a terminal empty, and begin at its first line. */
const clearScreen = '\u001b[2J\u001b[H';

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.2 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('expected a number of seconds from 0.2 to 86400');
}
