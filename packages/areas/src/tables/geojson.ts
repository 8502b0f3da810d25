import { isRefusal } from '@cellshed/contracts';
import { fileVersion } from '../file-version.ts';
import { readCrs } from '../geojson/crs-member.ts';
import type { NamedCrs } from '../geojson/crs-name.ts';
import { parsePolygons, unlimited } from '../geojson/geojson.ts';
import { readGeoJsonFile } from '../geojson/geojson-file.ts';
import { isObject, type JsonObject } from '../geojson/json-object.ts';
import { show } from '../show.ts';
import { type AreaTable, type AreaTableOptions, NoPropertyError } from '../table.ts';
import { type Entry, entriesById, idExpected, idText, nameText } from './entries.ts';
import { fileTable } from './file-table.ts';

/**
 * The features of a GeoJSON FeatureCollection as areas. The whole file is read once and kept in
 * memory, which suits files of some tens of megabytes. A larger file is better a GeoPackage. Ids
 * are checked when the file is opened, geometries when they are asked for. Positions are longitude
 * and latitude, or in the CRS that a member `crs` names.
 */
export async function openGeoJsonTable(options: AreaTableOptions): Promise<AreaTable> {
  const { name, path } = options;
  const currentVersion = async () => options.version ?? (await fileVersion(path));
  try {
    if (options.table !== undefined)
      throw new Error(`table is ${show(options.table)}, but a GeoJSON file has no tables`);
    const version = await currentVersion();
    const { features, crs } = await readFeatures(path);
    const entries = entriesById(entriesOf(features, options));
    const read = (feature: JsonObject) => readFeature(feature, crs);
    const close = async () => {};
    const valuesOf = (property: string) => propertyOf(entries, property, `area table ${name}: ${path}`);
    return fileTable({ name, version, notes: [], currentVersion, entries, read, valuesOf, close });
  } catch (cause) {
    throw new Error(`area table ${name}: ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function readFeatures(path: string): Promise<{ readonly features: readonly unknown[]; readonly crs: NamedCrs }> {
  const collection = await readGeoJsonFile(path);
  if (!isObject(collection)) throw new Error(`is ${show(collection)}, expected a FeatureCollection`);
  const { type, features } = collection;
  const isOne = type === 'Feature';
  if (!isOne && type !== 'FeatureCollection') throw new Error(`type is ${show(type)}, expected "FeatureCollection"`);
  if (!isOne && !Array.isArray(features)) throw new Error(`features is ${show(features)}, expected a list of Features`);
  const crs = readCrs(collection);
  if (isRefusal(crs)) throw new Error(crs.problem);
  return { features: isOne ? [collection] : (features as readonly unknown[]), crs };
}

function entriesOf(features: readonly unknown[], { id, nameProperty }: AreaTableOptions): readonly Entry<JsonObject>[] {
  const entries = features.map((feature, i) => {
    if (!isObject(feature)) throw new Error(`feature ${i} is ${show(feature)}, expected a Feature`);
    const properties = propertiesOf(feature);
    const value = (id === 'id' ? feature.id : undefined) ?? properties[id];
    const text = idText(value);
    if (text === undefined)
      throw new Error(`feature ${i}: ${id} is ${show(value)}, ${idExpected} (${known(properties)})`);
    const name = nameProperty === undefined ? undefined : nameText(properties[nameProperty]);
    return { id: text, ...(name === undefined ? {} : { name }), row: feature };
  });
  const [first] = entries;
  if (nameProperty !== undefined && first !== undefined && entries.every(({ name }) => name === undefined)) {
    throw new Error(`no feature has a name in ${nameProperty} (${known(propertiesOf(first.row))})`);
  }
  return entries;
}

function propertyOf(entries: ReadonlyMap<string, Entry<JsonObject>>, property: string, where: string) {
  const rows = Array.from(entries.values(), ({ row }) => row);
  const [first] = rows;
  if (first && !rows.some((row) => Object.hasOwn(propertiesOf(row), property)))
    throw new NoPropertyError(`${where}: no feature has a property ${show(property)} (${known(propertiesOf(first))})`, {
      property,
      known: Object.keys(propertiesOf(first)),
    });
  return new Map(rows.map((row) => [row, propertiesOf(row)[property]]));
}

function known(properties: JsonObject): string {
  return `its properties are ${Object.keys(properties).slice(0, 30).join(', ')}`;
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function readFeature(feature: JsonObject, crs: NamedCrs) {
  return { properties: propertiesOf(feature), geometry: polygonsOf(feature, crs) };
}

function polygonsOf({ geometry }: JsonObject, crs: NamedCrs) {
  if (!isObject(geometry)) return { problem: `geometry is ${show(geometry)}, expected a Polygon or MultiPolygon` };
  return parsePolygons(geometry, { ...unlimited, crs });
}
