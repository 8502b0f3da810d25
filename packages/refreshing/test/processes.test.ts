import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { redisStore } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import { refreshingCache } from '../src/refreshing.ts';
import type { Order, ProcessSettings, Report } from './refreshing-process.ts';

let server: PrivateRedis;
let admin: Redis;
const running: ChildProcess[] = [];

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
beforeEach(() => admin.flushall());
afterEach(async () => {
  for (const child of running.splice(0)) await kill(child);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const long = 600_000;

describe('11. readers in several processes', () => {
  it('a hundred of them in three processes fetch once on a miss, and all get the value', async () => {
    const processes = await Promise.all([start(), start(), start()]);
    for (const { order } of processes) order({ do: 'read', readers: 34 });
    await Promise.any(processes.map(({ reported }) => reported('fetching')));
    const isWaiting = processes.map(({ reported }) => reported('waiting'));
    // Two of the three wait for the one that fetches.
    await atLeast(2, isWaiting);
    await admin.rpush('gate', ...Array(102).fill('value'));
    const answers = (await Promise.all(processes.map(({ done }) => done()))).flat();
    expect(answers).toEqual(Array(102).fill('miss value'));
    expect(await admin.get('fetches')).toBe('1');
  });

  it('a hundred of them in three processes queue one job on stale, and three workers at once fetch once for it', async () => {
    const store = await redisStore({ client: admin });
    const fetch = (_: string) => 'old';
    await refreshingCache({ store, clock: () => 0 })
      .define({ name: 'read', fetch, lifetimeMilliseconds: 1000 })
      .get('david');
    const processes = await Promise.all([start(), start(), start()]);
    for (const { order } of processes) order({ do: 'read', readers: 34 });
    const answers = (await Promise.all(processes.map(({ done }) => done()))).flat();
    expect(answers).toEqual(Array(102).fill('stale old'));
    const jobs = (await admin.lrange('jobs', 0, -1)).map((text): RefreshJob => JSON.parse(text));
    expect(jobs).toMatchObject([{ name: 'read', args: ['david'], queuedAt: 5000 }]);
    expect(await admin.get('fetches')).toBeNull();

    for (const { order } of processes) order({ do: 'perform', job: jobs[0] as RefreshJob });
    await Promise.any(processes.map(({ reported }) => reported('fetching')));
    await atLeast(
      2,
      processes.map(({ reported }) => reported('waiting')),
    );
    await admin.rpush('gate', ...Array(3).fill('new'));
    const outcomes = (await Promise.all(processes.map(({ done }) => done()))).flat();
    expect(outcomes.sort()).toEqual(['refreshed', 'there', 'there']);
    expect(await admin.get('fetches')).toBe('1');
  });

  it.each(['a reader', 'a worker'])('if %s that holds the lease is killed, another takes over', async (who) => {
    const order: Order =
      who === 'a reader'
        ? { do: 'read', readers: 3 }
        : {
            do: 'perform',
            job: { ...{ name: 'read', args: ['david'], epoch: '', lease: 'l', queuedAt: 1 }, key: 'key' },
          };
    const [first, second] = await Promise.all([start({ gate: 'never' }), start()]);
    first.order(order);
    await first.reported('fetching');
    second.order(order);
    await second.reported('waiting');
    await kill(first.child);
    expect(await admin.get('fetches')).toBe('1');
    // Its lease is left behind, and ends with its time.
    const leases = await admin.keys('*:lease:fetch');
    expect(leases.length).toBe(1);
    expect(await admin.pexpire(leases[0] ?? '', 1)).toBe(1);
    await second.reported('fetching');
    await admin.rpush('gate', 'value');
    expect(await second.done()).toEqual(who === 'a reader' ? Array(3).fill('miss value') : ['refreshed']);
    expect(await admin.get('fetches')).toBe('2');
  });

  it('waiters wait a bounded time for a holder that goes on and on', async () => {
    const [first, second] = await Promise.all([start({ gate: 'never' }), start({ waitMilliseconds: 100 })]);
    first.order({ do: 'read', readers: 1 });
    await first.reported('fetching');
    const [lease = ''] = await admin.keys('*:lease:fetch');
    const holder = await admin.get(lease);
    second.order({ do: 'read', readers: 34 });
    await second.reported('waiting');
    await second.reported('fetching');
    expect(await admin.get(lease)).toBe(holder);
    await admin.rpush('gate', 'second');
    expect(await second.done()).toEqual(Array(34).fill('miss second'));
    expect(await admin.get('fetches')).toBe('2');
    await admin.rpush('never', 'first');
    expect(await first.done()).toEqual(['miss first']);
  });
});

/** A process that is ready; what it reports is kept until somebody asks. */
async function start(settings: Partial<ProcessSettings> = {}) {
  const all: ProcessSettings = { url: server.url, gate: 'gate', now: 5000, waitMilliseconds: long, ...settings };
  const child = fork(join(import.meta.dirname, 'refreshing-process.ts'), [JSON.stringify(all)], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  running.push(child);
  const seen: Report[] = [];
  child.on('message', (report: Report) => seen.push(report));
  /** Takes the next report of the kind, now or when it comes. */
  const next = async (is: Report['is']): Promise<Report> => {
    for (;;) {
      const at = seen.findIndex((report) => report.is === is);
      const [found] = at === -1 ? [] : seen.splice(at, 1);
      if (found) return found;
      await once(child, 'message');
    }
  };
  await next('ready');
  return {
    child,
    order: (order: Order) => child.send(order),
    reported: async (is: 'fetching' | 'waiting') => {
      await next(is);
    },
    done: async () => {
      const report = await next('done');
      return report.is === 'done' ? report.answers : [];
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Resolves when so many of the promises have. */
function atLeast(count: number, promises: readonly Promise<void>[]): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    for (const promise of promises) {
      void promise.then(() => {
        left -= 1;
        if (left === 0) resolve();
      });
    }
  });
}
