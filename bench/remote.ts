import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cellsOf,
  countGroups,
  openNetwork,
  openRangeCache,
  openRaster,
  planTiles,
  type Raster,
  spansOf,
  stackRasters,
} from '@catchment/raster';
import { variedRaster } from '../test/varied-raster.ts';
import { type Findings, median, type Value } from './findings.ts';

const latencyMilliseconds = 30;
const rounds = 31;
const names = ['cover', 'soil'] as const;

/** Two rasters in files, and the same behind a server whose answers are late: a count of a HUC-8's size on each. */
export async function benchRemote(): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-bench-'));
  writeFileSync(join(folder, 'cover'), raster(17, 16));
  writeFileSync(join(folder, 'soil'), raster(90, 7));
  const program = join(import.meta.dirname, 'remote-server.ts');
  const server = spawn(process.execPath, [program, folder, String(latencyMilliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(server.stdout, 'data');
    return await compare(folder, `http://127.0.0.1:${Number(port)}`);
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

interface Way {
  readonly what: string;
  readonly root: string;
  /** The folder of its cache in this round. */
  readonly cache?: (round: number) => string;
  /** Whether the time goes from before the rasters are opened, or after, as in a worker. */
  readonly opens: boolean;
}

async function compare(folder: string, url: string): Promise<Findings> {
  const fresh = (name: string) => (round: number) => join(folder, `${name}-${round}`);
  const kept = () => join(folder, 'kept');
  const ways: Way[] = [
    { what: 'local, opened each time', root: folder, opens: true },
    { what: 'first sight', root: url, cache: fresh('a'), opens: false },
    { what: 'first sight, and opened', root: url, cache: fresh('b'), opens: true },
    { what: 'second sight', root: url, cache: kept, opens: false },
    { what: 'second sight, and opened', root: url, cache: kept, opens: true },
  ];
  const times = ways.map((): number[] => []);
  let cells = 0;
  // One round for the caches and the compiler, then by turns: the machine's speed may drift.
  for (let round = -3; round < rounds; round++) {
    for (const [i, way] of ways.entries()) {
      const counted = await measure(way, round);
      cells = counted.cells;
      if (round >= 0) times[i]?.push(counted.milliseconds);
    }
  }
  const medians = times.map(median);
  const rows = ways.map(({ what }, i): Value[] => [what, medians[i], medians[i]! / medians[0]!]);
  const title = `${cells.toLocaleString('en')} cells of two rasters, each answer ${latencyMilliseconds} ms late`;
  const notes = [
    'With rasters open, first sight is to take at most 3 times the local time, second sight as long as local.',
  ];
  return { tables: [{ title, columns: ['', 'ms for a count', '× local'], rows, notes }] };
}

async function measure({ root, cache, opens }: Way, round: number) {
  const kept = cache && openRangeCache({ folder: cache(round), mostBytes: 2 ** 30 });
  const network = openNetwork({ cache: kept });
  const begun = performance.now();
  const rasters = await Promise.all(names.map((name) => openRaster({ name, url: `${root}/${name}`, network })));
  const opened = performance.now();
  const counts = await count(rasters);
  const ended = performance.now();
  await Promise.all(rasters.map((one) => one.close()));
  await kept?.settled();
  return { cells: counts.cells, milliseconds: ended - (opens ? begun : opened) };
}

async function count(rasters: readonly Raster[]) {
  const stack = stackRasters(rasters);
  cellsOf(area);
  const spans = spansOf(area, stack.bounds);
  return countGroups({ stack, spans, tiles: planTiles(stack, spans).runs });
}

/** Some 2.2 million cells with a winding border, as [column, row]. */
const area = [[winding(2000)]];

function winding(vertices: number): Float64Array {
  return Float64Array.from({ length: 2 * vertices }, (_, i) => {
    const angle = ((i >> 1) / vertices) * 2 * Math.PI;
    const radius = 820 * (1 + 0.2 * Math.sin(3 * angle) + 0.1 * Math.sin(17 * angle) + 0.02 * Math.sin(211 * angle));
    return 5000 + radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** Patches of some cells, a tenth of which are of another class, as in land cover: 20 × 20 tiles of 512 cells. */
function raster(patch: number, classes: number): Buffer {
  const mixed = (a: number, b: number) => {
    const hash = Math.imul((a * 73_856_093) ^ (b * 19_349_663), 0x45d9f3b);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
  const valueAt = (column: number, row: number) => {
    const noise = mixed(column, row);
    if (noise % 10 === 0) return (noise >>> 8) % classes;
    return mixed(Math.floor(column / patch) + 7, Math.floor(row / patch)) % classes;
  };
  return variedRaster({ across: 20, down: 20, side: 512, compressed: true, valueAt });
}
