import { resolve } from 'node:path';
import {
  type AreaSourceKind,
  type AreaTable,
  areaFileKind,
  type Bbox,
  openAreaTable,
  readGeoJsonFile,
} from '@cellshed/areas';
import { areaMostlyIn } from './area-mostly-in.ts';
import { inOrderOfIds, inOrderOfNames, type Properties } from './columns.ts';

/** A table of areas as it was found. */
export interface FoundTable {
  /** As the user names it. */
  readonly location: string;
  /** The table in a file that may have several. */
  readonly table: string | undefined;
  /** The property that tells areas apart. */
  readonly id: string;
  /** The property of names for people. */
  readonly nameProperty: string | undefined;
  readonly count: number;
  /** The most of them that may lie on the raster, at least in part; undefined: it has no place. */
  readonly near: number | undefined;
  /** The id of an area, on the raster if one is there. */
  readonly example: string | undefined;
}

/**
 * Reads the tables of a file of polygons, and chooses the properties of their ids and names. `box`
 * is around the raster in which the areas are to be counted.
 */
export async function readTables(location: string, box: Bbox | undefined): Promise<FoundTable[]> {
  const kind = areaFileKind(location) as AreaSourceKind;
  const path = resolve(location);
  const tables = kind.tablesIn ? await kind.tablesIn(path) : [undefined];
  if (tables.length === 0) throw new Error(`${location}: has no layer of polygons`);
  return Promise.all(tables.map((table) => readTable({ location, path, table, kind }, box)));
}

interface TableFile extends Pick<FoundTable, 'location' | 'table'> {
  readonly path: string;
  readonly kind: AreaSourceKind;
}

/** The property of ids is the first by which a table can be opened: each id is there once. */
async function readTable(file: TableFile, box: Bbox | undefined): Promise<FoundTable> {
  const { location, table, kind } = file;
  const examples = await someProperties(file);
  let refusal: Error | undefined;
  for (const id of inOrderOfIds(examples, { table, usualId: kind.usualId })) {
    try {
      await using open = await opened(file, id);
      const nameProperty = inOrderOfNames(examples).find((one) => one !== id);
      return { location, table, id, nameProperty, ...(await placeOf(open, box)) };
    } catch (error) {
      refusal = error as Error;
    }
  }
  throw new Error(`${location}: no property tells its areas apart (${refusal?.message})`, { cause: refusal });
}

async function placeOf(
  open: AreaTable,
  box: Bbox | undefined,
): Promise<Pick<FoundTable, 'count' | 'near' | 'example'>> {
  const { matched: count, items } = await open.list({ limit: 1, offset: 0 });
  if (box === undefined) return { count, near: undefined, example: items[0]?.id };
  const near = await open.list({ limit: mostExamples, offset: 0, bbox: box, vertices: mostVertices });
  return { count, near: near.matched, example: areaMostlyIn(box, near.items) ?? items[0]?.id };
}

async function opened({ path, table }: TableFile, id: string): Promise<AreaTable & AsyncDisposable> {
  const open = await openAreaTable({ name: table ?? 'areas', path, id, table });
  return { ...open, [Symbol.asyncDispose]: () => open.close() };
}

/** The areas whose properties are looked at. */
const mostExamples = 100;

/** The properties of the first areas. GeoJSON is read as it is: its ids may be missing. */
async function someProperties(file: TableFile): Promise<readonly Properties[]> {
  if (file.kind.usualId === 'id') return propertiesInGeoJson(file);
  await using open = await opened(file, file.kind.usualId);
  const { items } = await open.list({ limit: mostExamples, offset: 0, vertices: mostVertices });
  return items.map(({ properties }) => properties);
}

/** Geometries are read with the properties. */
const mostVertices = 1_000_000;

async function propertiesInGeoJson({ path, location }: TableFile): Promise<readonly Properties[]> {
  const { features } = (await readGeoJsonFile(path)) as { readonly features?: readonly Feature[] };
  const areas = features?.filter(({ geometry }) => /Polygon|Collection/.test(geometry?.type ?? '')) ?? [];
  if (areas.length === 0) throw new Error(`${location}: has no features that are polygons`);
  return areas.slice(0, mostExamples).map(({ id, properties }) => ({ ...properties, ...(id !== undefined && { id }) }));
}

interface Feature {
  readonly id?: unknown;
  readonly properties?: Properties | null;
  readonly geometry?: { readonly type?: string } | null;
}
