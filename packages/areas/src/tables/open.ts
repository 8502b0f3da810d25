import { geoJsonEndings } from '../geojson/geojson-file.ts';
import type { AreaTable, AreaTableOptions } from '../table.ts';
import { isDatabase } from './postgis/database-url.ts';
import { tableVersion } from './table-version.ts';

/** A kind of sources of area tables. */
export interface AreaSourceKind {
  /** The name with its article, in sentences. */
  readonly name: string;
  /** The endings of its files. */
  readonly endings: readonly string[];
  /** What holds several tables of areas is given one by its name. */
  readonly hasTables: boolean;
  /** The tables of areas in a file that may have several. Throws a sentence if it is none. */
  readonly tablesIn?: (path: string) => Promise<readonly string[]>;
  /** The property that tells areas apart where nobody names one. */
  readonly usualId: string;
  readonly open: (options: AreaTableOptions) => Promise<AreaTable>;
}

/** The kinds of files. Each reader is loaded for its first file. */
const kinds: readonly AreaSourceKind[] = [
  {
    name: 'a GeoPackage',
    endings: ['.gpkg'],
    hasTables: true,
    usualId: 'fid',
    tablesIn: async (path) => (await import('./geopackage/geopackage.ts')).geoPackageTables(path),
    open: async (options) => (await import('./geopackage/geopackage.ts')).openGeoPackageTable(options),
  },
  {
    name: 'GeoJSON',
    endings: geoJsonEndings,
    hasTables: false,
    usualId: 'id',
    open: async (options) => (await import('./geojson.ts')).openGeoJsonTable(options),
  },
  {
    name: 'a FlatGeobuf',
    endings: ['.fgb'],
    hasTables: false,
    usualId: 'fid',
    open: async (options) => (await import('./flatgeobuf/flatgeobuf.ts')).openFlatGeobufTable(options),
  },
  {
    name: 'GeoParquet',
    endings: ['.parquet', '.geoparquet'],
    hasTables: false,
    usualId: 'fid',
    open: async (options) => (await import('./parquet/geoparquet.ts')).openGeoParquetTable(options),
  },
  {
    name: 'a shapefile',
    endings: ['.shp'],
    hasTables: false,
    usualId: 'fid',
    open: async (options) => (await import('./shapefile/shapefile.ts')).openShapefileTable(options),
  },
  {
    name: 'a zipped shapefile',
    endings: ['.zip', '.shz'],
    hasTables: true,
    usualId: 'fid',
    tablesIn: async (path) => (await import('./shapefile/zip.ts')).shapefilesInZip(path),
    open: async (options) => (await import('./shapefile/shapefile.ts')).openZippedShapefileTable(options),
  },
];

/** The kind of a file by the ending of its name. */
export function areaFileKind(path: string): AreaSourceKind | undefined {
  const name = path.toLowerCase();
  return kinds.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}

/**
 * Opens an area table by the ending of its file or by the URL of its database. Throws a sentence
 * for the operator.
 */
export async function openAreaTable(options: AreaTableOptions): Promise<AreaTable> {
  const table = await openSource(options);
  return {
    ...table,
    version: tableVersion(table.version, options),
    currentVersion: async () => tableVersion(await table.currentVersion(), options),
  };
}

async function openSource(options: AreaTableOptions): Promise<AreaTable> {
  if (isDatabase(options.path)) {
    // The database client is loaded only for a database.
    const { openPostgisTable } = await import('./postgis/postgis.ts');
    return openPostgisTable(options);
  }
  const kind = areaFileKind(options.path);
  if (kind === undefined) throw new Error(`area table ${options.name}: ${options.path}: ${areaSourceExpected}`);
  return kind.open(options);
}

/** The endings of all files of areas, for sentences. */
export const areaEndings: readonly string[] = kinds.flatMap(({ endings }) => endings);

/** The possible sources of an area table, for a sentence that refuses another. */
export const areaSourceExpected = `expected a file that ends in ${areaEndings.join(', ')}, or postgresql://…; ogr2ogr -f GPKG makes a GeoPackage of most others`;
