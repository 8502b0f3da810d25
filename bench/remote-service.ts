import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { type Cluster, startCluster } from './cluster.ts';
import { median, type Table } from './findings.ts';
import { polygonsOf } from './inputs.ts';
import { comparison, type Places, s3Url } from './remote-comparison.ts';

/**
 * The moves of a HUC-8 in each round, in degrees: no two have a tile in common. The first move is
 * for the work that a process does once.
 */
const places = [-1, 0, 1, 2, 3].flatMap((across) => [-1, 0, 1, 2].map((up) => [1.1 * across, 0.9 * up] as const));

/** The distance of the neighbour that has mostly the same tiles. */
const aside = 0.002;

/**
 * The time from asking the service until it says that it is done, where it has no result: of places
 * never seen, and of their neighbours.
 */
export async function remoteServiceTable({ inputs, url, scratch }: Places): Promise<Table> {
  const services = [
    { what: 'local', urlOf: (name: string) => join(inputs, `${name}.tif`) },
    { what: 'HTTP', urlOf: (name: string) => `${url}/${name}.tif` },
    { what: 'S3', urlOf: (name: string) => s3Url(url, name) },
  ];
  const clusters: Cluster[] = [];
  try {
    for (const { what, urlOf } of services) clusters.push(await serviceOn(urlOf, join(scratch, what)));
    const times = services.map(() => ({ first: [] as number[], second: [] as number[] }));
    for (const [round, [east, north]] of places.entries()) {
      for (const sight of ['first', 'second'] as const) {
        for (const [i, cluster] of clusters.entries()) {
          const place = [sight === 'first' ? east : east + aside, north] as const;
          const milliseconds = await millisecondsOf(cluster, inputs, place);
          if (round > 0) times[i]![sight].push(milliseconds);
        }
      }
    }
    const measured = (['first', 'second'] as const).flatMap((sight) =>
      services.map(({ what }, i) => ({
        what: `${what}, ${sight} sight`,
        milliseconds: median(times[i]![sight]),
        local: median(times[0]![sight]),
      })),
    );
    return comparison('Two rasters under a HUC-8, asked of gateway and worker', measured);
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  }
}

function serviceOn(urlOf: (name: string) => string, path: string): Promise<Cluster> {
  const rasters = { nlcd: { url: urlOf('nlcd') }, soil: { url: urlOf('soil') } };
  const operations = { nlcd_soil: { type: 'groupedCount', rasters: ['nlcd', 'soil'] } };
  const catalog = `${path}.yaml`;
  writeFileSync(catalog, JSON.stringify({ rasters, operations }));
  const env = { RASTER_CACHE_DIR: `${path}-kept`, COUNT_THREADS: '1' };
  return startCluster({ catalog, workers: ['start,finish,count'], env });
}

async function millisecondsOf(
  { url }: Cluster,
  inputs: string,
  [east, north]: readonly [number, number],
): Promise<number> {
  const client = createClient(url);
  const polygons = polygonsOf(inputs, 'huc8_1').map((rings) =>
    rings.map((ring) => ring.map(([x, y]) => [x + east, y + north] as const)),
  );
  const area = { type: 'MultiPolygon', coordinates: polygons };
  const begun = performance.now();
  const { jobID } = await client.execute('nlcd_soil', { area });
  const { status, message } = await client.wait(jobID, { everyMilliseconds: 2 });
  if (status !== 'successful') throw new Error(`a HUC-8 ended ${status}: ${message}`);
  return performance.now() - begun;
}
