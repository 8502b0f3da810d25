import type { Area } from '@cellshed/areas';
import type { CatalogOperation, CatalogRaster } from '@cellshed/catalog';
import type { Coverage, Definition } from '@cellshed/contracts';
import { crsFromText } from '@cellshed/crs';
import type { Raster, Samples } from '@cellshed/raster';
import { countPass } from '../src/count-pass.ts';
import type { Identified } from '../src/identify.ts';
import { openPlacer } from '../src/planning/place.ts';
import { type OperationPlan, type PlaceSources, planPasses } from '../src/planning/plan-passes.ts';
import { resultDocument } from '../src/result.ts';
import { operationTallies } from '../src/tallies/operation-tallies.ts';
import { openTallies, readTallyKey, type Tallies } from '../src/tallies/tallies.ts';

// Blocks of a stack have at least 2^18 cells, as many as these tiles.
export const tile = 512;
const cell = 0.01;

/** A raster whose samples follow from where they lie, on a lattice from 10° E, 50° N. */
export function rasterOf(
  name: string,
  {
    at: [left, top],
    size: [width, height],
    sample,
    type = 'uint8',
    nodata,
    version = 'v1',
    side = tile,
  }: {
    readonly at: readonly [number, number];
    readonly size: readonly [number, number];
    readonly sample: (x: number, y: number) => number;
    readonly type?: 'uint8' | 'float32';
    readonly nodata?: number;
    readonly version?: string;
    /** The side of its tiles. */
    readonly side?: number;
  },
): Raster & { reads: number } {
  const across = Math.ceil(width / side);
  const tiles = new Map<string, Samples>();
  const made = (column: number, row: number) => {
    const samples = new (type === 'uint8' ? Uint8Array : Float32Array)(side * side);
    for (let i = 0; i < samples.length; i++)
      samples[i] = sample(column * side + (i % side), row * side + Math.floor(i / side));
    return samples;
  };
  const raster = {
    reads: 0,
    name,
    grid: {
      width,
      height,
      originX: 10 + left * cell,
      originY: 50 - top * cell,
      cellWidth: cell,
      cellHeight: cell,
      crs: crsFromText('EPSG:4326'),
    },
    sampleType: type,
    nodata,
    tiling: { width: side, height: side, across, down: Math.ceil(height / side) },
    version,
    isRemote: false,
    readTile: async (column: number, row: number) => {
      raster.reads += 1;
      const key = `${column} ${row}`;
      const known = tiles.get(key) ?? made(column, row);
      tiles.set(key, known);
      // The caller's own.
      return known.slice();
    },
    currentVersion: async () => version,
    close: async () => undefined,
  };
  return raster;
}

export const kinds = (x: number, y: number) => ((x >> 4) * 7 + (y >> 3) * 5) % 11;

export function rastersOf(version = 'v1') {
  return new Map([
    ['land', rasterOf('land', { at: [0, 0], size: [2900, 2300], sample: kinds, nodata: 3, version })],
    ['soil', rasterOf('soil', { at: [0, 0], size: [2900, 2300], sample: (x, y) => ((x >> 2) * (y >> 1)) % 5 })],
    ['slope', rasterOf('slope', { at: [0, 0], size: [2900, 2300], sample: (x, y) => x / 3 + y / 7, type: 'float32' })],
    ['moved', rasterOf('moved', { at: [1024, 512], size: [1700, 1200], sample: kinds })],
    ['askew', rasterOf('askew', { at: [700, 300], size: [1100, 1200], sample: kinds })],
  ]);
}

export const all = rastersOf();

export const definitions: Definition[] = [
  { type: 'groupedCount', rasters: ['land', 'soil'] },
  { type: 'groupedAverage', rasters: ['soil'], target: 'slope' },
  { type: 'summary', rasters: ['slope', 'moved'] },
  { type: 'statistics', rasters: ['land'], weights: 'soil', quantiles: [0.1, 0.5] },
  { type: 'groupedCount', rasters: ['moved'] },
  { type: 'groupedCount', rasters: ['askew', 'land'] },
];

export const catalog = {
  operations: new Map<string, CatalogOperation>(),
  rasters: new Map<string, CatalogRaster>(),
};

export function areaOf(corners: readonly (readonly [column: number, row: number])[]): Area {
  const ring = [...corners, corners[0] as readonly [number, number]].map(
    ([column, row]) => [10 + column * cell, 50 - row * cell] as const,
  );
  return { polygons: [[ring]], warnings: [] };
}

export function asked(areas: readonly Area[], operations: readonly Definition[], coverage: Coverage = 'centre') {
  const requests = areas.flatMap((_, i) =>
    operations.map((definition, o): Identified => {
      const request = { operation: `o${o}`, definition, area: { drawn: String(i) }, coverage };
      return { request, definition, place: JSON.stringify([i, coverage]), key: `${i} ${o}`, fingerprint: `${i} ${o}` };
    }),
  );
  const drawn = { area: (hash: string) => areas[Number(hash)] as Area, lines: () => ({ lines: [] }) };
  return { requests, drawn };
}

interface Answering {
  readonly tallies?: Tallies | undefined;
  readonly tilesPerBatch?: number;
  readonly open?: ReadonlyMap<string, Raster>;
}

/** The sources of planning and counting; nothing is read of a catalog. */
export function sourcesOf(given: Pick<PlaceSources, 'drawn' | 'tallies' | 'open'>): PlaceSources {
  const unused = { use: () => Promise.reject(new Error('nothing of the catalog is asked for')) };
  return { ...given, tables: unused, place: openPlacer({ lines: unused, units: { of: unused.use } }) };
}

export async function answers(
  { requests, drawn }: ReturnType<typeof asked>,
  { tallies, tilesPerBatch = 1000, open = all }: Answering,
): Promise<{ documents: string[]; plan: OperationPlan }> {
  const sources = sourcesOf({ drawn, tallies, open });
  const plan = (await planPasses(requests, sources, { tilesPerBatch })) as OperationPlan;
  // As it travels through a queue.
  const frames: OperationPlan['frames'] = JSON.parse(JSON.stringify(plan.frames));
  const parts = requests.map((): unknown[] => []);
  for (const batch of plan.batches) {
    const members = batch.members.map((member) => requests[member] as Identified);
    const counted = await countPass(members, sources, batch);
    for (const [i, member] of batch.members.entries()) parts[member]?.push(counted[i]);
  }
  return { documents: frames.map((frame, i) => JSON.stringify(resultDocument(frame, parts[i] as never))), plan };
}

export async function open(onError: (error: Error) => void = fail): Promise<Tallies> {
  return openTallies(catalog, { url: 'memory:', base: '.', onError });
}

export function fail(error: Error): never {
  throw error;
}

export async function keysOf({ store }: Tallies, { ofSquares = false } = {}): Promise<[string]> {
  const keys: string[] = [];
  for await (const key of store.keys('tally:')) if (readTallyKey(key)?.isOfSquares === ofSquares) keys.push(key);
  return keys as [string];
}

/** The same bytes but for some bits of one. */
export function damaged(bytes: Uint8Array, at: number, change: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ change : byte));
}

export const build = (tallies: Tallies, rasters: ReadonlyMap<string, Raster> = all) =>
  operationTallies(tallies, catalog, (_asked, work) => work(rasters));

export async function buildAll(tallies: Tallies, definition: Definition, operation: string): Promise<number> {
  const tools = build(tallies);
  const request = { operation, definition };
  const plan = await tools.plan(request);
  let counted = 0;
  for (const tier of plan?.tiers ?? [])
    for (const place of tier)
      counted += (await tools.build(request, { fingerprint: plan?.fingerprint as string, place })).counted;
  return counted;
}

export const wholeExtent = areaOf([
  [-10, -10],
  [3000, -10],
  [3000, 2400],
  [-10, 2400],
]);
