import type { Area } from './area.ts';
import { unlimited } from './geojson.ts';
import { readGeoJsonFile } from './geojson-file.ts';
import { meetAnywhere, surroundingsOf, surroundingsOfLine } from './in-lon-lat.ts';
import { type Lines, parseLines } from './lines.ts';
import { fileVersion } from './tables/file-version.ts';

/**
 * Lines that operations join with areas, such as streams. Whatever it answers belongs to its
 * `version`.
 */
export interface LineSource {
  readonly name: string;
  /** Changes when the source does: given by the operator, or size and time of the file. */
  readonly version: string;
  /** The version that the source has now. Throws if it cannot be reached. */
  currentVersion(): Promise<string>;
  /** The lines that may lie in an area; others may come, too. */
  near(area: Pick<Area, 'polygons' | 'crs'>): Promise<Lines>;
  close(): Promise<void>;
}

export interface LineSourceOptions {
  /** As in the catalog. */
  readonly name: string;
  readonly path: string;
  /** In place of size and time of the file. */
  readonly version?: string | undefined;
}

/**
 * Opens the lines of a GeoJSON file, which it keeps in memory. Throws a sentence for an operator.
 */
export async function openLineSource({ name, path, version: given }: LineSourceOptions): Promise<LineSource> {
  const currentVersion = async () => given ?? (await fileVersion(path));
  try {
    const version = await currentVersion();
    const parsed = parseLines(await readGeoJsonFile(path), unlimited);
    if ('problem' in parsed) throw new Error(parsed.problem);
    const { lines, ...crs } = parsed.lines;
    const boxed = lines.map((line) => ({ line, box: surroundingsOfLine(line, crs.crs) }));
    return {
      name,
      version,
      currentVersion,
      near: async (area) => {
        const box = surroundingsOf(area);
        return { lines: boxed.filter((one) => meetAnywhere(one.box, box)).map(({ line }) => line), ...crs };
      },
      close: async () => {},
    };
  } catch (cause) {
    throw new Error(`lines ${name}: ${path}: ${(cause as Error).message}`, { cause });
  }
}
