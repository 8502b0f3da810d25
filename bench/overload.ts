import type { Table } from './findings.ts';
import { askAtRate } from './steady-rate.ts';
import type { Kind, Service } from './way-subject.ts';

const waitingSeconds = 3;

/**
 * The most requests of the client that wait: as many as are done in some seconds. The gateway may
 * be as late as by default.
 */
export function overloadLimits(capacity: number): Readonly<Record<string, string>> {
  return {
    CLIENT_WAITING_LIMIT: String(Math.ceil(waitingSeconds * capacity)),
    LATENESS_LIMIT_MILLISECONDS: '50',
  };
}

const times = 3;
const seconds = Number(process.env.BENCH_OVERLOAD_SECONDS ?? 30);
/** The seconds in which a service does at most as many requests as it is asked. */
export const overloadSeconds = times * seconds;
const refusals = [429, 503];
/** The hits in a row that are answered as usual when a service has recovered. */
const hitsInRow = 5;
const mostSecondsToRecover = 120;

export interface OverloadOptions {
  /** The requests of a second that the service does at most. */
  readonly capacity: number;
  readonly kinds: Iterator<Kind>;
  /** The time in which 99 of 100 hits are answered at a load that the service can do. */
  readonly usualMilliseconds: number;
}

/**
 * Asks three times as much as a service can do. What it accepts has to be answered, what it refuses
 * to be refused at once, and afterwards it has to be as it was.
 */
export async function overload(
  service: Service,
  { capacity, kinds, usualMilliseconds }: OverloadOptions,
): Promise<{ readonly table: Table; readonly wrong: readonly string[] }> {
  const [accepted, refused]: [number[], number[]] = [[], []];
  const failures = new Map<string, number>();
  const ask = async () => {
    const before = performance.now();
    const outcome = await service.outcome(kinds.next().value as Kind).catch((error: Error) => error.message);
    const milliseconds = performance.now() - before;
    if (outcome === 200) accepted.push(milliseconds);
    else if (refusals.includes(outcome as number)) refused.push(milliseconds);
    else failures.set(String(outcome), (failures.get(String(outcome)) ?? 0) + 1);
  };
  const before = performance.eventLoopUtilization();
  const { answered } = await askAtRate(ask, { rate: times * capacity, seconds });
  const { utilization } = performance.eventLoopUtilization(before);
  const recovery = await secondsToRecover(service, usualMilliseconds);
  await answered;
  const row = (name: string, all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * sorted.length)];
    return [name, sorted.length, at(0.5), at(0.99), sorted.at(-1)];
  };
  return {
    table: {
      title: `${seconds} seconds at ${Math.round(times * capacity)} requests a second, three times as many as it does at most`,
      columns: ['', 'requests', 'p50 ms', 'p99 ms', 'longest ms'],
      rows: [row('accepted and answered', accepted), row('refused with 429 or 503', refused)],
      notes: [
        `The process that asks was busy for ${Math.round(100 * utilization)} % of the time: its delays are in the times.`,
        recovery === undefined
          ? `Hits were not answered as before within ${mostSecondsToRecover} s.`
          : `${recovery.toFixed(1)} s later, hits were answered as before (within ${Math.round(usualMilliseconds)} ms, ${hitsInRow} in a row).`,
      ],
    },
    wrong: [
      ...[...failures].map(([outcome, count]) => `overload: ${outcome}: ${count} times`),
      ...(recovery === undefined ? ['the service has not recovered from the overload'] : []),
    ],
  };
}

async function secondsToRecover(service: Service, usualMilliseconds: number): Promise<number | undefined> {
  const end = performance.now();
  let inRow = 0;
  while (performance.now() - end < 1000 * mostSecondsToRecover) {
    const before = performance.now();
    const outcome = await service.outcome('hit').catch(() => undefined);
    inRow = outcome === 200 && performance.now() - before <= usualMilliseconds ? inRow + 1 : 0;
    if (inRow === hitsInRow) return (performance.now() - end) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}
