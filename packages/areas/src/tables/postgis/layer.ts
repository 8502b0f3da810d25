import { type Crs, crsOf, isLonLat } from '@cellshed/crs';
import { show } from '../../show.ts';
import { type AreaTableOptions, type Bbox, UnreachableTableError } from '../../table.ts';
import { type Column, geometryColumn, readColumns } from './columns.ts';
import type { Database } from './database.ts';
import { idColumn } from './ids.ts';
import type { PostgisLayer } from './postgis-layer.ts';
import { boxIn, quoted } from './quoted.ts';
import { type FoundTable, findTable } from './table.ts';

/**
 * The table that the options name, after a check of its columns. Throws a sentence without name and
 * place.
 */
export async function readPostgisLayer(db: Database, options: AreaTableOptions): Promise<PostgisLayer> {
  const found = await findTable(db, options.table);
  const title = `table ${found.schema}.${found.name}`;
  const table = `${quoted(found.schema)}.${quoted(found.name)}`;
  const columns = await readColumns(db, found);
  const column = (name: string) => readable(columns.find((each) => each.name === name) ?? none(name));
  const none = (name: string): never => {
    throw new Error(`${title} has no column ${show(name)}, only ${columns.map((each) => each.name).join(', ')}`);
  };
  const readable = (one: Column) => {
    if (one.isReadable) return one;
    throw new Error(
      `${title}: ${one.name} may not be read: GRANT SELECT (${quoted(one.name)}) ON ${table} TO the user`,
    );
  };
  const id = column(options.id);
  const ids = idColumn(id);
  if (!ids) throw new Error(`${title}: ${id.name} is of type ${id.type}, expected text, numbers or uuid for ids`);
  const name = options.nameProperty === undefined ? undefined : column(options.nameProperty);
  const geometry = readable(
    geometryColumn(title, columns, options.geometry === undefined ? undefined : column(options.geometry)),
  );
  const of = ({ name }: Column) => `t.${quoted(name)}`;
  const { ext } = found;
  const isGeography = geometry.type === 'geography';
  const asGeometry = isGeography ? `${of(geometry)}::${ext}geometry` : of(geometry);
  const srid = geometry.srid || (await readSrid(db, { title, table, geometry: asGeometry, name: geometry.name, ext }));
  const crs = await readCrs(db, srid, ext);
  const areDegrees = lonLatSrids.includes(srid) || (crs !== undefined && isLonLat(crs));
  // An index on geographies has places on a globe. A box in longitude and latitude does not find
  // them.
  const index = isGeography ? undefined : await readIndex(db, found.oid, geometry.number);
  const extent = index?.isWhole
    ? await readExtent(db, [found.schema, found.name, geometry.name], { srid, isLonLat: areDegrees, ext })
    : undefined;
  const properties = columns.filter(({ type, isReadable }) => isReadable && !notProperties.includes(type));
  return {
    table,
    title,
    ext,
    id: ids,
    name: name ? `NULLIF(${of(name)}::text, '')` : 'NULL::text',
    geometry: asGeometry,
    stored: of(geometry),
    srid,
    ...(crs && !areDegrees && { crs }),
    isLonLat: areDegrees,
    isIndexed: index?.isIndexed ?? false,
    ...(extent && { extent }),
    properties: properties.map((each) => each.name),
    texts: new Map(properties.map((each) => [each.name, `NULLIF(${idColumn(each)?.text ?? `${of(each)}::text`}, '')`])),
    silence: await readSilence(db, found),
    collation: await readCollation(db),
  };
}

/** WGS 84, and NAD 83, which is within a metre or two of it and is used unchanged, as for files. */
const lonLatSrids = [4326, 4269];

const notProperties = ['geometry', 'geography', 'raster', 'bytea', 'tsvector'];

/** The reason why rows do not tell who wrote them, if there is one. */
async function readSilence(db: Database, { oid, kind, schema, name }: FoundTable): Promise<string | undefined> {
  if (kind !== 'table')
    return `is a ${kind}, whose rows do not tell when they change: give it a version in the catalog`;
  const [row] = await db.rows(
    'SELECT has_column_privilege($1::oid, attnum, $2) AS readable FROM pg_attribute WHERE attrelid = $1 AND attname = $3',
    [oid, 'SELECT', 'xmin'],
  );
  if (row?.['readable'] === true) return undefined;
  return `does not tell when its rows change: GRANT SELECT (xmin) ON ${quoted(schema)}.${quoted(name)} TO the user, or give it a version in the catalog`;
}

/** The SRID of the geometries, for a column that is declared without one. */
async function readSrid(
  db: Database,
  { title, table, geometry, name, ext }: Readonly<Record<'title' | 'table' | 'geometry' | 'name' | 'ext', string>>,
) {
  const rows = await db.rows(
    `SELECT DISTINCT ${ext}ST_SRID(${geometry}) AS srid FROM ${table} t WHERE ${geometry} IS NOT NULL ORDER BY 1`,
  );
  const srids = rows.map(({ srid }) => Number(srid));
  if (srids.length > 1) throw new Error(`${title}: ${quoted(name)} mixes the SRIDs ${srids.join(', ')}, expected one`);
  if (srids[0] !== 0) return srids[0] ?? 4326;
  throw new Error(
    `${title}: ${quoted(name)} has no SRID (0), expected one: UpdateGeometrySRID sets it where it is known`,
  );
}

async function readCrs(db: Database, srid: number, ext: string): Promise<Crs | undefined> {
  const [row] = await db.rows(`SELECT auth_name, auth_srid, srtext FROM ${ext}spatial_ref_sys WHERE srid = $1`, [srid]);
  if (row === undefined) return undefined;
  try {
    return crsOf({
      organization: String(row['auth_name']),
      code: Number(row['auth_srid']),
      wkt: String(row['srtext']),
    });
  } catch {
    return undefined;
  }
}

/**
 * Whether the geometries have an index, and whether it is one index over all of them. A table with
 * partitions or heirs has several.
 */
async function readIndex(db: Database, oid: string, column: number) {
  const [row] = await db.rows(
    `SELECT c.relkind = 'i' AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = $1) AS is_whole
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    WHERE i.indrelid = $1 AND i.indkey[0] = $2 AND i.indpred IS NULL AND i.indisvalid AND m.amname = 'gist' LIMIT 1`,
    [oid, column],
  );
  return { isIndexed: row !== undefined, isWhole: row?.['is_whole'] === true };
}

/**
 * The box at the root of the index, which includes deleted rows. Absent also where the CRS has no
 * place for it in longitude and latitude.
 */
async function readExtent(
  db: Database,
  names: readonly string[],
  { srid, isLonLat, ext }: Pick<PostgisLayer, 'srid' | 'isLonLat' | 'ext'>,
): Promise<Bbox | undefined> {
  const box = `SELECT ${ext}ST_SetSRID(${ext}ST_EstimatedExtent($1, $2, $3)::${ext}geometry, $4) AS box`;
  const g = isLonLat ? 'box' : boxIn('4326', 'box', ext);
  const sides = `${ext}ST_XMin(g) AS west, ${ext}ST_YMin(g) AS south, ${ext}ST_XMax(g) AS east, ${ext}ST_YMax(g) AS north`;
  const [row] = await db
    .rows(`SELECT ${sides} FROM (SELECT ${g} AS g FROM (${box}) a) b`, [...names, srid])
    .catch((error: unknown) => {
      if (error instanceof UnreachableTableError) throw error;
      return [];
    });
  const extent = ['west', 'south', 'east', 'north'].map((side) => row?.[side]);
  return extent.every((side) => typeof side === 'number') ? (extent as unknown as Bbox) : undefined;
}

/**
 * A collation that takes Ä and ä for one letter in two cases. In a database with the locale C they
 * are two letters.
 */
async function readCollation(db: Database): Promise<string> {
  const [row] = await db.rows(
    `SELECT n.nspname AS schema, c.collname AS name FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
    WHERE c.collname IN ('und-x-icu', 'pg_c_utf8', 'C.UTF-8', 'C.utf8', 'en_US.utf8')
      AND c.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
    ORDER BY c.collname = 'und-x-icu' DESC, c.collname = 'pg_c_utf8' DESC LIMIT 1`,
  );
  return row ? `COLLATE ${quoted(String(row['schema']))}.${quoted(String(row['name']))}` : '';
}
