import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countGroups,
  openNetwork,
  openRangeCache,
  openRaster,
  planTiles,
  projectToCells,
  type Raster,
  spansOf,
  stackRasters,
  type XyPolygons,
} from '@cellshed/raster';
import { type Findings, median, type Table } from './findings.ts';
import { benchInputs, polygonsOf } from './inputs.ts';
import { comparison, latencyMilliseconds, type Places, s3Url } from './remote-comparison.ts';
import { remoteServiceTable } from './remote-service.ts';

const names = ['nlcd', 'soil'] as const;

const notes = [
  `Each answer is ${latencyMilliseconds} ms late, which stands for a round trip. A new connection takes one more, as with TCP.`,
  'The directory comes first in each file, as in a Cloud Optimized GeoTIFF. At first sight the raster cache is empty, at second sight everything is in it. First sight should take at most one round trip more than local files, and one to open them; second sight no longer than they.',
];

/** The round trips, one after the other, that opening two rasters and counting a HUC-8 may take. */
const mostInTurn = 2;

/**
 * Two rasters in files, and the same behind a server whose answers are late: a count of a HUC-8's
 * size on each, and asked of the service.
 */
export async function benchRemote(): Promise<Findings> {
  const inputs = await benchInputs();
  const scratch = mkdtempSync(join(tmpdir(), 'catchment-bench-'));
  const servers = await Promise.all([serve(inputs), serve(inputs)]);
  try {
    const [{ url }, { url: other }] = servers;
    const places = { inputs, url, other, scratch };
    const [opening, huc8, together] = await compare(places, 'huc8_1', 21);
    const [, huc4] = await compare(places, 'huc4_1', 9);
    const service = await remoteServiceTable(places);
    return {
      tables: [{ ...huc8, notes }, huc4, opening, together.table, service],
      wrong: together.most > mostInTurn ? [`a HUC-8 at first sight takes ${together.most} round trips in turn`] : [],
    };
  } finally {
    for (const { stop } of servers) stop();
    rmSync(scratch, { recursive: true });
  }
}

async function serve(inputs: string) {
  const program = join(import.meta.dirname, 'remote-server.ts');
  const server = spawn(process.execPath, [program, inputs, String(latencyMilliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(server.stdout, 'data');
  return { url: `http://127.0.0.1:${Number(port)}`, stop: () => server.kill() };
}

interface Way {
  readonly what: string;
  readonly urlOf: (name: string) => string;
  /** The server that says how many round trips had to wait for one another. */
  readonly server?: string;
  /** The folder of its cache in this round. */
  readonly cache?: (round: number) => string;
  /** Called before the rasters are opened, and before they are counted. */
  readonly before?: () => Promise<unknown>;
}

async function compare(
  { inputs, url, other, scratch }: Places & { readonly other: string },
  polygon: string,
  rounds: number,
): Promise<[Table, Table, { readonly table: Table; readonly most: number }]> {
  const overHttp = (name: string) => `${url}/${name}.tif`;
  const fresh = (name: string) => (round: number) => join(scratch, polygon, `${name}-${round}`);
  const ways: Way[] = [
    { what: 'local', urlOf: (name) => join(inputs, `${name}.tif`) },
    { what: 'HTTP, first sight', urlOf: overHttp, cache: fresh('http'), server: url },
    {
      what: 'HTTP, first sight, over new connections',
      urlOf: (name) => `${other}/${name}.tif`,
      cache: fresh('new'),
      server: other,
      before: () => fetch(`${other}/hang-up`),
    },
    { what: 'S3, first sight', urlOf: (name) => s3Url(url, name), cache: fresh('s3'), server: url },
    { what: 'HTTP, second sight', urlOf: overHttp, cache: () => join(scratch, polygon, 'kept'), server: url },
  ];
  process.env.AWS_ACCESS_KEY_ID ??= 'anybody';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'anything';
  // The connections to a service end with the last raster that is closed.
  const held = await openRaster({ name: 'nlcd', url: s3Url(url, 'nlcd') });
  const times = ways.map((): Awaited<ReturnType<typeof measure>>[] => []);
  // Some rounds for the caches and the compiler, then by turns: the machine's speed may drift.
  for (let round = -3; round < rounds; round++) {
    for (const [i, way] of ways.entries()) {
      const measured = await measure(way, round, polygonsOf(inputs, polygon));
      if (round >= 0) times[i]?.push(measured);
    }
  }
  await held.close();
  const table = (title: string, part: 'opening' | 'counting') => {
    const medians = times.map((all) => median(all.map((one) => one[part])));
    const measured = ways.map(({ what }, i) => ({ what, milliseconds: medians[i]!, local: medians[0]! }));
    return comparison(title, measured);
  };
  const cells = times[0]![0]!.cells.toLocaleString('en');
  const [remote, turns] = [ways.slice(1), times.slice(1)];
  const inTurn = turns.map((all) => all.map((one) => one.inTurn));
  const medians = inTurn.map((all) => [0, 1].map((part) => median(all.map((one) => one[part] as number))));
  const together = {
    title: `Round trips that wait for one another: opening, and ${cells} cells`,
    columns: ['', 'opening', 'counting', 'both'],
    rows: remote.map(({ what }, i) => [what, ...medians[i]!, sumOf(medians[i]!)]),
    notes: ['The server counts them: requests that are under way together are one, a new connection is one more.'],
  };
  const first = remote.findIndex(({ what }) => what === 'HTTP, first sight');
  return [
    table('Opening the two rasters', 'opening'),
    table(`${cells} cells of two open rasters`, 'counting'),
    { table: together, most: sumOf(medians[first]!) },
  ];
}

async function measure({ urlOf, cache, before, server }: Way, round: number, polygons: XyPolygons) {
  const kept = cache && openRangeCache({ folder: cache(round), mostBytes: 2 ** 30 });
  const network = openNetwork({ cache: kept });
  await before?.();
  await inTurnAt(server);
  const begun = performance.now();
  const rasters = await Promise.all(names.map((name) => openRaster({ name, url: urlOf(name), network })));
  const opening = performance.now() - begun;
  const first = await inTurnAt(server);
  await before?.();
  const counting = performance.now();
  const { cells } = await count(rasters, polygons);
  const ended = performance.now();
  const inTurn = [first, await inTurnAt(server)] as const;
  await Promise.all(rasters.map((one) => one.close()));
  await kept?.settled();
  return { cells, opening, counting: ended - counting, inTurn };
}

/** The round trips at a server that waited for one another since this was asked last. */
async function inTurnAt(server: string | undefined): Promise<number> {
  return server === undefined ? 0 : Number(await (await fetch(`${server}/in-turn`)).text());
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

async function count(rasters: readonly Raster[], polygons: XyPolygons) {
  const stack = stackRasters(rasters);
  const spans = spansOf(projectToCells(polygons, stack.grid), stack.bounds);
  return countGroups({ stack, spans, tiles: planTiles(stack, spans).runs });
}
