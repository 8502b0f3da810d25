import { spawnCatchment } from '../test/processes.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { benchInputs, polygonsOf } from './inputs.ts';

const rounds = 3;

interface Work {
  readonly what: string;
  run(cluster: Cluster, inputs: string): Promise<void>;
}

const works: readonly Work[] = [
  { what: 'warming the areas that tile the rasters', run: warmAll },
  { what: 'one request of 2.5e8 cells', run: askForLargest },
  { what: 'eight requests of 4.4e7 cells', run: (cluster, inputs) => askForEight(cluster, inputs, 1) },
];

/**
 * The same work with one raster worker and with two, each a process with one thread on a core of
 * its own that keeps no decoded tiles, beside one that starts and finishes. (Without a core of its
 * own a single worker would decode on the other one.)
 */
export async function benchWorkers(): Promise<Findings> {
  const inputs = await benchInputs();
  const rows: Value[][] = [];
  const ratios: number[] = [];
  for (const work of works) {
    const [one, two]: [number[], number[]] = [[], []];
    // The two run by turns, as the machine's speed may drift.
    for (let round = 0; round < rounds; round++) {
      one.push(await secondsOf(work, inputs, 1));
      two.push(await secondsOf(work, inputs, 2));
    }
    const ratio = median(one) / median(two);
    rows.push([work.what, median(one), median(two), ratio.toFixed(2)]);
    ratios.push(ratio);
  }
  return {
    tables: [
      {
        title: 'One and two raster workers',
        columns: ['', 'seconds with one', 'seconds with two', 'times as fast'],
        rows,
        notes: [
          'All requests go through the queue, and nothing is cached. Two workers should be at least 1.7 times as fast on two cores of their own.',
        ],
      },
    ],
    figures: { timesAsFast: ratios[0]! },
  };
}

async function secondsOf(work: Work, inputs: string, rasterWorkers: number): Promise<number> {
  const workers = ['start,finish', ...Array<string>(rasterWorkers).fill('count')];
  const catalog = `${inputs}/catalog.yaml`;
  const env = { COUNT_THREADS: '1', TILE_CACHE_BYTES: '0' };
  const cluster = await startCluster({ catalog, workers, pinned: true, env });
  try {
    // By then each process has done the work that it does once.
    await askForEight(cluster, inputs, 2);
    const before = performance.now();
    await work.run(cluster, inputs);
    return (performance.now() - before) / 1000;
  } finally {
    await cluster.stop();
  }
}

async function warmAll({ env }: Cluster): Promise<void> {
  const { code, err } = await spawnCatchment(['warm', 'sweep', '--json'], env).ended;
  if (code !== 0) throw new Error(`warm ended with ${code}: ${err}`);
}

async function askForLargest({ url }: Cluster, inputs: string): Promise<void> {
  await askForArea(url, inputs, 'huc2_1');
}

/** Areas a few metres apart, so that each is counted for itself. */
async function askForEight({ url }: Cluster, inputs: string, row: number): Promise<void> {
  const shifts = Array.from({ length: 8 }, (_, i): [number, number] => [i / 10_000, row / 10_000]);
  await Promise.all(shifts.map((shift) => askForArea(url, inputs, 'huc4_1', shift)));
}

/**
 * Asks for two rasters' counts in one of the inputs' areas, shifted by some degrees, and is
 * answered when they are there: polling would be work for the same processors.
 */
export async function askForArea(url: string, inputs: string, polygon: string, [east, north] = [0, 0]): Promise<void> {
  const coordinates = polygonsOf(inputs, polygon).map((rings) =>
    rings.map((ring) => ring.map(([lon, lat]) => [lon + east, lat + north] as const)),
  );
  const answer = await fetch(new URL('/api/processes/nlcd_soil/execution', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60' },
    body: JSON.stringify({ inputs: { area: { type: 'MultiPolygon', coordinates } } }),
  });
  if (answer.status !== 200) throw new Error(`${polygon} was answered with ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}
