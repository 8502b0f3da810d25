import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import type { ChoreAsk, ChoreKind } from '../contracts/chore.ts';
import type { Queues } from '../queues.ts';

/** How a chore stands. */
export type ChoreState =
  /** Its job stands in the queue. */
  | 'waiting'
  | 'running'
  /** It is to be paused or cancelled, and its worker has not heard of that yet. */
  | 'pausing'
  | 'cancelling'
  | 'paused'
  /** Its budget is spent for now, or a store that it needs is away. */
  | 'resting'
  | 'done'
  | 'cancelled'
  | 'failed'
  /** Its job was removed. It can be resumed. */
  | 'lost';

/** A chore: what was asked, and how far it is. Times are epoch milliseconds. */
export interface ChoreStatus extends CausedBy {
  readonly id: string;
  readonly kind: ChoreKind;
  readonly asked: ChoreAsk;
  /** The name of a key that asked, `operator`, or `schedule NAME`. */
  readonly by: string;
  readonly state: ChoreState;
  readonly askedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** How much of it has ended, and of how much; absent before that is known. */
  readonly progress?: { readonly done: number; readonly planned?: number; readonly unit: string };
  /** Counts of its outcomes, by their names. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it has failed, or rests. */
  readonly problem?: string;
  readonly restsUntil?: number;
}

export const ended: ReadonlySet<ChoreState> = new Set(['done', 'cancelled', 'failed']);

/** The status that a record and its job come to; undefined: there is no such record. */
export async function readChore({ redis, key, chore }: Queues, id: string): Promise<ChoreStatus | undefined> {
  const [record, job] = await Promise.all([redis.hgetall(key('chore-record', id)), chore.getJobState(id)]);
  if (record.ask === undefined || record.state === undefined) return undefined;
  return { id, ...statusOf(record, job) };
}

/** The time within which the job of a new record is added. */
const addedWithinMilliseconds = 10_000;

function statusOf(record: Readonly<Record<string, string>>, job: string): Omit<ChoreStatus, 'id'> {
  const asked = JSON.parse(record.ask as string) as ChoreAsk;
  const counts = countsOf(record);
  const time = (name: string) => (record[name] === undefined ? {} : { [name]: Number(record[name]) });
  const { done = 0, ...others } = counts;
  const planned = record.planned === undefined ? {} : { planned: Number(record.planned) };
  return {
    ...{ kind: asked.kind, asked, by: record.by ?? 'operator', state: stateOf(record, job) },
    askedAt: Number(record.askedAt),
    ...causedBy(record),
    ...time('startedAt'),
    ...time('endedAt'),
    ...(record.unit !== undefined && { progress: { done, ...planned, unit: record.unit } }),
    counts: others,
    ...(record.problem !== undefined && { problem: record.problem }),
    ...time('restsUntil'),
  };
}

/** All counts: those up to the marks, and those since. */
function countsOf(record: Readonly<Record<string, string>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(record)) if (name.startsWith('n:')) counts[name.slice(2)] = Number(value);
  const since = JSON.parse(record.since || '{}') as Record<string, number>;
  for (const [name, value] of Object.entries(since)) counts[name] = (counts[name] ?? 0) + value;
  return counts;
}

function stateOf({ state, wish, restsUntil, askedAt }: Readonly<Record<string, string>>, job: string): ChoreState {
  if (state !== 'open') return state as ChoreState;
  const isActive = job === 'active';
  if (wish === 'cancel') return 'cancelling';
  if (wish === 'pause') return isActive ? 'pausing' : 'paused';
  if (isActive) return 'running';
  const isIn = job === 'waiting' || job === 'prioritized' || job === 'delayed';
  if (!isIn && Date.now() - Number(askedAt) > addedWithinMilliseconds) return 'lost';
  return job === 'delayed' && restsUntil !== undefined ? 'resting' : 'waiting';
}
