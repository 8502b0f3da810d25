import { show } from '../../show.ts';
import { all, hasPlainTable, hasTable, isSameName, type Row, type Sqlite } from './sqlite.ts';

/** A layer of features in `gpkg_geometry_columns`. */
export interface GeometryColumn {
  readonly table: string;
  readonly column: string;
  /** The type of the geometries, in capitals. */
  readonly type: string;
  readonly srsId: number;
}

/** Types of geometries that are no polygons and contain none. */
const withoutArea = [
  'POINT',
  'MULTIPOINT',
  'LINESTRING',
  'MULTILINESTRING',
  'CURVE',
  'CIRCULARSTRING',
  'COMPOUNDCURVE',
  'MULTICURVE',
];

/**
 * The named layer, or the only one that may have polygons. Tables of attributes and tiles are no
 * layers. Throws a sentence that lists the layers.
 */
export function chooseLayer(file: Sqlite, name: string | undefined): GeometryColumn {
  const layers = readLayers(file);
  const polygonal = layers.filter(mayHaveArea);
  if (name === undefined) {
    if (polygonal.length === 1) return polygonal[0] as GeometryColumn;
    if (polygonal.length > 1) throw new Error(`table is missing, expected one of ${namesOf(polygonal)}`);
    const others = layers.map(({ table, type }) => `${table} (${type})`).join(', ');
    throw new Error(`has no layer of polygons, only ${others || 'tables without geometries'}`);
  }
  const layer = layers.find(({ table }) => table === name) ?? layers.find(({ table }) => isSameName(table, name));
  if (layer === undefined) {
    const layerNames = layers.length === 0 ? 'nor any other layer of features' : `only ${namesOf(layers)}`;
    throw new Error(`has no table ${show(name)}${hasTable(file, name) ? ' with geometries' : ''}, ${layerNames}`);
  }
  if (polygonal.includes(layer)) return layer;
  throw new Error(`table ${layer.table} holds ${layer.type}, expected POLYGON or MULTIPOLYGON`);
}

/** The names of the layers that may have polygons. Throws a sentence if the file has no layers. */
export function polygonLayers(file: Sqlite): string[] {
  return readLayers(file)
    .filter(mayHaveArea)
    .map(({ table }) => table);
}

function mayHaveArea({ type }: GeometryColumn): boolean {
  return !withoutArea.includes(type);
}

function namesOf(layers: readonly GeometryColumn[]): string {
  return layers.map(({ table }) => table).join(', ');
}

function readLayers(file: Sqlite): readonly GeometryColumn[] {
  if (!hasPlainTable(file, 'gpkg_geometry_columns')) {
    if (hasTable(file, 'geometry_columns'))
      throw new Error(
        'is an SQLite database with geometries of another kind (SpatiaLite?), no GeoPackage: ogr2ogr -f GPKG makes one',
      );
    throw new Error('is no GeoPackage with features: it has no table gpkg_geometry_columns');
  }
  const rows = all(file, 'SELECT * FROM gpkg_geometry_columns ORDER BY table_name');
  // Rows of dropped tables may remain; they are no layers.
  return rows.map(geometryColumn).filter(({ table }) => hasTable(file, table));
}

function geometryColumn({ table_name, column_name, geometry_type_name, srs_id }: Row): GeometryColumn {
  const type = String(geometry_type_name)
    .toUpperCase()
    .replace(/\s*Z?M?$/, '');
  return { table: String(table_name), column: String(column_name), type, srsId: Number(srs_id) };
}
