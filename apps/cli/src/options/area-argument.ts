import { existsSync } from 'node:fs';
import {
  areaFileKind,
  featuresApart,
  isGeoJsonPath,
  type NamedCrs,
  parsePolygons,
  readGeoJsonFile,
  unlimited,
} from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import { NotUnderstood } from '../exit-codes.ts';
import { countText } from '../text/figures.ts';
import type { AskedArea, AskedAreas, AskedFeature } from './asked-areas.ts';

/** The explanation of an area in the help of commands. */
export const areaHelp =
  'an area of a table, such as huc12/990101010101, or a file of polygons (.geojson, .gpkg, .fgb, .parquet, .shp, .zip), which are counted as one';

export interface AskedHow {
  /**
   * Whether every feature of a file is an area for itself; `asked`: the user says so, and a
   * well-known area is refused.
   */
  readonly each: boolean | 'asked';
  /** The CRS that the user names. */
  readonly crs?: NamedCrs | undefined;
  /** The layer of a file that has several. */
  readonly layer?: string | undefined;
}

/** Reads the areas that a user names: a well-known area as `table/id`, or a file of polygons. */
export async function readAreas(text: string, { each, crs, layer }: AskedHow): Promise<AskedAreas> {
  const kind = isGeoJsonPath(text) ? undefined : areaFileKind(text);
  if (kind !== undefined && existsSync(text)) {
    // Most commands read no such file: what reads it is loaded for the first.
    const { readFileAreas } = await import('./file-areas.ts');
    return readFileAreas(text, { kind, each: each !== false, crs, layer });
  }
  if (layer !== undefined)
    throw new NotUnderstood(`--layer is of a file with several layers, but the area is "${text}"`);
  if (!isGeoJsonPath(text) && !existsSync(text)) {
    if (each === 'asked') throw new NotUnderstood(`--each counts the features of a file, but the area is "${text}"`);
    if (crs)
      throw new NotUnderstood(`--crs is that of GeoJSON, but the area is "${text}": its table has a CRS of its own`);
    return { areas: [{ name: text, area: text }], notes: [] };
  }
  const geojson = await readGeoJson(text);
  const features = featuresOf(geojson);
  if (each)
    return features === undefined
      ? oneFeature(geojson, text)
      : featuresAsAreas(geojson as Readonly<Record<string, unknown>>, { path: text, crs });
  const isUnion = features !== undefined && features.length > 1;
  const union = `${text}: its ${features?.length} features are counted as one area; --each counts each for itself`;
  return { areas: [{ name: text, area: geojson }], notes: isUnion ? [union] : [] };
}

function featuresOf(geojson: unknown): readonly unknown[] | undefined {
  const isCollection = typeof geojson === 'object' && geojson !== null && 'features' in geojson;
  return isCollection && Array.isArray(geojson.features) ? geojson.features : undefined;
}

function oneFeature(area: unknown, path: string): AskedAreas {
  return { areas: [{ name: path, area, feature: { feature: 0, ...namesOf(area) } }], notes: [] };
}

/**
 * The features that have a polygon, each an area. Throws a sentence if none has, or one is wrong.
 */
function featuresAsAreas(
  collection: Readonly<Record<string, unknown>>,
  { path, crs }: { readonly path: string; readonly crs: NamedCrs | undefined },
): AskedAreas {
  const features = collection.features as readonly unknown[];
  if (features.length === 0) throw new Error(`${path}: is a FeatureCollection without features, expected at least one`);
  const leftOut: string[] = [];
  const areas = featuresApart(collection).flatMap((area, i): AskedArea[] => {
    const parsed = parsePolygons(area, { ...unlimited, crs });
    const name = `${path}, feature ${i}`;
    if (!isRefusal(parsed)) return [{ name, area, feature: { feature: i, ...namesOf(features[i]) } }];
    if (!parsed.isEmpty) throw new Error(`${name}: ${parsed.problem}`);
    leftOut.push(`feature ${i}: ${parsed.problem}`);
    return [];
  });
  const [first] = leftOut;
  if (first === undefined) return { areas, notes: [] };
  if (areas.length === 0) throw new Error(`${path}: no feature has a polygon (${first})`);
  const noun = countText(leftOut.length, 'feature');
  return { areas, notes: [`${path}: ${noun} without polygons left out (${first})`] };
}

/** The id of a feature and its name, by the members that most files have for them. */
function namesOf(feature: unknown): Omit<AskedFeature, 'feature'> {
  const { id, properties } = (feature ?? {}) as { readonly id?: unknown; readonly properties?: unknown };
  const entries = Object.entries(typeof properties === 'object' && properties !== null ? properties : {});
  const valueOf = (wanted: string) => entries.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const [first, name] = [id ?? valueOf('id'), valueOf('name')];
  return {
    ...((typeof first === 'string' || typeof first === 'number') && { id: first }),
    ...(typeof name === 'string' && name !== '' && { name }),
  };
}

/** The content of a GeoJSON file. Throws a sentence that begins with its name. */
export async function readGeoJson(path: string): Promise<unknown> {
  try {
    return await readGeoJsonFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path}: ${code === undefined ? message : `cannot be read (${message})`}`, { cause });
  }
}

/** Says notes on stderr. */
export function sayNotes({ notes }: AskedAreas): void {
  for (const note of notes) console.error(`catchment: ${note}`);
}
