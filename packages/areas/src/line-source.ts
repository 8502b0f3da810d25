import { unlimited } from './geojson.ts';
import { readGeoJsonFile } from './geojson-file.ts';
import { type Lines, parseLines } from './lines.ts';
import type { Bbox } from './table.ts';
import { fileVersion } from './tables/file-version.ts';

/** Lines that operations join with areas, such as streams. Whatever it answers belongs to its `version`. */
export interface LineSource {
  readonly name: string;
  /** Changes when the source does: given by the operator, or size and time of the file. */
  readonly version: string;
  /** The version that the source has now. Throws if it cannot be reached. */
  currentVersion(): Promise<string>;
  /** The lines whose own boxes meet or touch this one; more may come. */
  within(bbox: Bbox): Promise<Lines>;
  close(): Promise<void>;
}

export interface LineSourceOptions {
  /** As in the catalog. */
  readonly name: string;
  readonly path: string;
  /** In place of size and time of the file. */
  readonly version?: string | undefined;
}

/** Opens the lines of a GeoJSON file, which it keeps in memory. Throws a sentence for an operator. */
export async function openLineSource({ name, path, version: given }: LineSourceOptions): Promise<LineSource> {
  const currentVersion = async () => given ?? (await fileVersion(path));
  try {
    const version = await currentVersion();
    const parsed = parseLines(await readGeoJsonFile(path), unlimited);
    if ('problem' in parsed) throw new Error(parsed.problem);
    const boxed = parsed.lines.map((line) => ({ line, box: boxOf(line) }));
    return {
      name,
      version,
      currentVersion,
      within: async ([west, south, east, north]) =>
        boxed
          .filter(({ box }) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south)
          .map(({ line }) => line),
      close: async () => {},
    };
  } catch (cause) {
    throw new Error(`lines ${name}: ${path}: ${(cause as Error).message}`, { cause });
  }
}

function boxOf(line: Lines[number]): Bbox {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of line) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}
