import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogError } from '../src/catalog-error.ts';

/** A folder for one test, with the files given; it is removed when disposed of. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>) {
  const path = await mkdtemp(join(tmpdir(), 'catalog-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, at: (name: string) => join(path, name), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** The lines of the CatalogError with which `attempt` ends, without the folder's path. */
export async function problemsOf(attempt: Promise<unknown>, folder: string): Promise<string[]> {
  const error = await attempt.then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CatalogError)) throw error;
  return error.message.replaceAll(`${folder}/`, '').split('\n');
}

/** GeoJSON of one area, a square of a degree whose lower left corner is (west, 40). */
export function squareAt(west: number): string {
  const ring = [
    [west, 40],
    [west + 1, 40],
    [west + 1, 41],
    [west, 41],
    [west, 40],
  ];
  const geometry = { type: 'Polygon', coordinates: [ring] };
  const feature = { type: 'Feature', properties: { code: '01', label: 'Square' }, geometry };
  return JSON.stringify({ type: 'FeatureCollection', features: [feature] });
}
