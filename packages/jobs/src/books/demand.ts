import type { Queues } from '../queues.ts';
import { type Script, scriptsOn } from '../script.ts';

/**
 * What people ask for, by names of results, in bounded room. A question weighs half as much after a
 * day, so what was asked for most lately comes first.
 */
export interface Demand {
  /** Notes that results were asked for. They are written together, a moment later. */
  note(names: Iterable<string>): void;
  /** The names that were asked for most lately, those first. */
  most(limit: number): Promise<string[]>;
  /** Writes what was noted, and ends. */
  close(): Promise<void>;
}

/** The most names that are remembered. */
const mostNames = 10_000;
/** The most names that are noted until the next writing; others of that time are left out. */
const mostNoted = 1000;
const writeEveryMilliseconds = 2000;
const halfLifeMilliseconds = 24 * 3600 * 1000;

/**
 * Adds up weights that halve with time, as logarithms: `log2(2^old + count * 2^now)`, with `now` in
 * half-lives. KEYS: asked. ARGV: now, most names, names and counts.
 */
const demand: Script = {
  name: 'demand',
  lua: `
for i = 3, #ARGV, 2 do
  local new = tonumber(ARGV[1]) + math.log(tonumber(ARGV[i + 1])) / math.log(2)
  local old = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or new - 1000)
  local more, less = math.max(old, new), math.min(old, new)
  local sum = more + math.log(1 + 2 ^ (less - more)) / math.log(2)
  redis.call('ZADD', KEYS[1], string.format('%.17g', sum), ARGV[i])
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[2]))`,
};

export interface DemandOptions {
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export function openDemand({ redis, key }: Pick<Queues, 'redis' | 'key'>, options: DemandOptions): Demand {
  const { onError, clock = Date.now } = options;
  const call = scriptsOn(redis, { demand });
  let noted = new Map<string, number>();
  const write = async () => {
    if (noted.size === 0) return;
    const counts = [...noted].flat();
    noted = new Map();
    await call.demand([key('asked')], [clock() / halfLifeMilliseconds, mostNames, ...counts]).catch(onError);
  };
  const timer = setInterval(() => void write(), writeEveryMilliseconds);
  timer.unref();
  return {
    note: (names) => {
      for (const name of names) {
        const before = noted.get(name);
        if (before !== undefined || noted.size < mostNoted) noted.set(name, (before ?? 0) + 1);
      }
    },
    most: (limit) => redis.zrevrange(key('asked'), 0, limit - 1),
    close: async () => {
      clearInterval(timer);
      await write();
    },
  };
}
