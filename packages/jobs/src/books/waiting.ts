import { recentlyUsed } from '@cellshed/recent';
import type { Queues } from '../queues.ts';
import { backgroundPriority, firstTurn, openTurns, turnOfScore } from '../turns.ts';

/** The requests that wait, and the turn of a new one. */
export interface Entered {
  /** The requests of the client that wait, with the new one. */
  readonly ofClient: number;
  /** The requests of all clients that wait, with the new one; known to a quarter of a second. */
  readonly ofAll: number;
  /** The priority of its jobs. */
  readonly turn: number;
}

/**
 * The requests that wait, by the names of their clients. Each client has a list of their ids, from
 * before they are added to the queue until their finish jobs begin. A lost request is taken out by
 * the keeper.
 */
export interface Waiting {
  /** Enters a request in the list of its client. Without a client it is in none, and goes first. */
  enter(client: string | undefined, request: string): Promise<Entered>;
  /** The numbers that `enter` would answer, without entering a request. */
  standing(client: string): Promise<Pick<Entered, 'ofClient' | 'ofAll'>>;
  /** Takes a request out. Answers whether it was in the list. */
  leave(client: string, request: string): Promise<boolean>;
}

/** The age up to which figures of the queues are used. */
const freshMilliseconds = 250;
/** A client's list is noted so often for the keeper. */
const notedMilliseconds = 60_000;
const mostNoted = 10_000;

export function openWaiting(queues: Queues, clock: () => number = Date.now): Waiting {
  const { redis, key } = queues;
  const turns = openTurns();
  const noted = recentlyUsed<number>({ limit: mostNoted });
  let looked: { readonly at: number; readonly figures: Promise<Figures> } | undefined;
  /** The requests that this process has entered since it looked. */
  let since = 0;

  const look = (): Promise<Figures> => {
    const now = clock();
    if (looked && Math.abs(now - looked.at) < freshMilliseconds) return looked.figures;
    const figures = figuresOf(queues).then((found) => {
      if (found.served === 0) turns.clear();
      return found;
    });
    figures.catch(() => {
      looked = undefined;
    });
    looked = { at: now, figures };
    since = 0;
    return figures;
  };
  const note = async (client: string) => {
    const now = clock();
    if (now - (noted.get(client) ?? Number.NEGATIVE_INFINITY) < notedMilliseconds) return;
    await redis.zadd(key('waiting'), now, client);
    noted.set(client, now);
  };

  return {
    enter: async (client, request) => {
      const looking = look();
      since += 1;
      const before = since;
      if (client === undefined) return { ofClient: 1, ofAll: (await looking).waiting + before, turn: firstTurn };
      const [{ waiting, served }, ofClient] = await Promise.all([
        looking,
        redis.rpush(key('waiting', client), request),
        note(client),
      ]);
      return { ofClient, ofAll: waiting + before, turn: turns.next(client, { ofClient, served }) };
    },
    standing: async (client) => {
      const [{ waiting }, before] = await Promise.all([look(), redis.llen(key('waiting', client))]);
      return { ofClient: before + 1, ofAll: waiting + since + 1 };
    },
    leave: async (client, request) => {
      since = Math.max(0, since - 1);
      return (await redis.lrem(key('waiting', client), 1, request)) === 1;
    },
  };
}

interface Figures {
  /** The requests of all clients that wait. */
  readonly waiting: number;
  /** The turn of the job that is taken next; 0: none waits. */
  readonly served: number;
}

/** Figures of the queues themselves: whatever happens to requests, they are right. */
async function figuresOf({ redis, start, count, finish }: Queues): Promise<Figures> {
  const [parked, ready, ...heads] = await Promise.all([
    redis.zcard(finish.toKey('waiting-children')),
    redis.zcard(finish.toKey('prioritized')),
    ...[start, count].map((queue) => redis.zrange(queue.toKey('prioritized'), 0, '0', 'WITHSCORES')),
  ]);
  const turns = heads.flatMap((head) => (head.length > 0 ? [turnOfScore(Number(head.flat().at(-1)))] : []));
  const served = Math.min(...turns.filter((turn) => turn < backgroundPriority));
  return { waiting: parked + ready, served: Number.isFinite(served) ? served : 0 };
}

/** The ids that are looked at of each client, from the one that waits longest. */
const mostLookedAt = 100;
/** The time in which a request that is in a list is added to the queue. */
const addedWithinMilliseconds = 60_000;

/**
 * Makes a function that takes lost requests out of the lists: some of each client at each call. One
 * that is not in the queue is taken out when it has been missing for a minute.
 */
export function tidyWaiting({ redis, key, finish }: Queues): (now: number) => Promise<void> {
  let missed = new Map<string, number>();
  return async (now) => {
    const missing = new Map<string, number>();
    for (const client of await redis.zrange(key('waiting'), 0, '-1')) {
      const list = key('waiting', client);
      const ids = await redis.lrange(list, 0, mostLookedAt - 1);
      const ends = await Promise.all(ids.map((id) => redis.hmget(finish.toKey(id), 'timestamp', 'finishedOn')));
      for (const [i, id] of ids.entries()) {
        const [timestamp, finishedOn] = ends[i] as (string | null)[];
        if (timestamp && !finishedOn) continue;
        const since = missed.get(id) ?? now;
        if (finishedOn || now - since >= addedWithinMilliseconds) await redis.lrem(list, 1, id);
        else missing.set(id, since);
      }
    }
    missed = missing;
    await forgetIdle({ redis, key }, now);
  };
}

/** Forgets clients that have not asked for a while and of whom nothing waits. */
async function forgetIdle({ redis, key }: Pick<Queues, 'redis' | 'key'>, now: number): Promise<void> {
  for (const client of await redis.zrangebyscore(key('waiting'), 0, now - 2 * notedMilliseconds)) {
    if ((await redis.exists(key('waiting', client))) === 0) await redis.zrem(key('waiting'), client);
  }
}
