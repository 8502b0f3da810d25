import type { AnyRequest } from '@cellshed/contracts';
import { DelayedError, type Job } from 'bullmq';
import type { Computable, Computations } from '../books/computations.ts';
import type { Requests, WaitingRequest } from '../books/requests.ts';
import type { Spending } from '../books/spending.ts';
import { causedBy } from '../contracts/caused-by.ts';
import { computableOf, inOrder } from '../contracts/many.ts';
import { packedIfLarge } from '../contracts/packed.ts';
import { membersOf } from '../contracts/request.ts';
import type { Found, StartInput, StartResult } from '../contracts/start.ts';
import type { Take, TakenJob } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { firstTurn } from '../turns.ts';
import { DataLost } from './permanent-failure.ts';
import { type RunningWorker, run, tell, type WorkerSettings } from './run.ts';

/** Does the part of `start` that knows what is counted. */
export interface StartProcessor {
  /** Identifies a request and looks for the result of each member in the cache. */
  find(input: StartInput): Promise<{ readonly members: readonly Found[] } | { readonly refused: string }>;
  /** Copies what a request has drawn to the computation that it has begun. */
  share(request: string, computation: string, computable: Pick<Computable, 'request'>): Promise<void>;
}

export interface StartBooks {
  readonly computations: Pick<Computations, 'join' | 'add' | 'leave' | 'park' | 'areOver'>;
  readonly requests: Requests;
  readonly spending: Pick<Spending, 'refusal'>;
  readonly isDismissed: (request: string) => Promise<boolean>;
}

/**
 * The longest sleep of a request that waits for a computation. The end of the computation wakes it;
 * only one that is lost is noticed by looking.
 */
const lookAgainMilliseconds = 10_000;

/** Takes start jobs. */
export function runStart(
  queues: Queues,
  { computations, requests, spending, isDismissed }: StartBooks,
  process: StartProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const take: Take<'start'> = async (taken) => {
    const { job, data } = taken;
    if (job.attemptsStarted > 1 && (await isDismissed(data.id))) return { outcome: 'dismissed' };
    // It is known only to a job that has run before.
    const parked = job.attemptsStarted > 1 ? await requests.read(data.id) : undefined;
    if (parked?.members && parked.start === job.id) return waitFor(parked, taken);
    const found = await process.find(data);
    if ('refused' in found) return { outcome: 'refused', problem: found.refused };
    try {
      return (await begin(found.members, taken)) ?? { outcome: 'dismissed' };
    } catch (error) {
      if (!(error instanceof DataLost)) throw error;
      await tell(queues, 'start', settings, { job, error });
      return { outcome: 'gone' };
    }
  };
  return run(queues, 'start', settings, { start: take });

  /** Has the request wait for what is missing. Undefined: it is dismissed. */
  async function begin(members: readonly Found[], taken: TakenJob<'start'>): Promise<StartResult | undefined> {
    const { job, data } = taken;
    const { id, client } = data;
    const startedAt = data.startedAt ?? job.processedOn ?? Date.now();
    const missing = members.filter(({ ticket }) => ticket === undefined);
    if (missing.length === 0) return { outcome: 'found', startedAt, members: packedIfLarge([...members]) };
    const overspent = client === undefined ? undefined : await spending.refusal(client);
    if (overspent) return { outcome: 'refused', ...overspent };
    const record = { startedAt, start: job.id as string };
    const keys = [...new Set(missing.map(({ key }) => key))];
    const joined = await computations.join(id, keys, { ...record, client, turn: turnOf(taken) });
    if (!joined) return undefined;
    const holders = new Map(keys.map((key, i) => [key, joined.computations[i] as string]));
    const all = members.map((one) => {
      const computation = one.ticket ? undefined : holders.get(one.key);
      return computation === undefined ? one : { ...one, computation };
    });
    for (const computation of joined.begun) await add(partOf(data.request, all, computation), computation, taken);
    const packed = packedIfLarge(all);
    const awaited = [...new Set(joined.computations)];
    if (awaited.every((one) => joined.begun.includes(one))) return { outcome: 'found', startedAt, members: packed };
    const waiting = { ...record, members: packed, computations: awaited };
    await computations.park(id, waiting);
    return waitFor(waiting, taken);
  }

  /** Adds the job of a computation that the request has begun. */
  async function add(computable: Computable, computation: string, taken: TakenJob<'start'>): Promise<void> {
    const { data } = taken;
    try {
      await process.share(data.id, computation, computable);
      const asking = { request: data.id, client: data.client, turn: turnOf(taken) };
      await computations.add(computation, computable, { ...asking, ...causedBy(data) });
    } catch (error) {
      // Others that ask for the same need not wait until it is taken for lost.
      await computations.leave(data.id).catch(settings.onError);
      throw error;
    }
  }

  /** Returns what was found once all its computations are over, or parks the job until then. */
  async function waitFor(waiting: WaitingRequest, { job, data, token }: TakenJob<'start'>): Promise<StartResult> {
    const { computations: awaited, startedAt, members = [] } = waiting;
    const areOver = async () => (await computations.areOver(awaited)).every(Boolean);
    if (await areOver()) return { outcome: 'found', startedAt, members: members as Found[] };
    await job.moveToDelayed(Date.now() + lookAgainMilliseconds, token);
    // The last may have ended, or the request been dismissed, before this job was parked. Then
    // nobody was there to wake.
    if ((await areOver()) || (await isDismissed(data.id))) await wake(job);
    throw new DelayedError();
  }
}

/** The turn of a request, which its start job has too. */
function turnOf({ job }: TakenJob<'start'>): number {
  return job.priority || firstTurn;
}

async function wake(job: Job): Promise<void> {
  await job.promote().catch(() => undefined);
}

/** The part of a request that one computation computes. */
function partOf(request: AnyRequest, members: readonly Found[], computation: string): Computable {
  const requests = membersOf(request);
  const own = members.flatMap((found, i) => {
    return found.computation === computation ? [{ ...found, request: requests[i] as (typeof requests)[number] }] : [];
  });
  return computableOf(inOrder([...new Map(own.map((one) => [one.key, one])).values()]));
}
