import { median, type Table, type Value } from './findings.ts';
import { sumOf, type Usage } from './usage.ts';
import type { Kind, Measured, Subject } from './way-subject.ts';

/** A warming of a table by the command. */
export interface Swept {
  readonly service: Subject;
  readonly results: number;
  /** All of the command, with its start. */
  readonly seconds: number;
  readonly usage: Usage;
  /** The CPU time of the command itself. */
  readonly commandMilliseconds: number;
}

export interface WayMeasured {
  readonly services: readonly Subject[];
  readonly bare: Subject;
  found(subject: Subject, kind: Kind, atOnce: number): Measured;
  readonly swept: readonly Swept[];
}

const many = 20;
const labels: Readonly<Record<Kind, string>> = {
  hit: 'hit',
  miss: 'small miss',
  large: 'miss of 4.4e7 cells',
  largest: 'miss of 2.5e8 cells',
};

export function wayTables(measured: WayMeasured): Table[] {
  return [ratiosTable(measured), requestsTable(measured), sweepsTable(measured), commandsTable(measured)];
}

/** The calls of the queue's Redis for a request, asked for one at a time. */
function queueCalls({ found }: WayMeasured, subject: Subject, kind: Kind): number {
  const { usage, requests } = found(subject, kind, 1);
  return sumOf(usage.commands.queue ?? {}) / requests;
}

function cpuOf({ usage, requests }: Measured): number {
  return sumOf(usage.cpu) / requests;
}

function perSecond({ requests, seconds }: Measured): number {
  return requests / seconds;
}

function ratiosTable(measured: WayMeasured): Table {
  const { services, bare, found } = measured;
  const own = (kind: Kind) => (service: Subject) =>
    queueCalls(measured, service, kind) - queueCalls(measured, bare, kind);
  const missToHit = (figure: (one: Measured) => number, atOnce: number) => (service: Subject) =>
    figure(found(service, 'miss', atOnce)) / figure(found(service, 'hit', atOnce));
  const medianOf = ({ milliseconds }: Measured) => median(milliseconds);
  const missesPerSecond = (service: Subject) => perSecond(found(service, 'miss', many));
  const timesTheFirst = (service: Subject) => missesPerSecond(service) / missesPerSecond(services[0]!);
  const figures: readonly (readonly [string, string, (service: Subject) => number])[] = [
    ['commands over the bare graph, hit', 'at most 25', own('hit')],
    ['commands over the bare graph, small miss', 'at most 25', own('miss')],
    ['CPU, small miss ÷ hit', 'at most 2', missToHit(cpuOf, 1)],
    [`CPU, small miss ÷ hit, ${many} at once`, '', missToHit(cpuOf, many)],
    ['median time, small miss ÷ hit', 'at most 2.5', missToHit(medianOf, 1)],
    [`small misses/s, ${many} at once`, '', missesPerSecond],
    ...(services.length > 1 ? [['… ÷ those of the first version', '', timesTheFirst] as const] : []),
  ];
  return {
    title: 'The way of a request',
    columns: ['', 'to be', ...services.map(({ name }) => name)],
    rows: figures.map(([what, wanted, figure]) => [what, wanted, ...services.map(figure)]),
  };
}

function requestsTable(measured: WayMeasured): Table {
  const { services, bare, found } = measured;
  const columns = [
    '',
    'commands of the queue’s Redis',
    '… of the cache’s Redis',
    'CPU ms',
    'gateway',
    'worker',
    'queue’s Redis',
    'cache’s Redis',
    'median ms',
    `CPU ms, ${many} at once`,
    `requests/s, ${many} at once`,
  ];
  const rowOf = (subject: Subject, kind: Kind): Value[] => {
    const one = found(subject, kind, 1);
    const cpu = (process: string) => {
      const milliseconds = one.usage.cpu[process];
      // A process may do less than when it is idle, by the ten milliseconds to which CPU is known.
      return milliseconds === undefined ? undefined : Math.max(0, milliseconds / one.requests);
    };
    const atOnce = kind === 'hit' || kind === 'miss' ? found(subject, kind, many) : undefined;
    const cacheCalls = subject === bare ? undefined : sumOf(one.usage.commands.cache ?? {}) / one.requests;
    return [
      `${labels[kind]}, ${subject.name}`,
      queueCalls(measured, subject, kind),
      cacheCalls,
      cpuOf(one),
      ...['gateway', 'worker', 'queue', 'cache'].map(cpu),
      median(one.milliseconds),
      atOnce && cpuOf(atOnce),
      atOnce && perSecond(atOnce),
    ];
  };
  const rows = (['hit', 'miss', 'large', 'largest'] as const).flatMap((kind) => [
    ...services.map((service) => rowOf(service, kind)),
    ...(kind === 'hit' || kind === 'miss' ? [rowOf(bare, kind)] : []),
  ]);
  const notes = [
    'For a request, without what the processes do when nobody asks. Where nothing else is said, one request at a time, asked for with `Prefer: wait`. Commands of scripts count, too.',
    'BullMQ alone is the flow `finish` ← `start` with priorities, and for a small miss a `compute` job that `start` adds, with empty processors and a listener for ends; its CPU is that of one process and Redis.',
  ];
  return { title: 'Commands of Redis, CPU and time for a request', columns, rows, notes };
}

function sweepsTable({ services, swept }: WayMeasured): Table {
  const columns = [
    '',
    'results',
    'seconds',
    'commands of the queue’s Redis for a result',
    'CPU ms of the service for a result',
    'CPU ms of the command for a result',
  ];
  const rows = services.map((service): Value[] => {
    const own = swept.filter((one) => one.service === service);
    const results = own.reduce((sum, one) => sum + one.results, 0);
    const each = (figure: (one: Swept) => number) => own.reduce((sum, one) => sum + figure(one), 0) / results;
    return [
      service.name,
      results / own.length,
      median(own.map(({ seconds }) => seconds)),
      each(({ usage }) => sumOf(usage.commands.queue ?? {})),
      each(({ usage }) => sumOf(usage.cpu)),
      each(({ commandMilliseconds }) => commandMilliseconds),
    ];
  });
  const notes = ['The median of three tables, with the start of the command.'];
  return { title: '`catchment warm` of 900 areas that tile a part of the rasters', columns, rows, notes };
}

/** Fewer calls for a request than this are not shown. */
const fewest = 0.05;

function commandsTable({ services, bare, found }: WayMeasured): Table {
  const columns = [bare, ...services].flatMap((subject) =>
    (['hit', 'miss'] as const).map((kind) => ({ subject, kind, one: found(subject, kind, 1) })),
  );
  const callsOf = (kind: string) =>
    columns.map(({ one }) => Math.round(((one.usage.commands.queue?.[kind] ?? 0) / one.requests) * 100) / 100);
  const kinds = new Set(columns.flatMap(({ one }) => Object.keys(one.usage.commands.queue ?? {})));
  const rows = [...kinds]
    .map((kind) => ({ kind, calls: callsOf(kind) }))
    .filter(({ calls }) => Math.max(...calls) >= fewest)
    .toSorted((a, b) => b.calls.at(-1)! - a.calls.at(-1)!)
    .map(({ kind, calls }) => [kind.replace('|', ' '), ...calls.map((count) => (count < fewest ? undefined : count))]);
  return {
    title: 'Commands of the queue’s Redis for a request, one at a time',
    columns: ['', ...columns.map(({ subject, kind }) => `${labels[kind]}, ${subject.name}`)],
    rows,
  };
}
