import { getNextMillis, type JobSchedulerJson } from 'bullmq';
import type { ChoreAsk } from '../contracts/chore.ts';
import { type JobData, optionsOf } from '../jobs.ts';
import type { Queues } from '../queues.ts';

/** A chore that is asked for again and again, at times that a cron expression says. */
export interface Schedule {
  readonly name: string;
  /** Five fields, or six with seconds in front. */
  readonly cron: string;
  /** The name of a time zone, such as `Europe/Zurich`. */
  readonly timeZone: string;
  readonly asked: ChoreAsk;
  /** The next time at which it is asked for, in epoch milliseconds. */
  readonly next?: number;
}

/** The schedules of operators. They belong to the queues, whichever workers there are. */
export interface Schedules {
  /** Sets a schedule, in place of one of that name. Answers whether there was one. */
  set(schedule: Omit<Schedule, 'next'>): Promise<boolean | 'full'>;
  list(): Promise<Schedule[]>;
  read(name: string): Promise<Schedule | undefined>;
  /** Answers whether there was one. */
  remove(name: string): Promise<boolean>;
}

const prefix = 'schedule-';
/** The most schedules that there may be. */
const mostSchedules = 100;

export function openSchedules({ chore }: Pick<Queues, 'chore'>): Schedules {
  const read: Schedules['read'] = async (name) => {
    const found = await chore.getJobScheduler(prefix + name);
    return found && scheduleOf(found as JobSchedulerJson<JobData<'scheduled'>>);
  };
  const list: Schedules['list'] = async () => {
    const all = await chore.getJobSchedulers(0, -1, true);
    return all.flatMap((one) => scheduleOf(one as JobSchedulerJson<JobData<'scheduled'>>) ?? []);
  };
  return {
    set: async ({ name, cron, timeZone, asked }) => {
      const before = await read(name);
      if (!before && (await list()).length >= mostSchedules) return 'full';
      const data: JobData<'scheduled'> = { schedule: name, ask: asked };
      await chore.upsertJobScheduler(
        prefix + name,
        { pattern: cron, tz: timeZone },
        { name: 'scheduled', data, opts: optionsOf('scheduled') },
      );
      return before !== undefined;
    },
    list,
    read,
    remove: (name) => chore.removeJobScheduler(prefix + name),
  };
}

function scheduleOf({ key, pattern, tz, next, template }: JobSchedulerJson<JobData<'scheduled'>>) {
  const { data } = template ?? {};
  if (!key.startsWith(prefix) || pattern === undefined || !data) return undefined;
  const schedule: Schedule = {
    ...{ name: key.slice(prefix.length), cron: pattern, timeZone: tz ?? 'UTC', asked: data.ask },
    ...(next !== undefined && { next }),
  };
  return schedule;
}

/** Why a cron expression or a time zone is none; undefined: they are. */
export function scheduleProblem({ cron, timeZone }: Pick<Schedule, 'cron' | 'timeZone'>) {
  const shown = (text: string) => JSON.stringify(text.slice(0, 100));
  if (!isTimeZone(timeZone)) {
    return {
      path: 'timeZone',
      problem: `is ${shown(timeZone)}, expected the name of a time zone, such as Europe/Zurich`,
    };
  }
  try {
    if (/^\S+( \S+){4,5}$/.test(cron) && getNextMillis(Date.now(), { pattern: cron, tz: timeZone }) !== undefined)
      return undefined;
  } catch {
    // It is told below.
  }
  const fields = 'five fields: minute, hour, day of the month, month, day of the week';
  return { path: 'cron', problem: `is ${shown(cron)}, expected ${fields}; or six, with seconds in front` };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Has it looked every so often whether a source was replaced; undefined: never. */
export async function scheduleWatch({ chore }: Pick<Queues, 'chore'>, everySeconds: number | undefined): Promise<void> {
  if (everySeconds === undefined) return void (await chore.removeJobScheduler('watch'));
  const template = { name: 'watch', data: {}, opts: optionsOf('watch') } as const;
  await chore.upsertJobScheduler('watch', { every: 1000 * everySeconds }, template);
}
