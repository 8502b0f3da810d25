import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { parse } from 'yaml';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, startCatchment, workerReady } from './processes.ts';
import { startPrometheus } from './prometheus/server.ts';
import { until } from './until.ts';

interface Autoscaling {
  readonly query: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly jobsPerWorker: number;
}

const values = new URL('../deploy/helm/catchment/values.yaml', import.meta.url);
const rule = (parse(readFileSync(values, 'utf8')) as { readonly count: { readonly autoscaling: Autoscaling } }).count
  .autoscaling;
const [some, all] = [30, 300];
const token = 'a-token-of-this-test';

/** The query of a release, as Helm writes it. */
const queryOf = (release: string) =>
  rule.query.replace('{{ .Release.Namespace }}', 'prod').replace('{{ .Release.Name }}', release);

/** The raster workers that KEDA and its HPA want for a value of the query. */
const wanted = (jobs: number) =>
  Math.min(rule.maxReplicas, Math.max(rule.minReplicas, Math.ceil(jobs / rule.jobsPerWorker)));

it('raster workers become more in a flood of misses, and fewer after it, by what Prometheus has scraped', async () => {
  await using opened = new AsyncDisposableStack();
  const adopt = <T extends { stop(): Promise<void> }>(one: T): T => opened.adopt(one, () => one.stop());
  const folder = mkdtempSync(join(tmpdir(), 'catchment-scaling-'));
  opened.defer(() => rmSync(folder, { recursive: true }));
  writeBasins(folder);
  const [queue, cache] = [adopt(await startRedis()), adopt(await startRedis())];
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: join(folder, 'catalog.yaml') },
    ...{ PORT: '0', METRICS_TOKEN: token, COUNT_THREADS: '1' },
  };
  const gateways = [
    adopt(await startCatchment(['gateway'], env, gatewayReady)),
    adopt(await startCatchment(['gateway'], env, gatewayReady)),
  ] as const;
  adopt(await startCatchment(['worker', '--roles', 'start,finish'], env, workerReady));
  const prometheus = opened.use(
    await startPrometheus(join(folder, 'prometheus'), {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          ...{ job_name: 'catchment', authorization: { credentials: token } },
          static_configs: [
            {
              targets: gateways.map(({ said }) => new URL(said).host),
              labels: { namespace: 'prod', app_kubernetes_io_instance: 'cat' },
            },
          ],
        },
      ],
    }),
  );
  type Found = { readonly result: readonly { readonly value: readonly [number, string] }[] };
  const jobs = async (release = 'cat') => {
    const asked = `/api/v1/query?query=${encodeURIComponent(queryOf(release))}`;
    return (await prometheus.ask<Found>(asked)).result.map(({ value: [, number] }) => Number(number));
  };
  const flood = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const response = await fetch(`${gateways[0].said}/api/processes/here/execution`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json', prefer: 'respond-async' } },
        body: JSON.stringify({ inputs: { area: `basins/b${i}` } }),
      });
      expect(response.status).toBe(201);
    }
  };

  // Nothing waits: the fewest.
  await until(async () => (await jobs())[0] === 0);
  expect(wanted(0)).toBe(rule.minReplicas);

  // No worker counts yet, as where all are busy. All jobs have a priority: no list has them.
  await flood(0, some);
  await until(async () => (await jobs())[0] === some);
  expect(wanted(some)).toBe(Math.ceil(some / rule.jobsPerWorker));
  expect(wanted(some)).toBeGreaterThan(rule.minReplicas);
  await flood(some, all);
  await until(async () => (await jobs())[0] === all);
  expect(wanted(all)).toBe(rule.maxReplicas);
  const redis = opened.adopt(new Redis(queue.url), (client) => client.disconnect());
  expect(await redis.llen('{catchment}:2:count:wait')).toBe(0);
  expect(await redis.zcard('{catchment}:2:count:prioritized')).toBe(all);
  expect(await jobs('another')).toEqual([]);

  // A gateway less tells the same.
  await gateways[1].stop();
  const up = async () => (await prometheus.ask<Found>('/api/v1/query?query=sum(up)')).result[0]?.value[1];
  await until(async () => (await up()) === '1');
  await until(async () => (await jobs())[0] === all);

  // Raster workers come, and the flood goes.
  adopt(await startCatchment(['worker', '--roles', 'count'], env, workerReady));
  const seen: number[] = [];
  await until(async () => {
    seen.push(...(await jobs()));
    return seen.at(-1) === 0;
  });
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));

  // Without an answer there is no number, which is not 0.
  await gateways[0].stop();
  await until(async () => (await jobs()).length === 0);
});

/** Writes a catalog of one raster and as many areas as there are misses. */
function writeBasins(folder: string): void {
  const grid = { across: 4, down: 4, originX: 1_330_000, originY: 2_020_000 };
  writeConstantRaster(join(folder, 'here.tif'), { ...grid, value: 1 });
  const features = Array.from({ length: all }, (_, i) => ({
    ...{ type: 'Feature', properties: { id: `b${i}` } },
    geometry: { type: 'Polygon', coordinates: [boxRing(-80 + i / 1000, 40, -79.995 + i / 1000, 40.01)] },
  }));
  writeFileSync(join(folder, 'basins.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    join(folder, 'catalog.yaml'),
    `rasters: { here: { url: here.tif } }
operations: { here: { type: groupedCount, rasters: [here] } }
areas: { basins: { source: basins.geojson, id: id } }
`,
  );
}
