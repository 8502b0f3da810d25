import type { QueueName } from '../jobs.ts';
import { queueNames } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { type Script, scriptsOn } from '../script.ts';
import { backgroundScore } from '../turns.ts';

/** The job of a queue and a class that waits longest for a worker. */
export interface Oldest {
  readonly queue: QueueName;
  /** `people`: somebody waits for it. `background`: nobody does. */
  readonly class: 'people' | 'background';
  /** When it was added, in epoch milliseconds; undefined: none waits. */
  readonly addedAt: number | undefined;
}

/** The most jobs of people in one queue that are looked at. */
const mostLookedAt = 20_000;

/**
 * The times at which the oldest job of people and of nobody were added. People take turns, so the
 * oldest may stand anywhere; the lower half of a score counts the jobs that were added.
 */
const oldest: Script = {
  name: 'oldest',
  lua: `
local function addedAt(id)
  if not id then return false end
  return redis.call('HGET', KEYS[2] .. id, 'timestamp')
end
local people = redis.call('ZRANGEBYSCORE', KEYS[1], 0, '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local first, least
for i = 1, #people, 2 do
  local number = tonumber(people[i + 1]) % 4294967296
  if not least or number < least then first, least = people[i], number end
end
local others = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'LIMIT', 0, 1)
return { addedAt(first), addedAt(others[1]) }
`,
};

/** Finds the oldest jobs that wait, in all queues. */
export function oldestJobs(queues: Queues): () => Promise<Oldest[]> {
  const scripts = scriptsOn(queues.redis, { oldest });
  return async () => {
    const found = await Promise.all(
      queueNames.map(async (queue) => {
        const keys = [queues[queue].toKey('prioritized'), queues[queue].toKey('')];
        const [people, background] = (await scripts.oldest(keys, [backgroundScore, mostLookedAt])) as (string | null)[];
        return [
          { queue, class: 'people', addedAt: people ? Number(people) : undefined },
          { queue, class: 'background', addedAt: background ? Number(background) : undefined },
        ] as const;
      }),
    );
    return found.flat();
  };
}
