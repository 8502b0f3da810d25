import type { Queues } from '../queues.ts';
import { type Script, scriptsOn } from '../script.ts';

/** Notes of sources that are replaced, and of the cells that are counted anew for that. */
export interface Renewals {
  /** Notes the versions of sources. Answers the names of those that had another one before. */
  seen(versions: ReadonlyMap<string, string>): Promise<string[]>;
  /** A number that differs after each replacement. */
  change(): Promise<number>;
  /** Notes cells that were counted. */
  spend(cells: number): Promise<void>;
  /** The cells of this hour, and when it ends, in epoch milliseconds. */
  spent(): Promise<{ readonly cells: number; readonly until: number }>;
}

/** KEYS: versions. ARGV: names and versions. */
const seen: Script = {
  name: 'seen',
  lua: `
local replaced = {}
for i = 1, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[1], ARGV[i])
  if before and before ~= ARGV[i + 1] then table.insert(replaced, ARGV[i]) end
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
if #replaced > 0 then redis.call('HINCRBY', KEYS[1], '#', 1) end
return replaced`,
};

const hourMilliseconds = 3_600_000;

export function openRenewals({ redis, key }: Pick<Queues, 'redis' | 'key'>): Renewals {
  const call = scriptsOn(redis, { seen });
  const spent = key('spent', 'renewals');
  return {
    seen: async (versions) => {
      if (versions.size === 0) return [];
      return (await call.seen([key('versions')], [...versions].flat())) as string[];
    },
    change: async () => Number((await redis.hget(key('versions'), '#')) ?? 0),
    spend: async (cells) => {
      if (cells <= 0) return;
      await redis.set(spent, 0, 'PX', hourMilliseconds, 'NX');
      await redis.incrby(spent, Math.ceil(cells));
    },
    spent: async () => {
      const [cells, left] = await Promise.all([redis.get(spent), redis.pttl(spent)]);
      return { cells: Number(cells ?? 0), until: Date.now() + Math.max(0, left) };
    },
  };
}
