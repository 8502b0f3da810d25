import type { Queues } from './queues.ts';

/** Tiles of one computation. */
export interface Progress {
  readonly done: number;
  readonly planned: number;
  /** Those of the done ones that were not counted, as tallies had them. */
  readonly tallied: number;
}

/**
 * How far each computation is: one number per batch, so that a batch that is counted again is not
 * added twice.
 */
export interface ProgressBook {
  plan(computation: string, tiles: { readonly planned: number; readonly tallied: number }): Promise<void>;
  report(computation: string, batch: number, tilesDone: number): Promise<void>;
  read(computation: string): Promise<Progress | undefined>;
  /** For a computation that nobody waits for: there may be a hundred thousand of them. */
  forget(computation: string): Promise<void>;
}

export function openProgress({ redis, key, retentionSeconds }: Queues): ProgressBook {
  return {
    plan: async (computation, { planned, tallied }) => {
      await redis.hset(key('progress', computation), { planned, tallied });
      await redis.expire(key('progress', computation), 2 * retentionSeconds);
    },
    report: async (computation, batch, tilesDone) => {
      // With the expiry, as it may come after what was planned has gone.
      const hash = key('progress', computation);
      await redis
        .multi()
        .hset(hash, String(batch), tilesDone)
        .expire(hash, 2 * retentionSeconds)
        .exec();
    },
    read: async (computation) => {
      const { planned, tallied = '0', ...batches } = await redis.hgetall(key('progress', computation));
      if (planned === undefined) return undefined;
      const done = Object.values(batches).reduce((sum, tiles) => sum + Number(tiles), Number(tallied));
      // A worker that was lost with its plan may have told of batches that are others now.
      return { done: Math.min(done, Number(planned)), planned: Number(planned), tallied: Number(tallied) };
    },
    forget: async (computation) => {
      await redis.unlink(key('progress', computation));
    },
  };
}
