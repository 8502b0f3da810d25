import { Redis } from 'ioredis';
import { type Attacker, attackerOf } from './attacker.ts';
import { cpuSeconds } from './process-cost.ts';
import { sampleFolder } from './scratch.ts';
import { type Place, polygon } from './shapes.ts';
import { startTarget, type Target } from './target.ts';

interface Kind {
  readonly name: string;
  readonly times: number;
  /** The same in each round of each checkout; `n` is no other request's. */
  ask(attacker: Attacker, n: number): Promise<{ readonly status: number; readonly ended?: string }>;
}

const rounds = 5;
const huc12 = (n: number) => `huc12/99010101010${1 + (n % 3)}`;

/** The usual requests of clients. */
const kinds: readonly Kind[] = [
  { name: 'a hit', times: 100, ask: ({ execute }, n) => execute('landcover_soil', { area: huc12(n) }) },
  { name: 'a drawn area, a miss', times: 40, ask: ({ execute }, n) => execute('landcover_soil', { area: drawn(n) }) },
  {
    name: 'a drawn area, all cells touched',
    times: 20,
    ask: ({ execute }, n) => execute('landcover', { area: drawn(n), coverage: 'touched' }),
  },
  { name: 'lines', times: 20, ask: ({ execute }, n) => execute('landcover_lines', { area: huc12(n), lines: line(n) }) },
  {
    name: 'multi',
    times: 20,
    ask: ({ execute }, n) =>
      execute('multi', { areas: [drawn(n), huc12(n)], operations: ['terrain', 'landcover_soil'] }),
  },
  { name: 'a page of areas', times: 40, ask: ({ request }) => request('/api/collections/huc12/items?limit=100') },
];

interface Figures {
  readonly cpuMilliseconds: number;
  readonly commands: number;
}

/**
 * CPU time of gateway and workers, and commands of both Redis, that a request of each usual kind
 * takes: medians of rounds, in which the checkouts take turns.
 */
export async function normalRequests(checkouts: readonly string[]): Promise<string> {
  await using started = new AsyncDisposableStack();
  const targets: Target[] = [];
  for (const checkout of checkouts) {
    const target = await startTarget({ checkout, catalog: `${sampleFolder}/catalog.yaml` });
    started.defer(() => target.stop());
    targets.push(target);
  }
  const lines = [];
  let n = 0;
  for (const kind of kinds) {
    const figures = targets.map((): Figures[] => []);
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const [i, target] of targets.entries()) {
        const one = await measure(kind, target, n);
        if (round > 0) figures[i]?.push(one);
      }
      n += kind.times;
    }
    lines.push([kind.name, ...figures.map(told)]);
  }
  const columns = ['per request', ...checkouts];
  return [columns, columns.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

async function measure({ name, times, ask }: Kind, target: Target, first: number): Promise<Figures> {
  const attacker = attackerOf(target.url, AbortSignal.timeout(120_000));
  const pids = [target.gateway.pid as number, target.worker.pid as number];
  const taken = () => pids.reduce((sum, pid) => sum + (cpuSeconds(pid) ?? 0), 0);
  const [cpu, commands] = [taken(), await commandsOf(target)];
  const lane = async (lane: number) => {
    for (let i = lane; i < times; i += 4) {
      const { status, ended = 'successful' } = await ask(attacker, first + i);
      if (status > 201 || ended !== 'successful') throw new Error(`${name} was answered with ${status} ${ended}`);
    }
  };
  await Promise.all([0, 1, 2, 3].map(lane));
  return {
    cpuMilliseconds: ((taken() - cpu) / times) * 1000,
    commands: ((await commandsOf(target)) - commands) / times,
  };
}

async function commandsOf({ queueUrl, cacheUrl }: Target): Promise<number> {
  const counts = [queueUrl, cacheUrl].map(async (url) => {
    const redis = new Redis(url);
    const said = await redis.info('commandstats');
    redis.disconnect();
    // Commands of scripts count, too, and the questions themselves do not.
    const calls = [...said.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].filter(
      ([, name]) => !/^(info|ping|client)/.test(name ?? ''),
    );
    return calls.reduce((sum, [, , times]) => sum + Number(times), 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function told(figures: readonly Figures[]): string {
  const of = (key: keyof Figures) => middle(figures.map((one) => one[key]));
  return `${of('cpuMilliseconds').toFixed(1)} ms, ${of('commands').toFixed(0)} commands`;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A polygon of 200 vertices, a little further on for each request. */
function drawn(n: number) {
  const [longitude, latitude] = [-100.1 + (n % 100) / 1000, 41.75 + Math.floor(n / 100) / 1000];
  const ring = Array.from({ length: 200 }, (_, i): Place => {
    const angle = (i / 200) * 2 * Math.PI;
    const radius = 0.03 + 0.005 * Math.sin(9 * angle);
    return [longitude + radius * Math.cos(angle), latitude + radius * Math.sin(angle)];
  });
  return polygon(ring);
}

function line(n: number) {
  const coordinates = Array.from({ length: 30 }, (_, i) => [-100.2 + i / 75, 41.86 + Math.sin(i + n) / 100]);
  return { type: 'LineString', coordinates };
}
