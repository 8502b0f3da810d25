import { createHash, randomUUID } from 'node:crypto';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import type { ChoreAsk } from '../contracts/chore.ts';
import { optionsOf } from '../jobs.ts';
import { longestOpenSeconds, type Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { type ChoreStatus, ended, readChore } from './chore-records.ts';
import { endChore, enter, reopenChore, wish } from './chore-scripts.ts';
import { promote } from './computations.ts';
import { begunBy, stopOf } from './holding.ts';
import { withdrawAll } from './withdrawing.ts';

export interface AskedChore extends CausedBy {
  /** The name of a key that asks, `operator`, or `schedule NAME`. */
  readonly by: string;
  /** A name that the client gives its question: asked again, it is the same chore. */
  readonly idempotencyKey?: string | undefined;
}

/** `same`: that chore is under way, or was asked for under that name. */
export type ChoreEntered =
  | { readonly outcome: 'new' | 'same'; readonly id: string }
  /** Something else was asked for under that name. */
  | { readonly outcome: 'other'; readonly id: string }
  /** As many chores are under way as may. */
  | { readonly outcome: 'full' };

/** The chores that operators ask for, and pause, resume or cancel. */
export interface Chores {
  ask(chore: ChoreAsk, asked: AskedChore): Promise<ChoreEntered>;
  /** The chores that are remembered, the newest first: all, or those that have not ended. */
  list(which: 'all' | 'underWay'): Promise<ChoreStatus[]>;
  read(id: string): Promise<ChoreStatus | undefined>;
  /** Some of what failed, and why, by their names. */
  failures(id: string, page: { readonly offset: number; readonly limit: number }): Promise<ChoreFailures>;
  /** Each answers the status before; undefined: there is no such chore. */
  pause(id: string): Promise<ChoreStatus | undefined>;
  resume(id: string): Promise<ChoreStatus | undefined>;
  cancel(id: string): Promise<ChoreStatus | undefined>;
}

export interface ChoreFailures {
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  /** The failures that are kept: the first ones. */
  readonly kept: number;
}

/** The most chores that are under way at once, and that are remembered. */
const mostUnderWay = 100;
const mostRemembered = 200;
/** The failures that are kept of each chore. */
export const mostFailures = 1000;
/** The time for which a chore that has ended is remembered. */
const endedSeconds = 30 * 24 * 3600;
/** The time for which the name that a client has given its question is remembered. */
const keySeconds = 24 * 3600;

export function openChores(queues: Queues): Chores {
  const { redis, key, chore: queue } = queues;
  const call = scriptsOn(redis, { enter, wish, reopenChore });
  const end = openEnding(queues);
  const add = async (id: string, ask: ChoreAsk, cause: CausedBy) => {
    await queue.add('chore', { ...ask, ...causedBy(cause) }, { ...optionsOf('chore'), jobId: id });
  };
  const read = (id: string) => readChore(queues, id);
  const wishFor = (id: string, what: string) =>
    call.wish([key('chore-record', id), stopOf(key, id)], [what, longestOpenSeconds]);

  return {
    read,
    ask: async (ask, { by, idempotencyKey, requestId = '' }) => {
      const id = `chore-${randomUUID()}`;
      const text = JSON.stringify(ask, Object.keys(ask).sort());
      const same = hashOf(text);
      const names = [
        key('chores'),
        key('chore-record', id),
        key('same-chore', same),
        key('chore-key', hashOf(idempotencyKey)),
      ];
      const limits = [mostUnderWay, mostRemembered, idempotencyKey === undefined ? '' : keySeconds];
      const args = [`${key('chore-record')}:`, id, Date.now(), text, by, same, ...limits, requestId];
      const [outcome, found] = (await call.enter(names, args)) as [ChoreEntered['outcome'], string];
      if (outcome === 'full') return { outcome };
      // It may have been entered by a process that was killed before it added the job.
      if (outcome === 'new') await add(found, ask, { requestId });
      const before = outcome === 'same' ? await read(found) : undefined;
      if (before?.state === 'lost') await add(found, ask, before);
      return { outcome, id: found };
    },
    list: async (which) => {
      const ids = await redis.zrange(key('chores'), 0, '-1');
      const all = await Promise.all(ids.reverse().map(read));
      return all.flatMap((one) => (one && (which === 'all' || !ended.has(one.state)) ? [one] : []));
    },
    failures: async (id, { offset, limit }) => {
      const all = Object.entries(await redis.hgetall(key('chore-record', `${id}:failures`)));
      const sorted = all.sort(([a], [b]) => (a < b ? -1 : 1)).slice(offset, offset + limit);
      return { failures: sorted.map(([name, reason]) => ({ name, reason })), kept: all.length };
    },
    pause: async (id) => {
      const before = await read(id);
      if (!before || ended.has(before.state)) return before;
      await wishFor(id, 'pause');
      await withdrawAll(queues, id, 'waiting');
      return before;
    },
    resume: async (id) => {
      const before = await read(id);
      if (!before) return undefined;
      if (before.state === 'failed' && (await call.reopenChore([key('chore-record', id), stopOf(key, id)], [])) === 1) {
        await queue.remove(id);
        await add(id, before.asked, before);
        return before;
      }
      if (ended.has(before.state) || before.state === 'cancelling') return before;
      await wishFor(id, '');
      if (before.state === 'lost') await add(id, before.asked, before);
      await promote(queue as never, id);
      return before;
    },
    cancel: async (id) => {
      const before = await read(id);
      if (!before || ended.has(before.state)) return before;
      await wishFor(id, 'cancel');
      await withdrawAll(queues, id, 'all');
      // The worker that has it ends it. If none has, or it was killed, it is ended here.
      if (await end(id, { token: '', state: 'cancelled' })) await queue.remove(id).catch(() => undefined);
      return before;
    },
  };
}

interface Ending {
  /** The lock of its job; empty: nobody has it. */
  readonly token: string;
  readonly state: 'done' | 'cancelled' | 'failed';
  readonly problem?: string;
}

/** Makes a function that ends a chore that is open, and answers whether it did. */
export function openEnding({ redis, key, chore: queue }: Queues) {
  const call = scriptsOn(redis, { endChore });
  return async (id: string, { token, state, problem = '' }: Ending): Promise<boolean> => {
    const same = (await redis.hget(key('chore-record', id), 'same')) ?? '';
    const names = [
      ...[key('chore-record', id), `${queue.toKey(id)}:lock`, key('same-chore', same)],
      ...[stopOf(key, id), begunBy(key, id), key('chore-record', `${id}:failures`)],
    ];
    return (await call.endChore(names, [token, state, Date.now(), problem, endedSeconds, id])) === 1;
  };
}

function hashOf(text = ''): string {
  return createHash('sha256').update(text).digest('hex');
}
