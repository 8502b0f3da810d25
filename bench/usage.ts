import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/** Numbers by name. */
export type Tally = Readonly<Record<string, number>>;

/** The servers and processes whose work is measured, by name. */
export interface Watched {
  readonly redises: Readonly<Record<string, Redis>>;
  readonly pids: Tally;
}

/** The work of servers and processes since they began, or between two looks. */
export interface Usage {
  readonly seconds: number;
  /** For each Redis the calls of its commands by kind, those of scripts included. */
  readonly commands: Readonly<Record<string, Tally>>;
  /** The CPU milliseconds of each process, all its threads together. */
  readonly cpu: Tally;
  /** The CPU milliseconds of each Redis. */
  readonly redisCpu: Tally;
}

export async function usageOf({ redises, pids }: Watched): Promise<Usage> {
  const infos = await Promise.all(
    Object.entries(redises).map(async ([name, redis]) => {
      const [calls, cpu] = [callsIn(await redis.info('commandstats')), await redis.info('cpu')];
      return { calls: [name, calls] as const, cpu: [name, redisMillisecondsIn(cpu)] as const };
    }),
  );
  const redisCpu = Object.fromEntries(infos.map((one) => one.cpu));
  const commands = Object.fromEntries(infos.map((one) => one.calls));
  const cpu = Object.entries(pids).map(([name, pid]) => [name, cpuMillisecondsOf(pid)]);
  return { seconds: performance.now() / 1000, commands, cpu: Object.fromEntries(cpu), redisCpu };
}

/** `INFO commandstats` as calls by kind; `info`, by which this is asked, is left out. */
export function callsIn(info: string): Tally {
  const found = [...info.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)];
  const calls = found.map(([, kind, count]): [string, number] => [kind as string, Number(count)]);
  return Object.fromEntries(calls.filter(([kind]) => kind !== 'info'));
}

/** `INFO cpu` as milliseconds of the server itself. */
export function redisMillisecondsIn(info: string): number {
  const seconds = (kind: string) => Number(new RegExp(`used_cpu_${kind}:([\\d.]+)`).exec(info)?.[1]);
  return 1000 * (seconds('sys') + seconds('user'));
}

/** The CPU time of a process and all its threads, to ten milliseconds, as Linux has it. */
function cpuMillisecondsOf(pid: number): number {
  return ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')).own * millisecondsOfTick;
}

/** The CPU time of those children of this process that have ended. */
export function endedChildrenMilliseconds(): number {
  return ticksIn(readFileSync('/proc/self/stat', 'utf8')).children * millisecondsOfTick;
}

const millisecondsOfTick = 10;

/**
 * Fields 14 to 17 of `/proc/PID/stat`. The program's name, in brackets before them, may contain
 * anything.
 */
export function ticksIn(stat: string): { readonly own: number; readonly children: number } {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15) as [number, number, number, number];
  return { own: user + system, children: childrenUser + childrenSystem };
}

/** The work from one look to a later one. */
export function usageBetween(before: Usage, after: Usage): Usage {
  return combined(after, before, -1);
}

export function usageOfBoth(one: Usage, other: Usage): Usage {
  return combined(one, other, 1);
}

/** A usage without what the same servers and processes do in that time while nobody asks. */
export function withoutIdle(usage: Usage, idle: Usage): Usage {
  return { ...combined(usage, idle, -usage.seconds / idle.seconds), seconds: usage.seconds };
}

function combined(one: Usage, other: Usage, times: number): Usage {
  const add = (a: Tally = {}, b: Tally = {}): Tally => {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + times * (b[name] ?? 0)]));
  };
  const redises = Object.keys(one.commands);
  return {
    seconds: one.seconds + times * other.seconds,
    commands: Object.fromEntries(redises.map((name) => [name, add(one.commands[name], other.commands[name])])),
    cpu: add(one.cpu, other.cpu),
    redisCpu: add(one.redisCpu, other.redisCpu),
  };
}

export function sumOf(tally: Tally): number {
  return Object.values(tally).reduce((sum, value) => sum + value, 0);
}
