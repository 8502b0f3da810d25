import { basename } from 'node:path';
import { isRefusal } from '@cellshed/contracts';
import type { Area } from '../area.ts';
import { fileVersion } from '../file-version.ts';
import { unlimited } from '../geojson/geojson.ts';
import { readGeoJsonFile } from '../geojson/geojson-file.ts';
import { meetAnywhere, surroundingsOf, surroundingsOfLine } from '../in-lon-lat.ts';
import { type Lines, parseLines } from './lines.ts';

/**
 * A source of lines that operations join with areas, such as streams. All its answers belong to its
 * `version`.
 */
export interface LineSource {
  readonly name: string;
  /**
   * The version changes when the source does. The operator gives it, or it is the name, size and
   * time of the file.
   */
  readonly version: string;
  /** The present version of the source. Throws if the source cannot be reached. */
  currentVersion(): Promise<string>;
  /** The lines that may lie in an area, and perhaps some others. */
  near(area: Pick<Area, 'polygons' | 'crs'>): Promise<Lines>;
  close(): Promise<void>;
}

export interface LineSourceOptions {
  /** The name in the catalog. */
  readonly name: string;
  readonly path: string;
  /** A version in place of the size and time of the file. */
  readonly version?: string | undefined;
}

/**
 * Opens the lines of a GeoJSON file and keeps them in memory. Throws a sentence for the operator.
 */
export async function openLineSource({ name, path, version: given }: LineSourceOptions): Promise<LineSource> {
  const currentVersion = async () => given ?? `${basename(path)} ${await fileVersion(path)}`;
  try {
    const version = await currentVersion();
    const parsed = parseLines(await readGeoJsonFile(path), unlimited);
    if (isRefusal(parsed)) throw new Error(parsed.problem);
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
