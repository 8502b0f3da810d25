import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * The folder of data from outside: `data/` and, in `examples/`, figures that others have published.
 */
const folder = resolve(root, process.env['CATCHMENT_TRUTH'] || '../shared');

/** The path of a file of that folder. Throws a sentence where there is none. */
export function truthFile(path: string): string {
  const file = join(folder, path);
  if (existsSync(file)) return file;
  throw new Error(`these tests compare with data from outside: ${file} is missing (CATCHMENT_TRUTH names the folder)`);
}

export function truthJson<T>(path: string): T {
  return JSON.parse(readFileSync(truthFile(path), 'utf8'));
}

/** The totals that mmw-geoprocessing has published for shapes and streams of the Schuylkill. */
export interface PublishedTotal {
  readonly id: string;
  readonly cells: number;
  readonly streamCells: number;
}

export function publishedTotals(): readonly PublishedTotal[] {
  return truthJson<{ readonly totals: readonly PublishedTotal[] }>('examples/schuylkill-totals.json').totals;
}

/** The subwatersheds of the Schuylkill; each shape is GeoJSON as text. */
export function schuylkillShapes(): readonly { readonly id: string; readonly shape: string }[] {
  return truthJson('data/drb/Schuylkill_HUC08_HUC12s.geojson');
}
