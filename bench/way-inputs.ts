import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAreaTable, type Ring } from '@cellshed/areas';
import { type LayerToWrite, writeGeoPackage } from '../sample/geopackage-writer.ts';
import { benchInputs, polygonsOf } from './inputs.ts';
import { partition, sweepPartition } from './inputs-maker/partition.ts';
import { lonLatOf } from './inputs-maker/place.ts';

/** The areas of each table, all of them well known. */
export interface WayTables {
  readonly small: number;
  readonly large: number;
  readonly largest: number;
  /** Tables `swept_0`, `swept_1` …, and how many areas that tile a part of the rasters each has. */
  readonly swept: readonly number[];
}

export interface WayInputs {
  readonly catalog: string;
  remove(): Promise<void>;
}

/**
 * Writes a catalog with the rasters of the sample and those of the benches' inputs, and areas for
 * them: `small` has the sample's subwatersheds, again and again, each time a little further on;
 * `large` and `largest` likewise the areas of 4.4e7 and 2.5e8 cells.
 */
export async function writeWayInputs(tables: WayTables): Promise<WayInputs> {
  const sample = join(import.meta.dirname, '../.catchment/sample');
  const inputs = await benchInputs();
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const layers = [
    layer('small', shifted(await subwatersheds(join(sample, 'basin.gpkg')), tables.small)),
    layer('large', shifted([ringOf(inputs, 'huc4_1')], tables.large)),
    layer('largest', shifted([ringOf(inputs, 'huc2_1')], tables.largest)),
    ...sweptLayers(tables.swept),
  ];
  writeGeoPackage(join(folder, 'areas.gpkg'), layers);
  const catalog = join(folder, 'catalog.yaml');
  const areas = layers.map(({ table }) => `  ${table}: { source: areas.gpkg, table: ${table}, id: id }`);
  await writeFile(
    catalog,
    `rasters:
  landcover: { url: ${sample}/landcover.tif }
  soil: { url: ${sample}/soil.tif }
  nlcd: { url: ${inputs}/nlcd.tif }
  nlcd_soil: { url: ${inputs}/soil.tif }
operations:
  small: { type: groupedCount, rasters: [landcover, soil] }
  large: { type: groupedCount, rasters: [nlcd, nlcd_soil] }
areas:
${areas.join('\n')}
`,
  );
  return { catalog, remove: () => rm(folder, { recursive: true }) };
}

/** The id of an area in any of the tables. */
export function areaId(index: number): string {
  return String(index).padStart(6, '0');
}

function layer(table: string, rings: readonly Ring[]): LayerToWrite {
  const areas = rings.map((ring, index) => ({ id: areaId(index), name: '', areasqkm: 1, rings: [ring] }));
  return { table, title: table, idColumn: 'id', areas };
}

/** Eleven metres: far enough for other cells at the border. */
const shiftDegrees = 0.0001;

function shifted(rings: readonly Ring[], count: number): Ring[] {
  return Array.from({ length: count }, (_, index) => {
    const east = Math.floor(index / rings.length) * shiftDegrees;
    return rings[index % rings.length]!.map(([longitude, latitude]) => [longitude + east, latitude]);
  });
}

async function subwatersheds(path: string): Promise<Ring[]> {
  const table = await openAreaTable({ name: 'huc12', path, table: 'huc12', id: 'huc12' });
  const { items } = await table.list({ limit: 1000, offset: 0 });
  await table.close();
  return items.map(({ polygons }) => polygons[0]![0]!);
}

function ringOf(inputs: string, polygon: string): Ring {
  return polygonsOf(inputs, polygon)[0]![0]! as Ring;
}

function sweptLayers(counts: readonly number[]): LayerToWrite[] {
  const left = partition(sweepPartition).map((ring) => ring.map(lonLatOf));
  return counts.map((count, index) => layer(`swept_${index}`, left.splice(0, count)));
}
