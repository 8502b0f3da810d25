import type { Database } from './database.ts';
import type { FoundTable } from './table.ts';

export interface Column {
  readonly name: string;
  readonly number: number;
  /** The name of the type beneath all domains. */
  readonly type: string;
  readonly typeSchema: string;
  readonly isEnum: boolean;
  /** Whether the user may read it: SELECT may be granted on some columns only. */
  readonly isReadable: boolean;
  /**
   * The declared geometry type and SRID of a geometry or geography. The SRID is 0 if none is
   * declared.
   */
  readonly holds: string;
  readonly srid: number;
}

/** All columns of a table. `ext` is the schema of PostGIS as SQL writes it before a name. */
export async function readColumns(db: Database, { oid, ext }: FoundTable): Promise<readonly Column[]> {
  const rows = await db.rows(
    `WITH RECURSIVE types AS (
      SELECT attnum, attname, atttypid AS type, atttypmod AS typmod
      FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT attnum, attname, y.typbasetype, y.typtypmod FROM types JOIN pg_type y ON y.oid = type AND y.typtype = 'd'
    )
    SELECT attname AS name, attnum AS number, y.typname AS type, n.nspname AS schema, y.typtype = 'e' AS is_enum,
      has_column_privilege($1::oid, attnum, 'SELECT') AS is_readable,
      CASE WHEN y.typname IN ('geometry', 'geography') THEN ${ext}postgis_typmod_type(typmod) END AS holds,
      CASE WHEN y.typname IN ('geometry', 'geography') THEN ${ext}postgis_typmod_srid(typmod) END AS srid
    FROM types JOIN pg_type y ON y.oid = type AND y.typtype <> 'd' JOIN pg_namespace n ON n.oid = y.typnamespace
    ORDER BY attnum`,
    [oid],
  );
  return rows.map(({ name, number, type, schema, is_enum, is_readable, holds, srid }) => ({
    name: String(name),
    number: Number(number),
    type: String(type),
    typeSchema: String(schema),
    isEnum: is_enum === true,
    isReadable: is_readable === true,
    holds: String(holds),
    srid: Number(srid ?? 0),
  }));
}

const spatial = ['geometry', 'geography'];

/** The declared types that a column of polygons may have. */
const polygonal =
  /^((Multi)?Polygon|Geometry|GeometryCollection|CurvePolygon|MultiSurface|PolyhedralSurface|Tin|Triangle)Z?M?$/;

/**
 * The named column, or `geom`, or the only geometry column. Throws a sentence for a column that
 * cannot hold polygons.
 */
export function geometryColumn(title: string, columns: readonly Column[], named: Column | undefined): Column {
  const geometries = columns.filter(({ type }) => spatial.includes(type));
  const names = geometries.map(({ name }) => name).join(', ');
  const chosen = named ?? geometries.find(({ name }) => name === 'geom') ?? geometries[0];
  if (!chosen) throw new Error(`${title} has no column of type geometry or geography`);
  if (!named && geometries.length > 1 && chosen.name !== 'geom') {
    throw new Error(`${title} has several geometries, expected the name of one as geometry: ${names}`);
  }
  if (!spatial.includes(chosen.type))
    throw new Error(`${title}: ${chosen.name} is of type ${chosen.type}, expected geometry or geography`);
  if (!polygonal.test(chosen.holds)) {
    throw new Error(`${title}: ${chosen.name} holds ${chosen.holds}, expected Polygon or MultiPolygon`);
  }
  return chosen;
}
