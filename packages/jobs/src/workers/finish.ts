import type { AnyRequest } from '@cellshed/contracts';
import { type Job, WaitingChildrenError } from 'bullmq';
import { openWaiting } from '../books/waiting.ts';
import { causedBy } from '../contracts/caused-by.ts';
import type { FinishInput, FinishResult } from '../contracts/finish.ts';
import type { StartResult } from '../contracts/start.ts';
import type { Take, TakenJob } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { addRound, roundOf } from '../submit.ts';
import { firstTurn } from '../turns.ts';
import { KnownFailure, PermanentFailure } from './permanent-failure.ts';
import { type RunningWorker, run, type WorkerSettings } from './run.ts';

/** The findings of start, for finish. */
export type Started = Extract<StartResult, { outcome: 'found' }>;

/** Serves what start has found; or says, in a sentence, why the request has to be started again. */
export type FinishProcessor = (
  input: FinishInput & { readonly id: string; readonly started: Started },
  signal: AbortSignal,
) => Promise<FinishResult | { readonly again: string }>;

/** Does the part of `finish` that knows what is counted. */
export interface FinishProcessors {
  readonly finish: FinishProcessor;
  /** Deletes what was kept for a request that has ended. */
  readonly forget: (id: string, request: AnyRequest & Pick<FinishInput, 'answer'>) => Promise<void>;
  readonly isDismissed: (request: string) => Promise<boolean>;
  /** Takes a request away from the computations that it waits for. */
  readonly leave: (request: string) => Promise<void>;
}

/** The most rounds of a request: a raster that is replaced again and again is given up. */
const mostRounds = 5;

function givenUp(why: string): string {
  return `${why}: given up after ${mostRounds} times; ask again`;
}

/** A start job of a request, by its round: what it returned, or why it failed. */
type Round = { readonly round: number } & ({ readonly started: StartResult } | { readonly reason: string });

/** Takes finish jobs. They run when start, and a computation that start has begun, are over. */
export function runFinish(
  queues: Queues,
  { finish, forget, isDismissed, leave }: FinishProcessors,
  settings: WorkerSettings,
): RunningWorker {
  const { redis, key, retentionSeconds } = queues;
  const waiting = openWaiting(queues);
  const take: Take<'finish'> = async (taken, signal) => {
    const { job, data } = taken;
    const id = job.id as string;
    const { waitsAs, ...input } = data;
    // A dismissal takes the request out of the list first, so one that was in it is not dismissed.
    let [isWanted, first]: [boolean, Round | undefined] = await Promise.all([
      waitsAs !== undefined && waiting.leave(waitsAs, id),
      lastRound(queues, job),
    ]);
    for (;;) {
      const last: Round = first ?? (await lastRound(queues, job));
      first = undefined;
      // The round of a failure that was told: who tries again asks for another one.
      const told = job.attemptsMade > 0 ? Number(await redis.get(key('failed', id))) : 0;
      const answer = last.round === told ? { again: '' } : await answerTo(last);
      if ('again' in answer) {
        if (last.round - told >= mostRounds) throw await failing(new PermanentFailure(givenUp(answer.again)));
        await again(last, taken);
        continue;
      }
      await forget(id, input);
      return answer;

      async function answerTo(one: Round): Promise<FinishResult | { readonly again: string }> {
        if (!isWanted && (await isDismissed(id))) return dismissed();
        isWanted = false;
        if ('reason' in one) throw await failing(new KnownFailure(one.reason));
        const { started } = one;
        if (started.outcome !== 'found') return started;
        try {
          return await finish({ ...input, id, started }, signal);
        } catch (error) {
          if (error instanceof PermanentFailure) await note(one.round);
          throw error;
        }
      }

      async function dismissed(): Promise<FinishResult> {
        // The mark was to outlive a request that waits; now it need not outlive the job.
        await redis.expire(key('dismissed', id), 2 * retentionSeconds);
        return { outcome: 'dismissed' };
      }

      async function failing(failure: PermanentFailure): Promise<PermanentFailure> {
        await note(last.round);
        return failure;
      }

      async function note(round: number): Promise<void> {
        await redis.set(key('failed', id), round, 'EX', 2 * retentionSeconds);
      }
    }
  };
  return run(queues, 'finish', settings, { finish: take });

  /** Begins the next round and waits for it; returns if it is over already. */
  async function again(last: Round, { job, data, token }: TakenJob<'finish'>): Promise<void> {
    // A start job that was tried again, or a computation, may still be under way.
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    await leave(job.id as string);
    const { answer: _form, waitsAs: _name, client, requestId, ...request } = data;
    const startedAt = 'started' in last && last.started.outcome === 'found' ? last.started.startedAt : undefined;
    const turn = job.priority || firstTurn;
    await addRound(
      queues,
      { round: last.round + 1, turn },
      {
        id: job.id as string,
        request,
        ...causedBy({ requestId }),
        ...(client !== undefined && { client }),
        ...(startedAt !== undefined && { startedAt }),
      },
    );
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  }
}

/** The last round of a request. Round 0 has no start job: an operator has removed it. */
async function lastRound({ start }: Queues, job: Job): Promise<Round> {
  const before = start.toKey('');
  const roundsIn = (children: Readonly<Record<string, unknown>>) =>
    Object.keys(children).flatMap((name) =>
      name.startsWith(before) ? [[roundOf(name.slice(before.length)), name]] : [],
    ) as [number, string][];
  const latest = (rounds: [number, string][]) => rounds.toSorted(([a], [b]) => b - a)[0];
  const returned = await job.getChildrenValues<StartResult>();
  const done = latest(roundsIn(returned));
  if (done && job.attemptsStarted === 1) return { round: done[0], started: returned[done[1]] as StartResult };
  const failures = await job.getIgnoredChildrenFailures();
  const failed = latest(roundsIn(failures));
  if (failed && (!done || failed[0] > done[0])) return { round: failed[0], reason: failures[failed[1]] as string };
  return done ? { round: done[0], started: returned[done[1]] as StartResult } : { round: 0, reason: '' };
}
