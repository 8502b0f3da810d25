import type { TallyWorkSummary } from '@cellshed/chores';
import { plannedTallies, workThroughTally } from '@cellshed/chores/tally-work';
import { isRefusal } from '@cellshed/contracts';
import { openPresence, queueWaitsFor, type TallyInput } from '@cellshed/jobs';
import { Command, InvalidArgumentError } from 'commander';
import { tallyWorkText } from '../../background/tally-texts.ts';
import { type TallyCommandOptions, withTallies, withTallyQueue } from '../../background/tallying.ts';
import { watchUntaken } from '../../background/untaken.ts';
import { exitCodeHelp, exitCodes } from '../../exit-codes.ts';
import { operationsAsked } from '../../options/asked-options.ts';
import { untilStopped } from '../../service/until-stopped.ts';
import { progressBar } from '../../text/progress-bar.ts';
import { say } from '../../text/say.ts';

interface WorkOptions extends TallyCommandOptions {
  readonly inFlight: number;
  readonly json?: boolean;
}

/** `catchment tally build`: has workers count all tiles of operations' rasters. */
export function tallyBuildCommand(): Command {
  return workCommand(
    'build',
    'count all tiles of the rasters of operations, so that no request needs to again',
    'Stopped or killed, the same command goes on: it finds what is there by then.',
  );
}

/** `catchment tally verify`: has workers count again what is kept. */
export function tallyVerifyCommand(): Command {
  return workCommand(
    'verify',
    'count the tiles that are kept once more, and compare',
    'Ends with failures when a number is not what counting gives: drop that tally then, and build it again.',
  );
}

function workCommand(work: TallyInput['work'], description: string, remark: string): Command {
  return new Command(work)
    .description(description)
    .argument('<operations...>', 'operations of the catalog (with every value of their parameters), or all')
    .option('--in-flight <number>', 'so many chunks of 16 × 16 tiles are in the queue at once, at most', inFlight, 32)
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)')
    .option('--json', 'print a line of JSON for each operation')
    .addHelpText(
      'after',
      `
Needs QUEUE_REDIS_URL and TALLY_URL, and workers elsewhere with the same TALLY_URL. ${remark}

${exitCodeHelp}

Example:
  catchment tally ${work} landcover_soil`,
    )
    .action(async (names: string[], options: WorkOptions, command: Command) => {
      const summaries = await doWork(work, names, { options, command });
      for (const summary of summaries) {
        if (options.json) console.log(JSON.stringify(summary));
        else say(tallyWorkText(summary));
      }
      if (summaries.some(({ stopped }) => stopped)) process.exitCode = exitCodes.interrupted;
      else if (summaries.some(({ failures, wrong }) => wrong > 0 || Object.keys(failures).length > 0))
        process.exitCode = exitCodes.endedWithFailures;
    });
}

async function doWork(
  work: TallyInput['work'],
  names: readonly string[],
  { options, command }: { readonly options: WorkOptions; readonly command: Command },
): Promise<TallyWorkSummary[]> {
  const planned = await withTallies(options, async (open) => {
    operationsAsked(command, open.catalog, { names });
    const plans = await plannedTallies(open, names);
    if (isRefusal(plans)) throw new Error(plans.problem);
    return plans;
  });
  const stop = new AbortController();
  void untilStopped().then(() => stop.abort());
  return withTallyQueue(async (queue) => {
    const summaries: TallyWorkSummary[] = [];
    const bar = progressBar('chunks');
    const sources = { queues: queue.queues, presence: openPresence(queue.queues) };
    const watch = watchUntaken(() => queueWaitsFor(sources, 'tally'), bar);
    const all = planned.flatMap(({ plan }) => plan.tiers).reduce((sum, chunks) => sum + chunks.length, 0);
    let ended = 0;
    const onChunk = () => bar.update((ended += 1), all);
    bar.update(0, all);
    try {
      for (const one of planned) {
        const how = { ...queue, onChunk, inFlight: options.inFlight, signal: stop.signal };
        summaries.push(await workThroughTally(work, one, how));
        if (stop.signal.aborted) break;
      }
    } finally {
      watch.stop();
      bar.stop();
    }
    return summaries;
  });
}

function inFlight(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new InvalidArgumentError('expected a whole number from 1 to 10000');
}
