import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a user means by an area: a well-known one as `table/id`, or the content of a GeoJSON file. */
export async function readAreaArgument(text: string): Promise<{ wellKnown: string } | { geojson: unknown }> {
  if (!/\.(geo)?json$/i.test(text) && !existsSync(text)) return { wellKnown: text };
  return { geojson: await readGeoJson(text) };
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
