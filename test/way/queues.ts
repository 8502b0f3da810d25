import { type Job, type JobState, Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/** The queues of the way as an operator finds them, without knowledge of their names. */
export interface FoundQueues extends AsyncDisposable {
  readonly all: readonly Queue[];
  /** The queue of finish jobs, and so on. */
  named(name: string): Queue;
  /** All jobs with a name (`start`, `finish`, `compute`, `count`) in one of these states. */
  jobs(name: string, ...states: JobState[]): Promise<Job[]>;
}

/**
 * Finds the queues by the keys that BullMQ keeps for each. Those of the newest way are under the
 * longest prefix.
 */
export async function findQueues(redis: Redis): Promise<FoundQueues> {
  const metas = (await scan(redis, '*:meta')).map((key) => key.split(':').slice(0, -1));
  const prefixes = metas.filter((parts) => parts.at(-1) === 'finish').map((parts) => parts.slice(0, -1).join(':'));
  const prefix = prefixes.toSorted((a, b) => b.length - a.length)[0];
  if (prefix === undefined) throw new Error('there is no queue of finish jobs');
  const names = metas.filter((parts) => parts.slice(0, -1).join(':') === prefix).map((parts) => parts.at(-1) as string);
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  const all = names.map((name) => new Queue(name, { connection, prefix }));
  const named = (name: string) => {
    const found = all.find((queue) => queue.name === name);
    if (!found) throw new Error(`there is no queue ${name}, only ${names.join(', ')}`);
    return found;
  };
  return {
    all,
    named,
    jobs: async (name, ...states) => {
      const jobs = await Promise.all(all.map((queue) => queue.getJobs(states)));
      return jobs.flat().filter((job) => job?.name === name);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}

/** All keys that fit a pattern. */
export async function scan(redis: Redis, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
    keys.push(...found);
    cursor = next;
  } while (cursor !== '0');
  return [...new Set(keys)];
}
