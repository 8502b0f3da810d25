import type { Findings } from './findings.ts';
import { type Usage, usageOfBoth } from './usage.ts';
import { writeWayInputs } from './way-inputs.ts';
import {
  hitAreas,
  idleUsage,
  type Kind,
  type Measured,
  requestAll,
  type Service,
  type Subject,
  startBare,
  startService,
  watch,
} from './way-subject.ts';
import { type Swept, wayTables } from './way-tables.ts';

interface Work {
  readonly kind: Kind;
  readonly atOnce: number;
  readonly requests: number;
}

/** The requests of each round. */
const works: readonly Work[] = [
  { kind: 'hit', atOnce: 1, requests: 150 },
  { kind: 'miss', atOnce: 1, requests: 100 },
  { kind: 'hit', atOnce: 20, requests: 600 },
  { kind: 'miss', atOnce: 20, requests: 300 },
  { kind: 'large', atOnce: 1, requests: 3 },
  { kind: 'largest', atOnce: 1, requests: 2 },
];
/** These have code compiled and tiles read, as in a service that has run for a while. */
const warmUps: readonly Work[] = [
  { kind: 'miss', atOnce: 20, requests: hitAreas },
  { kind: 'miss', atOnce: 1, requests: 100 },
  { kind: 'hit', atOnce: 20, requests: 400 },
  { kind: 'hit', atOnce: 1, requests: 100 },
  { kind: 'large', atOnce: 1, requests: 1 },
  { kind: 'largest', atOnce: 1, requests: 1 },
];
const rounds = 4;
const sweeps = 3;

/** The most areas that are asked for in a run. */
function areasOf(kind: Kind): number {
  const asked = (list: readonly Work[]) =>
    list.filter((work) => work.kind === kind).reduce((sum, { requests }) => sum + requests, 0);
  return asked(warmUps) + rounds * asked(works);
}

/**
 * The way of a request: what it costs the service in commands of Redis, CPU and time, beside BullMQ
 * alone with the same jobs. `BENCH_CHECKOUTS` names folders of other versions, which are measured
 * by turns in place of this one.
 */
export async function benchWay(): Promise<Findings> {
  const swept = [212, ...Array<number>(sweeps).fill(900)];
  const inputs = await writeWayInputs({
    small: areasOf('miss'),
    large: areasOf('large'),
    largest: areasOf('largest'),
    swept,
  });
  const checkouts = process.env.BENCH_CHECKOUTS?.split(',') ?? [undefined];
  const bare = await startBare();
  const services: Service[] = [];
  try {
    for (const checkout of checkouts) services.push(await startService(inputs.catalog, checkout));
    return await measureAll(services, bare);
  } finally {
    await Promise.all([bare, ...services].map((one) => one.stop()));
    await inputs.remove();
  }
}

async function measureAll(services: readonly Service[], bare: Subject): Promise<Findings> {
  for (const subject of [...services, bare])
    for (const work of warmUps) if (does(subject, bare, work)) await requestAll(subject, work.kind, work);
  for (const service of services) await service.warm('swept_0');
  const idle = await idleUsage([...services, bare]);
  const requests = new Map<string, Measured>();
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      // They take turns, as the speed of the machine may drift.
      for (const subject of [...services, bare].filter((one) => does(one, bare, work))) {
        const measured = await measure(subject, work, idle.get(subject)!);
        const name = nameOf(subject, work);
        requests.set(name, together(requests.get(name), measured));
      }
    }
  }
  const swept: Swept[] = [];
  for (let turn = 1; turn <= sweeps; turn++)
    for (const service of services) swept.push(await sweep(service, `swept_${turn}`, idle.get(service)!));
  const found = (subject: Subject, kind: Kind, atOnce: number) => requests.get(nameOf(subject, { kind, atOnce }))!;
  return { tables: wayTables({ services, bare, found, swept }), wrong: wrongCounts(services, found) };
}

function does(subject: Subject, bare: Subject, { kind }: Work): boolean {
  return subject !== bare || kind === 'hit' || kind === 'miss';
}

function nameOf({ name }: Subject, { kind, atOnce }: Pick<Work, 'kind' | 'atOnce'>): string {
  return `${name} ${kind} ${atOnce}`;
}

async function measure(subject: Subject, work: Work, idle: Usage): Promise<Measured> {
  const before = await subject.results();
  const { done, seconds, usage } = await watch(subject, idle, () => requestAll(subject, work.kind, work));
  const results = (await subject.results()) - before;
  return { requests: work.requests, milliseconds: done, seconds, usage, results };
}

function together(one: Measured | undefined, other: Measured): Measured {
  if (!one) return other;
  return {
    requests: one.requests + other.requests,
    milliseconds: [...one.milliseconds, ...other.milliseconds],
    seconds: one.seconds + other.seconds,
    usage: usageOfBoth(one.usage, other.usage),
    results: one.results + other.results,
  };
}

async function sweep(service: Service, table: string, idle: Usage): Promise<Swept> {
  const before = await service.results();
  const { done, seconds, usage } = await watch(service, idle, () => service.warm(table));
  const results = (await service.results()) - before;
  return { service, results, seconds, usage, commandMilliseconds: done };
}

/** Sentences about requests that were meant to miss and did not, or the other way round. */
function wrongCounts(
  services: readonly Service[],
  found: (subject: Subject, kind: Kind, atOnce: number) => Measured,
): string[] {
  return services.flatMap((service) =>
    works.flatMap(({ kind, atOnce }) => {
      const { requests, results } = found(service, kind, atOnce);
      const expected = kind === 'hit' ? 0 : requests;
      const sentence = `${nameOf(service, { kind, atOnce })}: ${results} new results in the cache, expected ${expected}`;
      return results === expected ? [] : [sentence];
    }),
  );
}
