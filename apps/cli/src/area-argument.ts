import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** An area as the gateway takes it, `table/id` or GeoJSON, and what the user calls it. */
export interface AskedArea {
  readonly name: string;
  readonly area: unknown;
}

/**
 * What a user means by an area: a well-known one as `table/id`, or what a GeoJSON file holds. With `each`, every feature of a
 * FeatureCollection is an area for itself.
 */
export async function readAreas(text: string, { each }: { readonly each: boolean }): Promise<AskedArea[]> {
  if (!/\.(geo)?json$/i.test(text) && !existsSync(text)) return [{ name: text, area: text }];
  const geojson = await readGeoJson(text);
  if (!each || !isCollection(geojson)) return [{ name: text, area: geojson }];
  if (geojson.features.length === 0)
    throw new Error(`${text}: is a FeatureCollection without features, expected at least one`);
  return geojson.features.map((area, i) => ({ name: `${text}, feature ${i}`, area }));
}

function isCollection(geojson: unknown): geojson is { readonly features: readonly unknown[] } {
  return typeof geojson === 'object' && geojson !== null && 'features' in geojson && Array.isArray(geojson.features);
}

/** The JSON that a file holds. Throws a sentence that begins with its name. */
export async function readGeoJson(path: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`${path}: cannot be read (${(cause as Error).message})`, { cause });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new Error(`${path}: is not JSON (${(cause as Error).message})`, { cause });
  }
}
