import type { Queues } from '../queues.ts';

/** Requests that have ended, by their outcomes: hit, miss, stale, refused, failed and others. */
export type OutcomeCounts = Readonly<Record<string, number>>;

export interface RecentlyEnded {
  /** In the last 60 minutes, the present one among them. */
  readonly hour: OutcomeCounts;
  /** In the last 24 hours. */
  readonly day: OutcomeCounts;
}

/** The counts of the requests that have ended in the whole service, minute by minute for a day. */
export interface EndedRequests {
  /** Counts a request. It is written with the next beat, together with all others. */
  add(outcome: string): void;
  read(): Promise<RecentlyEnded>;
  /** Writes what was counted since the last beat. */
  close(): Promise<void>;
}

/** The time between two writes: a process that is killed has lost no more. */
const beatMilliseconds = 2500;
const minute = 60_000;
const minutesOfHour = 60;
const hours = 24;

/**
 * Opens the book. There is a hash for each hour; its fields are `minute:outcome`. `clock` is the
 * same for all processes, in milliseconds.
 */
export function openEndedRequests(
  { redis, key }: Pick<Queues, 'redis' | 'key'>,
  clock: () => number,
  onError: (error: Error) => void = () => undefined,
): EndedRequests {
  const nameOf = (hour: number) => key('outcomes', String(hour));
  let counted = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const add = (at: number, outcome: string, count: number) => {
    const field = `${Math.floor(at / minute)}:${outcome}`;
    counted.set(field, (counted.get(field) ?? 0) + count);
    timer ??= setTimeout(() => void write().catch(onError), beatMilliseconds).unref();
  };
  const write = async () => {
    clearTimeout(timer);
    timer = undefined;
    const written = counted;
    counted = new Map();
    if (written.size === 0) return;
    try {
      const all = redis.multi();
      const names = new Set<string>();
      for (const [field, count] of written) {
        const [at, outcome] = splitField(field);
        const name = nameOf(Math.floor(at / minutesOfHour));
        names.add(name);
        all.hincrby(name, `${at % minutesOfHour}:${outcome}`, count);
      }
      for (const name of names) all.expire(name, (hours + 2) * 3600);
      await all.exec();
    } catch (error) {
      const oldest = clock() - hours * minutesOfHour * minute;
      for (const [field, count] of written) {
        const [at, outcome] = splitField(field);
        if (at * minute > oldest) add(at * minute, outcome, count);
      }
      throw error;
    }
  };
  return {
    add: (outcome) => add(clock(), outcome, 1),
    read: async () => {
      const now = Math.floor(clock() / minute);
      const last = Math.floor(now / minutesOfHour);
      const all = Array.from({ length: hours + 1 }, (_, i) => last - i);
      const found = await Promise.all(all.map((hour) => redis.hgetall(nameOf(hour))));
      const ended = found.flatMap((fields, i) =>
        Object.entries(fields).map(([field, count]) => {
          const [at, outcome] = splitField(field);
          return { at: (all[i] as number) * minutesOfHour + at, outcome, count: Number(count) };
        }),
      );
      const within = (minutes: number) => sumUp(ended.filter(({ at }) => now - at < minutes));
      return { hour: within(minutesOfHour), day: within(hours * minutesOfHour) };
    },
    // While Redis is away, a write might wait for ever.
    close: async () => (redis.status === 'ready' ? write().catch(onError) : clearTimeout(timer)),
  };
}

function splitField(field: string): [at: number, outcome: string] {
  const [at, outcome = ''] = field.split(':');
  return [Number(at), outcome];
}

function sumUp(ended: readonly { readonly outcome: string; readonly count: number }[]): OutcomeCounts {
  const sums: Record<string, number> = {};
  for (const { outcome, count } of ended) sums[outcome] = (sums[outcome] ?? 0) + count;
  return sums;
}
