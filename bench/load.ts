import { readFileSync } from 'node:fs';
import type { Findings, Value } from './findings.ts';
import { overload, overloadLimits, overloadSeconds } from './overload.ts';
import { askAtRate } from './steady-rate.ts';
import { writeWayInputs } from './way-inputs.ts';
import { hitAreas, type Kind, requestAll, type Service, startService } from './way-subject.ts';

/** The kinds of every hundred requests. */
const shares: readonly (readonly [Kind, number])[] = [
  ['hit', 90],
  ['miss', 9],
  ['large', 1],
];
const load = 0.8;
const minutes = Number(process.env.BENCH_MINUTES ?? 10);
const measuredRequests = 2000;
/** The areas that are made, for each that is expected to be asked for. */
const spare = 1.2;
const atOnce = 20;
const sampleSeconds = 10;
const warmUpSeconds = 120;

/**
 * A service that is asked at a steady rate for minutes: 80 % of what it does at most. Whether times
 * and memory stay level is what counts. Afterwards it is asked three times as much as it does.
 */
export async function benchLoad(): Promise<Findings> {
  const kinds = mixture();
  const capacity = await withService(measuredRequests, {}, (service) => capacityOf(service, kinds));
  const requests = capacity * (load * 60 * minutes + overloadSeconds);
  // Jobs that have ended are kept for a minute, so that their number is level within the run.
  const env = { JOB_RETENTION_SECONDS: '60', ...overloadLimits(capacity) };
  return withService(requests, env, async (service) => {
    const { times, wrong, samples } = await askSteadily(service, { rate: load * capacity, kinds });
    const [, , , usualMilliseconds] = rowOf('hit', times);
    const over = await overload(service, { capacity, kinds, usualMilliseconds: usualMilliseconds as number });
    const [early, late] = [samples.find(({ second }) => second >= warmUpSeconds), samples.at(-1)];
    const names = Object.keys(late?.mebibytes ?? {});
    return {
      tables: [
        {
          title: `${minutes} minutes at ${Math.round(load * capacity)} requests a second`,
          columns: ['', 'requests', 'p50 ms', 'p99 ms'],
          rows: shares.map(([kind]) => rowOf(kind, times)),
          notes: [
            `${Math.round(capacity)} requests a second are the most that the service does when ${atOnce} clients ask at once, in the same mixture.`,
          ],
        },
        {
          title: 'Memory, MiB',
          columns: ['', `after ${warmUpSeconds} s`, 'at the end', 'most'],
          rows: names.map((name) => [
            name,
            early?.mebibytes[name],
            late?.mebibytes[name],
            Math.max(...samples.map(({ mebibytes }) => mebibytes[name] as number)),
          ]),
        },
        over.table,
      ],
      wrong: [...wrong, ...over.wrong],
    };
  });
}

/** Starts a service for so many requests, and stops it after the work. */
async function withService<T>(
  requests: number,
  env: Readonly<Record<string, string>>,
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const most = (kind: Kind) => Math.ceil((spare * requests * shareOf(kind)) / 100);
  const inputs = await writeWayInputs({ small: hitAreas + most('miss'), large: most('large'), largest: 1, swept: [1] });
  await using opened = new AsyncDisposableStack();
  opened.defer(inputs.remove);
  const service = await startService(inputs.catalog, undefined, env);
  opened.defer(service.stop);
  await requestAll(service, 'miss', { requests: hitAreas, atOnce });
  return await work(service);
}

function shareOf(kind: Kind): number {
  return shares.find(([one]) => one === kind)?.[1] ?? 0;
}

function rowOf(kind: Kind, times: ReadonlyMap<Kind, readonly number[]>): Value[] {
  const sorted = (times.get(kind) ?? []).toSorted((a, b) => a - b);
  return [kind, sorted.length, sorted[Math.floor(0.5 * sorted.length)], sorted[Math.floor(0.99 * sorted.length)]];
}

/** The kinds of requests in an order that mixes them. */
function* mixture(): Generator<Kind> {
  for (let n = 0; ; n++) {
    // 37 has no divisor in common with 100: each number below it comes once in a hundred.
    const place = (n * 37) % 100;
    let before = 0;
    for (const [kind, share] of shares) {
      if (place >= before && place < before + share) yield kind;
      before += share;
    }
  }
}

/** Requests a second when so many clients ask one after the other. */
async function capacityOf(service: Service, kinds: Iterator<Kind>): Promise<number> {
  const begun = performance.now();
  let left = measuredRequests;
  const lane = async () => {
    while (left-- > 0) await service.request(kinds.next().value as Kind);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (1000 * measuredRequests) / (performance.now() - begun);
}

interface Sample {
  readonly second: number;
  readonly mebibytes: Readonly<Record<string, number>>;
}

/** Asks at a rate for minutes, and looks at the memory meanwhile. */
async function askSteadily(
  service: Service,
  { rate, kinds }: { readonly rate: number; readonly kinds: Iterator<Kind> },
) {
  const times = new Map<Kind, number[]>(shares.map(([kind]) => [kind, []]));
  const failures = new Map<string, number>();
  const samples: Sample[] = [];
  const meanwhile = async (seconds: number) => {
    if (seconds < sampleSeconds * (samples.length + 1)) return;
    samples.push({ second: Math.round(seconds), mebibytes: await memoryOf(service) });
  };
  const next = () => ask(kinds.next().value as Kind);
  const { answered } = await askAtRate(next, { rate, seconds: 60 * minutes, meanwhile });
  await answered;
  return { times, samples, wrong: [...failures].map(([what, count]) => `${what}: ${count} times`) };

  async function ask(kind: Kind): Promise<void> {
    const before = performance.now();
    try {
      await service.request(kind);
      times.get(kind)?.push(performance.now() - before);
    } catch (error) {
      const what = (error as Error).message.replace(/\d{6}/g, '…');
      failures.set(what, (failures.get(what) ?? 0) + 1);
    }
  }
}

async function memoryOf({ watched: { pids, redises } }: Service): Promise<Record<string, number>> {
  const resident = Object.entries(pids).map(([name, pid]) => {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return [`${name}, resident`, Number(kibibytes) / 1024] as const;
  });
  const used = Object.entries(redises).map(async ([name, redis]) => {
    const bytes = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
    return [`${name}, used`, Number(bytes) / 2 ** 20] as const;
  });
  return Object.fromEntries([...resident, ...(await Promise.all(used))]);
}
