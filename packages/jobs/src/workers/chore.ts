import { failureText, readFailure } from '@cellshed/telling';
import { DelayedError } from 'bullmq';
import { type Background, ChoreStopped, openBackground } from '../books/background.ts';
import { ended, readChore } from '../books/chore-records.ts';
import { note } from '../books/chore-scripts.ts';
import { mostFailures, openEnding } from '../books/chores.ts';
import type { Computations } from '../books/computations.ts';
import { begunBy } from '../books/holding.ts';
import { tallyMark, withdrawAll } from '../books/withdrawing.ts';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import type { ChoreAsk } from '../contracts/chore.ts';
import type { Take, TakenJob } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { troubledJob } from './failed-job.ts';
import { PermanentFailure } from './permanent-failure.ts';
import type { Processor } from './plain.ts';
import { type RunningWorker, run, type WorkerSettings } from './run.ts';

/** How far a chore has got since it was noted last. */
export interface ChoreStep {
  /** The marks by which it goes on if this worker is lost: plain JSON. */
  readonly marks?: unknown;
  /** The list that it works through, if that is kept: plain JSON, which is written once. */
  readonly plan?: unknown;
  /** How much it is in all, and of what. */
  readonly planned?: number;
  readonly unit?: string;
  /** Counts of what has ended before the marks, by names; `done` is the progress. */
  readonly add?: Readonly<Record<string, number>>;
  /** The counts of what has ended after them, which is found again by who goes on. */
  readonly since?: Readonly<Record<string, number>>;
  /** The names of what has failed, and the causes. */
  readonly failures?: readonly (readonly [name: string, reason: string])[];
}

/** A chore as its processor sees it. */
export interface ChoreWork {
  readonly id: string;
  readonly ask: ChoreAsk;
  /** The HTTP request that asked for it. */
  readonly cause: CausedBy;
  /** The marks that it left; undefined: it begins. */
  readonly marks: unknown;
  /** The list that it works through, if that was noted. */
  readonly plan: unknown;
  /** The computations that it has begun in the background. */
  readonly background: Background;
  /** Notes a tally job that it begins, so that it is taken back with the chore, or that is over. */
  readonly tallyJob: { begin(job: string): Promise<void>; over(job: string): Promise<void> };
  /** Notes how far it is. Throws ChoreStopped if it is to stop. */
  note(step: ChoreStep): Promise<void>;
}

/** The end of a chore's turn: it is done, or rests until a time, in epoch milliseconds. */
export type ChoreTurn = 'done' | { readonly restsUntil: number; readonly problem: string };

/**
 * Does a chore, from its marks on. It ends soon after the signal is aborted, however. An error that
 * a later try may cure is thrown; a PermanentFailure fails the chore.
 */
export type ChoreProcessor = (work: ChoreWork, signal: AbortSignal) => Promise<ChoreTurn>;

export interface ChoreProcessors {
  readonly chore: ChoreProcessor;
  readonly scheduled: Processor<'scheduled'>;
  readonly watch: Processor<'watch'>;
}

/** The interval at which a worker looks whether a chore is to stop. */
const lookMilliseconds = 500;
/** The time after which a paused chore looks again: resuming wakes it. */
const pausedMilliseconds = 3_600_000;
/** The errors in a row, with rests in between, after which a chore has failed. */
const mostTries = 12;
const longestRestMilliseconds = 60_000;
const longestReason = 500;

/** Takes chores, and what asks for them by itself. */
export function runChores(
  queues: Queues,
  computations: Pick<Computations, 'end' | 'raisedTo'>,
  processors: ChoreProcessors,
  settings: WorkerSettings,
): RunningWorker {
  const { redis, key, chore: queue } = queues;
  const call = scriptsOn(redis, { note });
  const end = openEnding(queues);

  /** Writes to the record of a chore. Answers its wish, or `lost` if another worker has it. */
  async function write({ job, token }: TakenJob<'chore'>, change: object): Promise<string> {
    const id = job.id as string;
    const names = [
      key('chore-record', id),
      `${queue.toKey(id)}:lock`,
      key('chore-record', `${id}:failures`),
      queue.toKey(id),
    ];
    return (await call.note(names, [token, JSON.stringify(change), mostFailures])) as string;
  }

  const take: Take<'chore'> = async (taken, signal) => {
    const { job, token } = taken;
    const id = job.id as string;
    const { requestId: _requestId, ...ask } = taken.data;
    const cause = causedBy(taken.data);
    const record = await readChore(queues, id);
    if (!record) throw new PermanentFailure('the record of this chore is no longer kept: ask for it again');
    if (ended.has(record.state)) return { state: record.state as 'done' };
    const raw = await redis.hmget(key('chore-record', id), 'marks', 'tries', 'startedAt', 'plan');
    const started = raw[2] === null || raw[2] === undefined ? { startedAt: String(Date.now()) } : {};
    // Results that had ended since the marks are found again.
    const wish = await write(taken, { set: { since: '', restsUntil: '', problem: '', ...started } });
    if (wish !== '') return stop(taken, wish);
    const stopping = new AbortController();
    const onAbort = () => stopping.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const looking = setInterval(() => {
      write(taken, {}).then((now) => now !== '' && stopping.abort(new ChoreStopped(now)), settings.onError);
    }, lookMilliseconds);
    try {
      const work: ChoreWork = {
        ...{ id, ask, cause, marks: parsed(raw[0]), plan: parsed(raw[3]) },
        background: openBackground(queues, computations, { chore: id, ...cause }),
        tallyJob: {
          begin: async (tally) => void (await redis.sadd(begunBy(key, id), tallyMark + tally)),
          over: async (tally) => void (await redis.srem(begunBy(key, id), tallyMark + tally)),
        },
        note: noting(taken, stopping),
      };
      const turn = await processors.chore(work, stopping.signal);
      if (stopping.signal.aborted) return await stop(taken, await write(taken, {}));
      if (turn !== 'done') return await rest(taken, turn);
      await end(id, { token, state: 'done' });
      return { state: 'done' };
    } catch (error) {
      // It is parked.
      if (error instanceof DelayedError) throw error;
      // Another worker goes on with it.
      stopping.abort(error);
      if (signal.aborted) throw error;
      const now = await write(taken, {});
      if (now !== '') return await stop(taken, now);
      return await interrupted(taken, error as Error, Number(raw[1] ?? 0) + 1);
    } finally {
      clearInterval(looking);
      signal.removeEventListener('abort', onAbort);
    }
  };

  function noting(taken: TakenJob<'chore'>, stopping: AbortController): ChoreWork['note'] {
    return async ({ marks, plan, planned, unit, add, since, failures = [] }) => {
      const set = {
        ...(marks !== undefined && { marks: JSON.stringify(marks) }),
        ...(plan !== undefined && { plan: JSON.stringify(plan) }),
        ...(planned !== undefined && { planned: String(planned) }),
        ...(unit !== undefined && { unit }),
        since: since ? JSON.stringify(since) : '',
        ...(add && { tries: '0' }),
      };
      const counts = Object.entries(add ?? {}).map(([name, count]) => [name, String(count)] as const);
      const wish = await write(taken, {
        set,
        ...(add && { add: Object.fromEntries(counts) }),
        failures: failures.map(([name, reason]) => [name, reason.slice(0, longestReason)]),
      });
      if (wish !== '') {
        stopping.abort(new ChoreStopped(wish));
        throw new ChoreStopped(wish);
      }
      const { progress, counts: all } = (await readChore(queues, taken.job.id as string)) ?? {};
      await taken.job.updateProgress({ ...progress, ...all });
    };
  }

  /** Does what an operator wishes of a chore. */
  async function stop(taken: TakenJob<'chore'>, wish: string): Promise<{ state: 'cancelled' }> {
    const { job, token } = taken;
    const id = job.id as string;
    if (wish === 'cancel') {
      await withdrawAll(queues, id, 'all');
      await end(id, { token, state: 'cancelled' });
      return { state: 'cancelled' };
    }
    if (wish !== 'pause') throw new Error('another worker does this chore');
    await withdrawAll(queues, id, 'waiting');
    await job.moveToDelayed(Date.now() + pausedMilliseconds, token);
    // It may have been resumed or cancelled before it was parked: nobody was there to wake.
    if ((await redis.hget(key('chore-record', id), 'wish')) !== 'pause') await job.promote().catch(() => undefined);
    throw new DelayedError();
  }

  async function rest(taken: TakenJob<'chore'>, { restsUntil, problem }: Exclude<ChoreTurn, 'done'>): Promise<never> {
    await write(taken, { set: { restsUntil: String(restsUntil), problem } });
    await taken.job.moveToDelayed(restsUntil, taken.token);
    throw new DelayedError();
  }

  /** Lets a chore rest after an error, longer each time, and gives it up after many in a row. */
  async function interrupted(taken: TakenJob<'chore'>, error: Error, tries: number): Promise<{ state: 'failed' }> {
    const problem = failureText(error);
    if (error instanceof PermanentFailure || tries > mostTries) {
      await end(taken.job.id as string, { token: taken.token, state: 'failed', problem: told(error) });
      throw error instanceof PermanentFailure ? error : new PermanentFailure(problem);
    }
    settings.onRests?.(troubledJob(taken.job, error));
    await write(taken, { set: { tries: String(tries) } });
    const restsUntil = Date.now() + Math.min(longestRestMilliseconds, 500 * 2 ** tries);
    return rest(taken, { restsUntil, problem: told(error) });
  }

  const takers = {
    chore: take,
    scheduled: ({ data }: TakenJob<'scheduled'>, signal: AbortSignal) => processors.scheduled(data, signal),
    watch: ({ data }: TakenJob<'watch'>, signal: AbortSignal) => processors.watch(data, signal),
  };
  return run(queues, 'chore', settings, takers, async (job, error) => {
    if (job.name !== 'chore') return;
    const lock = (await redis.get(`${queue.toKey(job.id as string)}:lock`)) ?? '';
    await end(job.id as string, { token: lock, state: 'failed', problem: told(error) });
  });
}

function parsed(text: string | null | undefined): unknown {
  return text ? JSON.parse(text) : undefined;
}

/** The sentence about an error for the operator. */
function told(error: Error): string {
  return readFailure(failureText(error)).cause.slice(0, longestReason);
}
