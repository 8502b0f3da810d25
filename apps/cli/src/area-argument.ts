import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a user means by an area: a well-known one as `table/id`, or the content of a GeoJSON file. */
export async function readAreaArgument(text: string): Promise<{ wellKnown: string } | { geojson: unknown }> {
  if (!/\.(geo)?json$/i.test(text) && !existsSync(text)) return { wellKnown: text };
  let content: string;
  try {
    content = await readFile(text, 'utf8');
  } catch (cause) {
    throw new Error(`${text}: cannot be read (${(cause as Error).message})`, { cause });
  }
  try {
    return { geojson: JSON.parse(content) };
  } catch (cause) {
    throw new Error(`${text}: is not JSON (${(cause as Error).message})`, { cause });
  }
}
