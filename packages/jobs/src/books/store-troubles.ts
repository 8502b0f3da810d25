import type { StoreState } from '@cellshed/cache';
import type { Queues } from '../queues.ts';

/** A store that is not well, as one process sees it. */
export interface StoreTrouble extends StoreState {
  /** The name that the process has given itself. */
  readonly worker: string;
}

/** The stores that workers have trouble with. Who has none writes nothing. */
export interface StoreTroubles {
  /** Says how the stores of one worker are now. Call it again every few seconds. */
  say(worker: string, states: readonly StoreState[]): Promise<void>;
  /** Lists the troubles that were said within the last ten seconds, the oldest first. */
  list(): Promise<readonly StoreTrouble[]>;
}

/** The time for which a worker is believed: after it the worker is gone. */
const trueMilliseconds = 10_000;

interface Said {
  readonly at: number;
  readonly states: readonly StoreState[];
}

/** Opens the book. `clock` is the same for all processes, in milliseconds. */
export function openStoreTroubles({ redis, key }: Pick<Queues, 'redis' | 'key'>, clock: () => number): StoreTroubles {
  const name = key('store-troubles');
  const written = new Set<string>();
  return {
    say: async (worker, all) => {
      const states = all.filter(({ state }) => state !== 'well');
      if (states.length === 0) {
        if (written.delete(worker)) await redis.hdel(name, worker);
        return;
      }
      written.add(worker);
      const said = JSON.stringify({ at: clock(), states } satisfies Said);
      await redis.multi().hset(name, worker, said).pexpire(name, trueMilliseconds).exec();
    },
    list: async () => {
      const said = Object.entries(await redis.hgetall(name)).map(([worker, text]) => ({
        worker,
        ...(JSON.parse(text) as Said),
      }));
      return said
        .filter(({ at }) => clock() - at < trueMilliseconds)
        .flatMap(({ worker, states }) => states.map((state) => ({ worker, ...state })))
        .toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0));
    },
  };
}
