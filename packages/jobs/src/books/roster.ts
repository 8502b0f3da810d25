import type { Queues } from '../queues.ts';

/** A process of the service, as it says itself. */
export interface RosterEntry {
  readonly kind: 'gateway' | 'worker';
  /** Its machine and its number there. */
  readonly name: string;
  /** The roles of a worker; a gateway has none. */
  readonly roles: readonly string[];
  /** The version of Catchment. */
  readonly version: string;
  /** When it was started, in epoch milliseconds. */
  readonly startedAt: number;
  /** The threads that count in it. */
  readonly threads?: number;
}

/** The processes of the service that live. */
export interface Roster {
  /** Says again and again, until it is closed, that this process lives. */
  announce(entry: RosterEntry, onError: (error: Error) => void): { close(): Promise<void> };
  /** Lists the processes that have said so within the last ten seconds, by kind and name. */
  list(): Promise<RosterEntry[]>;
}

/** The time for which a process is believed. */
const trueMilliseconds = 10_000;
const sayAgainMilliseconds = 2500;

/**
 * Opens the roster: a sorted set of entries, by the time at which each was said last. `clock` is
 * the same for all processes, in milliseconds.
 */
export function openRoster({ redis, key }: Pick<Queues, 'redis' | 'key'>, clock: () => number): Roster {
  const name = key('roster');
  return {
    announce: (entry, onError) => {
      const text = JSON.stringify(entry);
      const say = async () => {
        const now = clock();
        const all = redis
          .multi()
          .zadd(name, now, text)
          .zremrangebyscore(name, 0, now - trueMilliseconds);
        await all.pexpire(name, trueMilliseconds).exec();
      };
      let saying: Promise<unknown> | undefined;
      const sayOnce = () => {
        // While Redis is away, what is said waits: once is enough.
        saying ??= say()
          .catch(onError)
          .finally(() => {
            saying = undefined;
          });
      };
      sayOnce();
      const timer = setInterval(sayOnce, sayAgainMilliseconds);
      return {
        close: async () => {
          clearInterval(timer);
          // While Redis is away, a command might wait for ever.
          if (redis.status !== 'ready') return;
          await saying;
          await redis.zrem(name, text).catch(onError);
        },
      };
    },
    list: async () => {
      const said = await redis.zrangebyscore(name, clock() - trueMilliseconds, '+inf');
      const order = ({ kind, name: of }: RosterEntry) => `${kind} ${of}`;
      return said.map((text) => JSON.parse(text) as RosterEntry).toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
    },
  };
}
