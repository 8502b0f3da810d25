import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { instruments } from '@cellshed/metrics';
import { gatewayReady, startCatchment } from './processes.ts';
import { type PrometheusServer, startPrometheus } from './prometheus/server.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'deploy/grafana/catchment.json'), 'utf8');
const { panels } = JSON.parse(text) as { readonly panels: readonly Panel[] };
const token = 'a-token-for-Prometheus';
const folder = mkdtempSync(join(tmpdir(), 'catchment-dashboard-'));
const opened = new AsyncDisposableStack();
let prometheus: PrometheusServer;

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** Starts a service, a Prometheus that scrapes it every second, and asks for a hit and a miss. */
beforeAll(async () => {
  const adopt = <T extends { stop(): Promise<void> }>(one: T): T => opened.adopt(one, () => one.stop());
  const [queue, cache] = [adopt(await startRedis()), adopt(await startRedis())];
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: `${cache.url},file:${join(folder, 'results')}`, COUNT_THREADS: '1' },
    ...{
      CATCHMENT_CATALOG: join(root, '.catchment/sample/catalog.yaml'),
      TALLY_URL: `file:${join(folder, 'tallies')}`,
    },
    ...{ PORT: '0', METRICS_PORT: '0', METRICS_TOKEN: token, JOB_RETENTION_SECONDS: '10' },
  };
  const gateway = adopt(await startCatchment(['gateway'], env, gatewayReady));
  const worker = adopt(await startCatchment(['worker'], env, /metrics of the worker are on (127\.0\.0\.1:\d+)/));
  prometheus = opened.use(
    await startPrometheus(join(folder, 'prometheus'), {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(root, 'deploy/prometheus/alerts.yaml')],
      scrape_configs: [
        {
          job_name: 'catchment',
          authorization: { credentials: token },
          static_configs: [{ targets: [new URL(gateway.said).host, worker.said] }],
        },
      ],
    }),
  );
  const execute = () =>
    fetch(`${gateway.said}/api/processes/landcover_soil/execution`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', prefer: 'wait=60' } },
      body: JSON.stringify({ inputs: { area: 'huc12/990101010101' } }),
    });
  // A counter has to be seen before it rises, and after.
  for (let scraped = 0; scraped < 2; scraped = await scrapes()) expect((await execute()).status).toBe(200);
  const before = await scrapes();
  expect((await execute()).status).toBe(200);
  await until(async () => (await scrapes()) > before + 2);
});
afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

type Found = { readonly result: readonly { readonly value: readonly [number, string] }[] };

async function evaluate(expr: string): Promise<number[]> {
  const { result } = await prometheus.ask<Found>(`/api/v1/query?query=${encodeURIComponent(expr)}`);
  return result.map(({ value: [, number] }) => Number(number));
}

/** The scrapes of the process that was scraped least. */
async function scrapes(): Promise<number> {
  const counts = await evaluate('count_over_time(process_start_time_seconds{job="catchment"}[1h])');
  return counts.length < 2 ? 0 : Math.min(...counts);
}

const targets = panels.flatMap(({ title, targets: all = [] }) => all.map(({ expr }) => [title, expr] as const));

it('every query of a panel finds something in what Prometheus has scraped of real processes', async () => {
  for (const [title, expr] of targets) {
    const asked = expr.replaceAll('$__rate_interval', '1m');
    // A series may be new; then there is no rate of it before the next scrape.
    await until(async () => (await evaluate(asked)).length > 0);
    expect([title, (await evaluate(asked)).length > 0]).toEqual([title, true]);
  }
});

it('every metric is on the dashboard', () => {
  const all = targets.map(([, expr]) => expr).join('\n');
  const names = [
    ...Object.keys(instruments),
    'bullmq_job_count',
    'bullmq_job_completed_total',
    'bullmq_job_failed_total',
  ];
  expect(names.filter((name) => !all.includes(name))).toEqual([]);
});

it('every alert rule can be evaluated there', async () => {
  interface Rules {
    readonly groups: readonly { readonly rules: readonly { readonly name: string; readonly health: string }[] }[];
  }
  const rules = async () => (await prometheus.ask<Rules>('/api/v1/rules')).groups.flatMap((group) => group.rules);
  await until(async () => (await rules()).every(({ health }) => health !== 'unknown'));
  expect((await rules()).filter(({ health }) => health !== 'ok')).toEqual([]);
});

it('panels lie in a grid, none over another', () => {
  const covered = new Set<string>();
  for (const { gridPos, title } of panels) {
    expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
    for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        expect([title, covered.has(`${x} ${y}`)]).toEqual([title, false]);
        covered.add(`${x} ${y}`);
      }
    }
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

it('it is a dashboard by the types of Grafana', () => {
  const file = join(root, '.catchment', `dashboard-${process.pid}.ts`);
  writeFileSync(
    file,
    `import type { Dashboard } from '@grafana/schema';\nexport const dashboard: Dashboard = ${text};\n`,
  );
  try {
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig', file];
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), options, { encoding: 'utf8', cwd: root });
    expect([status, stdout]).toEqual([0, '']);
  } finally {
    rmSync(file);
  }
});
