import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal } from '@cellshed/contracts';
import type { Polygons } from '../area.ts';
import { parsePolygons } from '../geojson/geojson.ts';
import { shownPolygons } from '../in-lon-lat.ts';
import { count } from '../show.ts';
import type { AreaTable, ListedArea } from '../table.ts';
import { openUploadedGeoPackage } from '../tables/geopackage/uploaded.ts';
import { recordTable } from '../tables/records/record-table.ts';
import { recordsOf } from '../tables/shapefile/shapefile.ts';
import { chooseShapefile, unpackParts } from '../tables/shapefile/zip.ts';
import { openArchive } from '../tables/zip/archive.ts';
import {
  type ConvertedFeature,
  type ConvertedFile,
  type ConvertOptions,
  type FoundInFile,
  UnusableFileError,
} from './converted.ts';
import { readKml } from './kml.ts';

/** More areas than anybody draws. */
const mostFeatures = 10_000;

/** Converts a file of any of the formats. Throws an UnusableFileError. */
export async function convertBytes(bytes: Uint8Array, options: ConvertOptions): Promise<ConvertedFile> {
  try {
    const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
    if (head.startsWith('PK')) return await ofArchive(bytes, options);
    if (head.startsWith('SQLite format 3\0')) return await ofGeoPackage(bytes, options);
    if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head)) return ofKml(bytes, options);
    throw new Error(`is ${otherFormat(head)}, expected a zipped shapefile, KML, KMZ or a GeoPackage`);
  } catch (cause) {
    if ((cause as Error).name !== 'Error' || 'syscall' in (cause as object)) throw cause;
    throw new UnusableFileError(`the file ${inOwnWords((cause as Error).message)}`, { cause });
  }
}

/** The message without the names that the file has here. */
function inOwnWords(message: string): string {
  return message
    .replace(/^area table upload: (the file:? )?/, '')
    .replace(/^it /, '')
    .replace(/^table is missing/, 'has several layers: layer is missing')
    .replace(/^(file|database) /, 'cannot be read: its $1 ');
}

function otherFormat(head: string): string {
  if (head === '') return 'empty';
  if (/^\s*[{[]/.test(head)) return 'JSON, which needs no conversion if it is GeoJSON';
  if (head.startsWith('\0\0\x27\x0a')) return 'a part of a shapefile without the others';
  return 'of another format';
}

async function ofArchive(bytes: Uint8Array, options: ConvertOptions): Promise<ConvertedFile> {
  const archive = await openArchive(bytes);
  const kml = archive.files.find(({ name }) => /\.kml$/i.test(name));
  const hasShapes = archive.files.some(({ name }) => /\.shp$/i.test(name));
  if (kml !== undefined && !hasShapes) {
    const unpacked = await archive.unpack(kml, options.unpackedBytes);
    return ofKml(unpacked.read(0, unpacked.size), options);
  }
  const parts = chooseShapefile(archive, options.layer);
  const unpackedBytes = Object.values(parts).reduce((sum, { bytes }) => sum + bytes, 0);
  if (unpackedBytes > options.unpackedBytes)
    throw new Error(`unpacks to ${unpackedBytes} bytes, at most ${options.unpackedBytes} are allowed`);
  await using table = owned(recordTable(recordsOf(await unpackParts(archive, parts, options.unpackedBytes)), asUpload));
  return await ofTable(table, 'shapefile', options);
}

const asUpload = { name: 'upload', path: 'the file', id: 'fid', version: 'upload' };

/** A GeoPackage is a database, which can only be read as a file. Its name here is made up. */
async function ofGeoPackage(bytes: Uint8Array, options: ConvertOptions): Promise<ConvertedFile> {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-upload-'));
  const path = join(folder, `${randomUUID()}.gpkg`);
  try {
    writeFileSync(path, bytes, { mode: 0o600 });
    await using table = owned(await openUploadedGeoPackage(path, options.layer));
    return await ofTable(table, 'GeoPackage', options);
  } catch (cause) {
    const { message } = cause as Error;
    if (!message.includes(path)) throw cause;
    throw new Error(message.replaceAll(path, 'the file'), { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function owned(table: AreaTable): AreaTable & AsyncDisposable {
  return { ...table, [Symbol.asyncDispose]: () => table.close() };
}

const pageAreas = 200;

async function ofTable(
  table: AreaTable,
  format: FoundInFile['format'],
  { vertices: most, checkWanted }: ConvertOptions,
): Promise<ConvertedFile> {
  const first = await table.list({ limit: 0, offset: 0 });
  if (first.matched > mostFeatures)
    throw new Error(`has ${first.matched} features, at most ${mostFeatures} are allowed`);
  // A vertex takes 16 bytes, and others for the head of each geometry.
  const stored = table.storedBytes?.({ limit: first.matched, offset: 0 }) ?? 0;
  if (stored > 40 * most + 1000 * first.matched) throw new Error(`has more than ${most} vertices`);
  const features: ConvertedFeature[] = [];
  const left = leftWithout();
  let [vertices, crs]: [number, string | undefined] = [0, undefined];
  for (let offset = 0; offset < first.matched; ) {
    checkWanted?.();
    const { items } = await table.list({ limit: pageAreas, vertices: most, offset });
    for (const area of items) {
      vertices += area.polygons.flat().reduce((sum, { length }) => sum + length, 0);
      if (vertices > most) throw new Error(`has more than ${most} vertices`);
      crs ??= area.problem === undefined ? (await table.get(area.id))?.crs?.name : undefined;
      const feature = featureOf(area);
      if ('problem' in feature) left.add(`feature ${area.id}`, feature.problem);
      else features.push(feature);
    }
    offset += items.length;
  }
  const notes = table.notes.map((note) => note.replace(/^it /, 'the file '));
  return collection(
    features,
    { format, ...(crs !== undefined && { crs }), warnings: [...notes, ...left.warnings()] },
    left,
  );
}

function featureOf({ properties, polygons, problem }: ListedArea): ConvertedFeature | { readonly problem: string } {
  if (problem !== undefined) return { problem };
  const shown = shownPolygons({ polygons });
  return isRefusal(shown) ? shown : featureWith(properties, shown.polygons);
}

function featureWith(properties: ConvertedFeature['properties'], coordinates: Polygons): ConvertedFeature {
  return { type: 'Feature', properties, geometry: { type: 'MultiPolygon', coordinates } };
}

function ofKml(bytes: Uint8Array, { vertices: most, checkWanted }: ConvertOptions): ConvertedFile {
  const { features: placemarks, links } = readKml(bytes);
  if (placemarks.length > mostFeatures)
    throw new Error(`has ${placemarks.length} placemarks, at most ${mostFeatures} are allowed`);
  const features: ConvertedFeature[] = [];
  const left = leftWithout();
  const warnings: string[] = [];
  let vertices = 0;
  for (const [i, placemark] of placemarks.entries()) {
    checkWanted?.();
    const parsed = parsePolygons(placemark, { vertices: most - vertices });
    if (isRefusal(parsed)) {
      if (!('isEmpty' in parsed)) throw new Error(`cannot be used: placemark ${i}: ${parsed.problem}`);
      left.add(`placemark ${i}`, parsed.problem);
      continue;
    }
    vertices += parsed.polygons.flat().reduce((sum, { length }) => sum + length, 0);
    warnings.push(...parsed.warnings.map((warning) => `placemark ${i}: ${warning}`));
    const shown = shownPolygons(parsed);
    if (!isRefusal(shown)) features.push(featureWith(placemark.properties, shown.polygons));
  }
  if (links > 0) warnings.push(`${count(links, 'link')} to other files ${links === 1 ? 'is' : 'are'} not followed`);
  return collection(features, { format: 'KML', warnings: [...warnings, ...left.warnings()] }, left);
}

function collection(
  features: readonly ConvertedFeature[],
  found: FoundInFile,
  left: ReturnType<typeof leftWithout>,
): ConvertedFile {
  if (features.length === 0) throw new Error(`has no area${left.first}`);
  return { type: 'FeatureCollection', features, found };
}

/** Counts the features that have no polygon, and keeps why the first has none. */
function leftWithout() {
  let [n, first] = [0, ''];
  return {
    add(where: string, problem: string) {
      n += 1;
      if (n === 1) first = ` (${where}: ${problem})`;
    },
    get first() {
      return first;
    },
    warnings: () => (n === 0 ? [] : [`${count(n, 'feature')} ${n === 1 ? 'is' : 'are'} left out${first}`]),
  };
}
