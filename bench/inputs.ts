import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { XyPolygons } from '@cellshed/raster';
import { makeCountry } from './inputs-maker/country.ts';
import { makeInputs, soilNodata } from './inputs-maker/make.ts';

/** Counts up when the maker makes other inputs than before. */
const version = 2;

/** The areas that are measured, one of each size. */
export const sizes = [
  { polygon: 'huc12_1', label: 'HUC-12', cells: 1.1e5 },
  { polygon: 'huc8_1', label: 'HUC-8', cells: 2.2e6 },
  { polygon: 'huc4_1', label: 'HUC-4', cells: 4.4e7 },
  { polygon: 'huc2_1', label: '2.5e8 cells', cells: 2.5e8 },
] as const;

/** The folder of the inputs (`BENCH_INPUTS`), which are made if they are not there. */
export async function benchInputs(): Promise<string> {
  const folder = resolve(process.env.BENCH_INPUTS ?? join(import.meta.dirname, `inputs-${version}`));
  return made(folder, { make: makeInputs, takes: '110 MB, about half a minute' });
}

/** The folder of a whole country (`BENCH_COUNTRY`), which is made if it is not there. */
export function countryInputs(): Promise<string> {
  const folder = resolve(process.env.BENCH_COUNTRY ?? join(import.meta.dirname, `inputs-country-${version}`));
  return made(folder, { make: makeCountry, takes: '670 MB, about three minutes' });
}

interface Making {
  readonly make: (folder: string) => Promise<void>;
  readonly takes: string;
}

async function made(folder: string, { make, takes }: Making): Promise<string> {
  if (existsSync(folder)) return folder;
  console.log(`making the inputs in ${folder} (${takes})`);
  rmSync(`${folder}.new`, { recursive: true, force: true });
  await make(`${folder}.new`);
  renameSync(`${folder}.new`, folder);
  return folder;
}

/** One of the inputs' areas, in lon/lat. */
export function polygonsOf(inputs: string, name: string): XyPolygons {
  const collection = JSON.parse(readFileSync(`${inputs}/polys/${name}.lonlat.geojson`, 'utf8'));
  const { type, coordinates } = collection.features[0].geometry;
  return type === 'Polygon' ? [coordinates] : coordinates;
}

/**
 * A group's values joined by commas, as the rivals have them: to them, what `soil.tif` calls no
 * data is a value. `nlcd.tif` has no such cell.
 */
export function valuesText(values: readonly (number | null)[]): string {
  return values.map((value) => value ?? soilNodata).join(',');
}
