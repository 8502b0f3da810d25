import { type Crs, crsOf, isLonLat } from '@catchment/crs';
import { show } from '../show.ts';
import { type AreaTableOptions, type Bbox, UnreachableTableError } from '../table.ts';
import type { Database } from './database.ts';
import { boxIn, quoted } from './postgis-sql.ts';

/** A table of a PostGIS database. What is called an expression is SQL over the table as `t`, names quoted. */
export interface PostgisLayer {
  /** As SQL names it. */
  readonly table: string;
  /** As messages name it. */
  readonly title: string;
  readonly id: {
    /** The column itself, which an index may be on. */
    readonly column: string;
    /** Its text. */
    readonly text: string;
    /** What a parameter is compared with the column as. */
    readonly type: 'text' | 'bpchar' | 'bigint';
  };
  /** Expression: text or null. */
  readonly name: string;
  readonly geometry: string;
  readonly srid: number;
  /** The CRS of the geometries; absent where they are longitude and latitude, or in one that only the database knows. */
  readonly crs?: Crs | undefined;
  /** Whether coordinates are longitude and latitude as they stand. */
  readonly isLonLat: boolean;
  /** Whether the geometries have an index. */
  readonly isIndexed: boolean;
  /** A box around all geometries; only where there is an index to tell. */
  readonly extent?: Bbox;
  /** All that can be written as JSON. */
  readonly properties: readonly string[];
  /** Whether each row tells which transaction wrote it. */
  readonly hasWriters: boolean;
  /** A collation that knows letters other than ASCII, as SQL writes it, where there is one. */
  readonly collation: string;
}

/** The table that the options name, checked for what they say of it. Throws a sentence without name and place. */
export async function readPostgisLayer(db: Database, options: AreaTableOptions): Promise<PostgisLayer> {
  const found = await findTable(db, options.table);
  const title = `table ${found.schema}.${found.name}`;
  const columns = await readColumns(db, found.oid);
  const column = (name: string) => {
    const there = columns.find((each) => each.name === name);
    if (there) return there;
    throw new Error(`${title} has no column ${show(name)}, only ${columns.map((each) => each.name).join(', ')}`);
  };
  const id = column(options.id);
  const idType = idTypes[id.type];
  if (!idType) throw new Error(`${title}: ${id.name} is of type ${id.type}, expected text or whole numbers for ids`);
  const name = options.nameProperty === undefined ? undefined : column(options.nameProperty);
  const geometry = geometryColumn(
    title,
    columns,
    options.geometry === undefined ? undefined : column(options.geometry),
  );
  const table = `${quoted(found.schema)}.${quoted(found.name)}`;
  const of = ({ name }: Column) => `t.${quoted(name)}`;
  const srid = geometry.srid || (await readSrid(db, { title, table, geometry: quoted(geometry.name) }));
  const crs = await readCrs(db, srid);
  const areDegrees = lonLatSrids.includes(srid) || (crs !== undefined && isLonLat(crs));
  const isIndexed = await readIsIndexed(db, found.oid, geometry.number);
  const extent = isIndexed
    ? await readExtent(db, [found.schema, found.name, geometry.name], { srid, isLonLat: areDegrees })
    : undefined;
  return {
    table,
    title,
    id: { column: of(id), text: `${of(id)}::text`, type: idType },
    name: name ? `NULLIF(${of(name)}::text, '')` : 'NULL::text',
    geometry: of(geometry),
    srid,
    ...(crs && !areDegrees && { crs }),
    isLonLat: areDegrees,
    isIndexed,
    ...(extent && { extent }),
    properties: columns.filter(({ type }) => !notProperties.includes(type)).map((each) => each.name),
    hasWriters: found.hasWriters,
    collation: await readCollation(db),
  };
}

/** WGS 84, and NAD 83, which lies within a metre or two of it and is taken as it is, as from files. */
const lonLatSrids = [4326, 4269];

const idTypes: Readonly<Record<string, PostgisLayer['id']['type']>> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'bpchar',
  int2: 'bigint',
  int4: 'bigint',
  int8: 'bigint',
};

const notProperties = ['geometry', 'geography', 'raster', 'bytea', 'tsvector'];

interface Column {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  /** Of a geometry: what it is declared to hold, and its SRID, 0 where it is not declared. */
  readonly holds: string;
  readonly srid: number;
}

async function findTable(db: Database, name: string | undefined) {
  const [postgis] = await db.rows("SELECT 1 FROM pg_extension WHERE extname = 'postgis'");
  if (!postgis) throw new Error('the database has no PostGIS: CREATE EXTENSION postgis makes it one');
  const [found] = await db.rows(
    `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind IN ('r', 'p', 'm') AS has_writers
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f')
      AND ((c.relname = $1 AND pg_table_is_visible(c.oid)) OR n.nspname || '.' || c.relname = $1)
    ORDER BY pg_table_is_visible(c.oid) DESC LIMIT 1`,
    [name ?? ''],
  );
  if (found) {
    const { oid, schema, name, has_writers } = found;
    return { oid: String(oid), schema: String(schema), name: String(name), hasWriters: has_writers === true };
  }
  const known = await db.rows(
    "SELECT f_table_schema || '.' || f_table_name AS name FROM geometry_columns ORDER BY 1 LIMIT 30",
  );
  const expected =
    known.length > 0 ? `only ${known.map((row) => row['name']).join(', ')}` : 'nor any other with geometries';
  throw new Error(
    name === undefined
      ? `table is missing, expected one of ${expected.slice(5)}`
      : `has no table ${show(name)}, ${expected}`,
  );
}

async function readColumns(db: Database, oid: string): Promise<readonly Column[]> {
  const rows = await db.rows(
    `SELECT a.attname AS name, a.attnum AS number, y.typname AS type,
      CASE WHEN y.typname = 'geometry' THEN postgis_typmod_type(a.atttypmod) END AS holds,
      CASE WHEN y.typname = 'geometry' THEN postgis_typmod_srid(a.atttypmod) END AS srid
    FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
    WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [oid],
  );
  return rows.map(({ name, number, type, holds, srid }) => ({
    name: String(name),
    number: Number(number),
    type: String(type),
    holds: String(holds),
    srid: Number(srid ?? 0),
  }));
}

function geometryColumn(title: string, columns: readonly Column[], named: Column | undefined): Column {
  const geometries = columns.filter(({ type }) => type === 'geometry');
  const names = geometries.map(({ name }) => name).join(', ');
  const chosen = named ?? geometries.find(({ name }) => name === 'geom') ?? geometries[0];
  if (!chosen) throw new Error(`${title} has no column of type geometry`);
  if (!named && geometries.length > 1 && chosen.name !== 'geom') {
    throw new Error(`${title} has several geometries, expected the name of one as geometry: ${names}`);
  }
  if (chosen.type !== 'geometry')
    throw new Error(`${title}: ${chosen.name} is of type ${chosen.type}, expected geometry`);
  if (!/^(Multi)?(Polygon|Geometry)Z?M?$/.test(chosen.holds)) {
    throw new Error(`${title}: ${chosen.name} holds ${chosen.holds}, expected Polygon or MultiPolygon`);
  }
  return chosen;
}

/** Of a column that is declared without one: that of its geometries. */
async function readSrid(
  db: Database,
  { title, table, geometry }: Readonly<Record<'title' | 'table' | 'geometry', string>>,
) {
  const rows = await db.rows(
    `SELECT DISTINCT ST_SRID(${geometry}) AS srid FROM ${table} WHERE ${geometry} IS NOT NULL ORDER BY 1`,
  );
  const srids = rows.map(({ srid }) => Number(srid));
  if (srids.length > 1) throw new Error(`${title}: ${geometry} mixes the SRIDs ${srids.join(', ')}, expected one`);
  if (srids[0] !== 0) return srids[0] ?? 4326;
  throw new Error(`${title}: ${geometry} has no SRID (0), expected one: UpdateGeometrySRID sets it where it is known`);
}

async function readCrs(db: Database, srid: number): Promise<Crs | undefined> {
  const [row] = await db.rows('SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = $1', [srid]);
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

async function readIsIndexed(db: Database, oid: string, column: number): Promise<boolean> {
  const rows = await db.rows(
    `SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    WHERE i.indrelid = $1 AND i.indkey[0] = $2 AND i.indpred IS NULL AND i.indisvalid AND m.amname = 'gist' AND c.relkind = 'i'
      AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = $1)`,
    [oid, column],
  );
  return rows.length > 0;
}

/** What the root of the index says, which takes in rows that are no more. Absent also where the CRS has no place for it in lon/lat. */
async function readExtent(
  db: Database,
  names: readonly string[],
  { srid, isLonLat }: Pick<PostgisLayer, 'srid' | 'isLonLat'>,
): Promise<Bbox | undefined> {
  const box = 'SELECT ST_SetSRID(ST_EstimatedExtent($1, $2, $3)::geometry, $4) AS box';
  const g = isLonLat ? 'box' : boxIn('4326', 'box');
  const sides = `ST_XMin(g) AS west, ST_YMin(g) AS south, ST_XMax(g) AS east, ST_YMax(g) AS north`;
  const [row] = await db
    .rows(`SELECT ${sides} FROM (SELECT ${g} AS g FROM (${box}) a) b`, [...names, srid])
    .catch((error: unknown) => {
      if (error instanceof UnreachableTableError) throw error;
      return [];
    });
  const extent = ['west', 'south', 'east', 'north'].map((side) => row?.[side]);
  return extent.every((side) => typeof side === 'number') ? (extent as unknown as Bbox) : undefined;
}

/** A collation for which Ä and ä are one letter in two cases: in a database with the locale C they are not. */
async function readCollation(db: Database): Promise<string> {
  const [row] = await db.rows(
    `SELECT n.nspname AS schema, c.collname AS name FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
    WHERE c.collname IN ('und-x-icu', 'pg_c_utf8', 'C.UTF-8', 'C.utf8', 'en_US.utf8')
      AND c.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
    ORDER BY c.collname = 'und-x-icu' DESC, c.collname = 'pg_c_utf8' DESC LIMIT 1`,
  );
  return row ? `COLLATE ${quoted(String(row['schema']))}.${quoted(String(row['name']))}` : '';
}
