import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeGeoPackage } from '../sample/geopackage-writer.ts';

type Corner = readonly [longitude: number, latitude: number];

/** The tables of the bench of the map, by their names, with the number of areas of each. */
export const tables = { basin: 1, view: 500, country: 100_000 } as const;

/** The corners of the one basin, and those of each side of the areas in view. */
export const basinCorners = 20_000;
const [viewSide, countrySide] = [60, 6];

/** West, south, and the degrees of a side: a part of the sample. */
const [west, south, side] = [-100.5, 41.2, 0.8] as const;

/**
 * Writes a catalog of a raster of the sample, and three tables on it: a basin with very many
 * corners, areas that are all in view at once, and as many as a country has. The areas of a table
 * share their borders, which are as crooked as those of watersheds.
 */
export async function writeMapInputs(folder: string): Promise<string> {
  const [view, country] = [grid(25, 20, viewSide), grid(400, 250, countrySide)];
  writeGeoPackage(join(folder, 'areas.gpkg'), [
    { table: 'country', title: 'Areas of a country', idColumn: 'id', areas: country },
    { table: 'view', title: 'Areas in view', idColumn: 'id', areas: view },
    { table: 'basin', title: 'Basin', idColumn: 'id', areas: [area(0, round(basinCorners))] },
  ]);
  const catalog = join(folder, 'catalog.yaml');
  const sample = join(import.meta.dirname, '../.catchment/sample');
  const sources = Object.keys(tables).map(
    (table) => `${table}: { source: areas.gpkg, table: ${table}, id: id, name: name }`,
  );
  await writeFile(
    catalog,
    `rasters: { landcover: { title: Land cover, url: ${sample}/landcover.tif } }
operations: { landcover: { title: Land cover, type: groupedCount, rasters: [landcover] } }
areas: { ${sources.join(', ')} }
`,
  );
  return catalog;
}

function area(index: number, ring: readonly Corner[]) {
  return { id: idOf(index), name: `Creek ${index}`, areasqkm: 1, rings: [ring] };
}

export function idOf(index: number): string {
  return `99${String(index).padStart(8, '0')}`;
}

/** Areas in columns and rows; each side has so many corners. */
function grid(columns: number, rows: number, corners: number) {
  const [width, height] = [side / columns, side / rows];
  /** A point on the lattice's lines, moved aside: the same for both areas that share it. */
  const at = (x: number, y: number): Corner => {
    const [dx, dy] = [crooked(x, y), crooked(y + 7, x + 3)];
    return [west + (x + 0.4 * dx) * width, south + (y + 0.4 * dy) * height];
  };
  return Array.from({ length: columns * rows }, (_, index) => {
    const [x, y] = [index % columns, Math.floor(index / columns)];
    const steps = Array.from({ length: corners }, (_, i) => i / corners);
    const ring = [
      ...steps.map((step) => at(x + step, y)),
      ...steps.map((step) => at(x + 1, y + step)),
      ...steps.map((step) => at(x + 1 - step, y + 1)),
      ...steps.map((step) => at(x, y + 1 - step)),
    ];
    return area(index, [...ring, ring[0] as Corner]);
  });
}

/** A crooked ring around the middle. */
function round(corners: number): Corner[] {
  const ring = Array.from({ length: corners }, (_, i): Corner => {
    const turn = (2 * Math.PI * i) / corners;
    const reach = 0.5 * side * (0.8 + 0.15 * Math.sin(9 * turn) + 0.03 * noise(i / 400, 1) + 0.001 * noise(i / 3, 2));
    return [west + side / 2 + reach * Math.cos(turn), south + side / 2 + reach * Math.sin(turn)];
  });
  return [...ring, ring[0] as Corner];
}

/**
 * From −1 to 1. Finer waves are smaller, so that borders have about as many corners on a screen as
 * those of watersheds: one for each two pixels. The 481 HUC-12s of the Delaware River Basin have
 * one for each three.
 */
function crooked(x: number, y: number): number {
  const waves = [Math.sin(5.3 * x + 3.1 * y), 0.35 * Math.sin(13 * x + 11.3 * y)];
  const finer = [0.12 * Math.sin(39.4 * x - 35.1 * y), 0.05 * Math.sin(121 * x + 113 * y)];
  return [...waves, ...finer].reduce((sum, wave) => sum + wave, 0) / 1.52;
}

/** From −1 to 1, the same for the same place on any machine. */
function noise(x: number, y: number): number {
  const sines = Math.sin(12.9898 * x + 78.233 * y) + Math.sin(39.425 * x - 11.135 * y) + Math.sin(5.3 * x + 3.1 * y);
  return sines / 3;
}
