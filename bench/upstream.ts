import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, resultCache, resultKey } from '@cellshed/cache';
import { createClient } from '@cellshed/client';
import { isRefusal, type ResultDocument, resultSchemaVersion } from '@cellshed/contracts';
import { openOperations } from '@cellshed/operations';
import { Redis } from 'ioredis';
import { writeGeoPackage } from '../sample/geopackage-writer.ts';
import { startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { sumOf, usageBetween, usageOf } from './usage.ts';

const areas = Number(process.env.BENCH_AREAS ?? 100_000);
/** The areas upstream of the outlet that is asked for. */
const units = areas / 5;
const rounds = 7;
/** The most milliseconds that the total of the first 20,000 areas may take in the worker. */
const mostMilliseconds = 1000;

/** The total of a fifth of a table's areas, all of whose results are cached, again and again. */
export async function benchUpstream(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const catalog = await writeInputs(folder);
  const cluster = await startCluster({ catalog, workers: ['all'], env: { COUNT_THREADS: '2' } });
  const [cache, queue] = [new Redis(cluster.cache.url), new Redis(cluster.queue.url)];
  try {
    const seeded = await seedCache(catalog, { folder, url: cluster.cache.url });
    const watched = { redises: { cache, queue }, pids: { worker: cluster.workerPids[0] as number } };
    const client = createClient(cluster.url);
    const wrong: string[] = [];
    const found: Found[] = [];
    // The first one reads the links of the table, in each thread.
    for (let round = 0; round <= rounds; round++) {
      for (const key of await cache.keys('*@upstream*')) await cache.del(key);
      const before = await usageOf(watched);
      const hits = askedMeanwhile(cluster.url);
      const { jobID } = await client.execute('landcover', { area: `unit/${idOf(0)}`, upstream: true });
      const status = await client.wait(jobID, { everyMilliseconds: 10 });
      const longestHit = await hits.stop();
      const used = usageBetween(before, await usageOf(watched));
      const document = await client.result<ResultDocument>(jobID);
      if (document.cells !== seeded.cells || document.areas !== units)
        wrong.push(`${document.areas} areas have ${document.cells} cells, expected ${units} with ${seeded.cells}`);
      found.push({
        milliseconds: Date.parse(status.finished ?? '') - Date.parse(status.started ?? ''),
        longestHit,
        reads: used.commands['cache']?.['mget'] ?? 0,
        commands: sumOf(used.commands['queue'] ?? {}),
        cpu: used.cpu['worker'] ?? 0,
      });
    }
    const [first, ...others] = found as [Found, ...Found[]];
    const middle = (of: (one: Found) => number) => median(others.map(of));
    const milliseconds = middle((one) => one.milliseconds);
    if (areas === 100_000 && milliseconds > mostMilliseconds)
      wrong.push(`a total takes ${milliseconds} ms, expected at most ${mostMilliseconds}`);
    const rows: Value[][] = [
      ['first, with the links of the table', ...Object.values(first)],
      [`median of ${rounds}`, ...columnsOf.map((name) => middle((one) => one[name]))],
    ];
    const title = `The total of ${units.toLocaleString('en')} of ${areas.toLocaleString('en')} areas from the cache`;
    return { tables: [{ title, columns, rows, notes: [note] }], wrong };
  } finally {
    for (const redis of [cache, queue]) redis.disconnect();
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

interface Found {
  readonly milliseconds: number;
  readonly longestHit: number;
  readonly reads: number;
  readonly commands: number;
  readonly cpu: number;
}

const columnsOf = ['milliseconds', 'longestHit', 'reads', 'commands', 'cpu'] as const;
const columns = [
  '',
  'ms from start to finish of the job',
  'longest hit meanwhile, ms',
  'MGET of the cache',
  'commands of the queues’ Redis',
  'CPU ms of the worker',
];
const note =
  'The total itself is removed from the cache before each round. The time is that of the job’s status, with its hops from queue to queue. Meanwhile, one client asks for one cached result again and again, through the same worker: the commands, the CPU and the longest hit are also theirs.';

/** Asks for a hit again and again; `stop` resolves to the longest time that one took. */
function askedMeanwhile(url: string) {
  let [isOver, longest] = [false, 0];
  const body = JSON.stringify({ inputs: { area: `unit/${idOf(1)}` } });
  const asking = (async () => {
    while (!isOver) {
      const before = performance.now();
      const headers = { 'content-type': 'application/json', prefer: 'wait=30' };
      await (await fetch(`${url}/api/processes/landcover/execution`, { method: 'POST', headers, body })).text();
      longest = Math.max(longest, performance.now() - before);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await asking;
      return longest;
    },
  };
}

function idOf(index: number): string {
  return `99${String(index).padStart(10, '0')}`;
}

/** Squares, of which the first fifth drains to the first one, each into one of a few before it. */
async function writeInputs(folder: string): Promise<string> {
  const squares = Array.from({ length: areas }, (_, index) => {
    const [west, north] = [-96 + (index % 400) / 4000, 36.5 - Math.floor(index / 400) / 4000];
    const [east, south] = [west + 1 / 4000, north - 1 / 4000];
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ] as const;
    const below = index < units ? Math.floor((index - 1) / 3) : Math.max(units, index - 1 - (index % 5));
    const tohuc = index === 0 || index === units ? 'OCEAN' : idOf(below);
    return { id: idOf(index), name: `Creek ${index}`, areasqkm: 1, tohuc, rings: [ring] };
  });
  writeGeoPackage(join(folder, 'areas.gpkg'), [{ table: 'unit', title: 'Units', idColumn: 'id', areas: squares }]);
  const catalog = join(folder, 'catalog.yaml');
  const sample = join(import.meta.dirname, '../.catchment/sample');
  await writeFile(
    catalog,
    `rasters: { landcover: { url: ${sample}/landcover.tif } }
operations: { landcover: { type: groupedCount, rasters: [landcover] } }
areas: { unit: { source: areas.gpkg, table: unit, id: id, downstream: tohuc } }
`,
  );
  return catalog;
}

/** A busy machine is not what is measured. */
const timeoutMilliseconds = 3_600_000;

/** Writes results of twelve classes as counting would leave them, and adds up what they count. */
async function seedCache(
  catalogPath: string,
  { folder, url }: { readonly folder: string; readonly url: string },
): Promise<{ readonly cells: number }> {
  await using opened = new AsyncDisposableStack();
  const operations = opened.adopt(await openOperations({ catalogPath }), (one) => one.close());
  const store = opened.adopt(await openStore(url, { base: folder, timeoutMilliseconds }), (one) => one.close());
  const results = resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds });
  const request = { operation: 'landcover', area: { table: 'unit', id: idOf(0) }, coverage: 'centre' } as const;
  const identity = await operations.identify(request);
  if (isRefusal(identity)) throw new Error(identity.problem);
  const { fingerprint } = identity;
  let cells = 0;
  for (let at = 0; at < units; at += 1000) {
    const writes = Array.from({ length: Math.min(1000, units - at) }, async (_, i) => {
      const id = idOf(at + i);
      const groups = Array.from({ length: 12 }, (_, n) => ({
        values: [11 + 7 * n],
        cells: ((at + i) * (n + 3)) % 997,
      }));
      const all = groups.reduce((sum, group) => sum + group.cells, 0);
      cells += all;
      const known = { operation: 'landcover', area: `unit/${id}`, rasters: ['landcover'], coverage: 'centre' };
      const document = { ...known, cellArea: 900, cells: all, covered: 1, groups };
      const key = resultKey({ area: { table: 'unit', id }, operation: 'landcover', fingerprint });
      const value = Buffer.from(JSON.stringify(document));
      if (!(await results.write(key, value, { startedAt: Date.now(), costMs: 1 })))
        throw new Error(`${key} was not written`);
    });
    await Promise.all(writes);
  }
  return { cells };
}
