import { randomUUID } from 'node:crypto';
import { Job } from 'bullmq';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import type { BackgroundReason, ComputeInput, Identified, Plan } from '../contracts/compute.ts';
import type { Outcome } from '../contracts/outcome.ts';
import { packedIfLarge } from '../contracts/packed.ts';
import { optionsOf } from '../jobs.ts';
import { longestOpenSeconds, type Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { backgroundPriority, firstTurn } from '../turns.ts';
import { addForNobody } from './add-for-nobody.ts';
import * as scripts from './computation-scripts.ts';
import { hastenById, type PlannedRun } from './hasten.ts';
import { type Asking, addedWithinMilliseconds, nameOf, nobody, openHolding } from './holding.ts';
import { type RequestRecord, recordText, type WaitingRequest } from './requests.ts';

/** The work of a computation: a request, and the identity of each of its members. */
export interface Computable extends Pick<ComputeInput, 'request'> {
  readonly members: readonly Identified[];
}

/** A computation for nobody, and the reason to begin it; by default an operator's wish. */
type Wanted = Computable & CausedBy & { readonly for?: BackgroundReason };

/** The computations for which a request waits. */
export interface Joined {
  /** The id of the computation of each key. */
  readonly computations: readonly string[];
  /** Those that the request has begun: their jobs are still to be added. */
  readonly begun: readonly string[];
}

/**
 * The computations of the whole cluster, one for each key, and the requests that wait for them.
 * `computation-scripts.ts` has their form in Redis. An id is never used again.
 */
export interface Computations {
  /**
   * Has a request wait for the computations of some keys; those that nobody computes are held by a
   * new one. Raises those that stand behind the request's turn. Undefined: the request is
   * dismissed.
   */
  join(request: string, keys: readonly string[], record: RequestRecord & Asking): Promise<Joined | undefined>;
  /** Adds the job of a computation that a request has begun, as a child of its finish job. */
  add(computation: string, input: Computable, asking: Asking & { readonly request: string }): Promise<void>;
  /**
   * Starts a computation for nobody, after everything that people wait for, or finds the one that
   * holds its key. Resolves to its id. It goes on, whichever requests join and leave. `prepare` is
   * called before the job of a new one is added.
   */
  begin(wanted: Wanted, prepare?: (computation: string) => Promise<void>): Promise<string>;
  /**
   * Takes a request away from all it waits for. What nobody waits for is cancelled, wherever it
   * runs.
   */
  leave(request: string): Promise<void>;
  /** Whether each computation is over. One whose job is lost is over, too. */
  areOver(computations: readonly string[]): Promise<boolean[]>;
  /** The outcome of each computation that is over, for as long as it is noted. */
  outcomes(computations: readonly string[]): Promise<(Outcome | undefined)[]>;
  /** Whether a computation is over, and its plan if it was cut into batches. */
  open(computation: string): Promise<OpenComputation | undefined>;
  /** Lets a failed computation hold its keys again. Answers whether it had failed. */
  reopen(computation: string, keys: readonly string[]): Promise<boolean>;
  isOver(computation: string): Promise<boolean>;
  /** The turn of a request that waits for a computation that was begun for nobody, if one does. */
  raisedTo(computation: string): Promise<number | undefined>;
  /** Keeps the plan of a computation, if its job is locked by the holder of this token. */
  plan(computation: string, plan: Plan, token: string): Promise<boolean>;
  /**
   * Notes the outcome of a computation, charges its client for cells that were not charged before,
   * and wakes all requests that wait for it. Answers false, and does nothing, if it was over.
   */
  end(
    computation: string,
    outcome: Outcome,
    charged?: { readonly client: string | undefined; readonly cells: number },
  ): Promise<boolean>;
  /** Notes that a start job is parked, and what the request waits for. */
  park(request: string, waiting: WaitingRequest): Promise<void>;
  /** The requests that wait for a computation. */
  waiting(computation: string): Promise<string[]>;
}

export interface OpenComputation extends PlannedRun {
  /** Whether its client was charged, before the worker that did it was lost. */
  readonly isCharged: boolean;
}

/** The time from the first cells of a client until its allowance begins anew. */
export const spentSeconds = 3600;

/** The time for which the outcome of a computation for nobody is noted. */
const unawaitedSeconds = 60;

export function openComputations(queues: Queues): Computations {
  const { redis, key, count } = queues;
  const prefix = key('');
  const call = scriptsOn(redis, scripts);
  const hold = openHolding(queues);
  const notedSeconds = 2 * queues.retentionSeconds;
  const hash = (computation: string) => key('computation', computation);
  const note = (computation: string) => key('ended', computation);

  const end: Computations['end'] = async (
    computation,
    outcome,
    { client, cells } = { client: undefined, cells: 0 },
  ) => {
    const seconds = 'result' in outcome || outcome.outcome !== 'done' ? notedSeconds : unawaitedSeconds;
    const names = [hash(computation), note(computation), key('spent', client ?? '')];
    const charge = [client === undefined ? 0 : Math.ceil(cells), spentSeconds];
    const args = [prefix, computation, JSON.stringify(outcome), seconds, ...charge];
    const parked = (await call.end(names, args)) as string[] | null;
    await Promise.all((parked ?? []).map((job) => promote(queues.start, job)));
    return parked !== null;
  };

  const raisedTo: Computations['raisedTo'] = async (computation) => {
    const turn = Number((await redis.hget(hash(computation), 'turn')) ?? backgroundPriority);
    return turn < backgroundPriority ? turn : undefined;
  };

  return {
    join: async (request, keys, { client, turn = firstTurn, ...record }) => {
      const held = await hold(request, keys, {
        record: JSON.stringify(record),
        turn,
        ...(client !== undefined && { client }),
      });
      if (!held) return undefined;
      for (const computation of held.raised) await hastenById(queues, computation, turn);
      return held;
    },
    add: async (computation, { request, members }, { request: id, client, turn, ...cause }) => {
      const input = {
        ...causedBy(cause),
        request,
        members: packedIfLarge([...members]),
        for: { requests: { ...(client !== undefined && { client }) } },
      };
      const options = {
        ...optionsOf('compute', turn),
        jobId: computation,
        parent: { id, queue: queues.finish.qualifiedName },
        ignoreDependencyOnFailure: true,
      };
      await count.add('compute', input, options);
    },
    begin: async ({ request, members, for: reason = { background: { isSwept: false } }, ...cause }, prepare) => {
      const keys = members.map(({ key }) => key);
      const held = await hold(nobody, keys, { record: '', turn: backgroundPriority });
      const [computation] = held?.computations as [string];
      if (!held?.begun.includes(computation)) return computation;
      const books = { end, raisedTo };
      await addForNobody(queues, books, { computation, computable: { request, members }, reason, prepare, cause });
      return computation;
    },
    leave: async (request) => {
      await call.leave([key('request', request)], [prefix, request, notedSeconds]);
    },
    areOver: async (computations) => {
      const args = [prefix, longestOpenSeconds, addedWithinMilliseconds, notedSeconds, ...computations];
      const over = (await call.look([hash(computations[0] ?? '')], args)) as number[];
      return over.map((one) => one === 1);
    },
    outcomes: async (computations) => {
      if (computations.length === 0) return [];
      const notes = await redis.mget(computations.map(note));
      return notes.map((text) => (text === null ? undefined : JSON.parse(text)));
    },
    open: async (computation) => {
      const [by, run, plan, client] = await redis.hmget(hash(computation), 'by', 'run', 'plan', 'client');
      if (!by) return undefined;
      return { run: run ?? '', isCharged: client === null, ...(plan && { plan: JSON.parse(plan) as Plan }) };
    },
    reopen: async (computation, keys) => {
      const args = [prefix, computation, longestOpenSeconds, randomUUID(), ...keys.map(nameOf)];
      return (await call.reopen([hash(computation), note(computation)], args)) === 1;
    },
    isOver: async (computation) => (await redis.exists(hash(computation))) === 0,
    raisedTo,
    plan: async (computation, plan, token) => {
      const { tiles: planned, tallied } = plan;
      const members = ['plan', JSON.stringify(plan), 'planned', planned, 'tallied', tallied];
      const lock = `${count.toKey(computation)}:lock`;
      return (await call.keep([hash(computation), lock], [token, ...members])) === 1;
    },
    end,
    park: async (request, waiting) => {
      const times = [longestOpenSeconds, notedSeconds];
      const args = [prefix, request, waiting.start, ...times, recordText(waiting), ...waiting.computations];
      await call.park([key('request', request)], args);
    },
    waiting: async (computation) => {
      const fields = await redis.hkeys(hash(computation));
      return fields.flatMap((field) => (field.startsWith('w:') ? [field.slice(2)] : [])).sort();
    },
  };
}

/** Promotes a delayed job, whatever it is. Any other stays as it is. */
export async function promote(queue: Queues['start'], id: string): Promise<void> {
  const job = await Job.fromId(queue, id);
  if (job && (await job.isDelayed())) await job.promote().catch(() => undefined);
}
