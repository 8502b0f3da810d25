import { isRefusal } from '@cellshed/contracts';
import { areaWarnings } from '../../area-warnings.ts';
import { show } from '../../show.ts';
import {
  type AreaTable,
  type AreaTableOptions,
  ChangedTableError,
  NoPropertyError,
  UnreachableTableError,
  UnusableAreaError,
} from '../../table.ts';
import { extentBox } from '../bbox.ts';
import { type Database, openDatabase, type Row, rethrowing } from './database.ts';
import { showsOther } from './database-errors.ts';
import { databasePlace } from './database-url.ts';
import { isStorable } from './ids.ts';
import { readPostgisLayer } from './layer.ts';
import type { PostgisLayer } from './postgis-layer.ts';
import { quoted } from './quoted.ts';
import { fitting, listed, readRow } from './rows.ts';
import { conditionsOf, lonLatOf } from './sql.ts';
import { type RowsVersion, readRowsVersion } from './version.ts';

/**
 * The rows of a table of a PostGIS database as areas in their own CRS. The database converts lists
 * to longitude and latitude, and also areas whose CRS only the database understands. Nothing is
 * kept in memory: every question is a query. Ids are the texts of the values in the database;
 * beyond the Basic Multilingual Plane they ascend by code point. The opening refuses missing, empty
 * and repeated ids, a table without CRS, and a view without a `version`.
 *
 * The table is checked for changes at most every `recheckMilliseconds`. But a row that has changed
 * since the table was opened is never an answer (`readRowsVersion`): the query throws a
 * ChangedTableError, and `currentVersion` checks at once. With a `version` of the operator nothing
 * is checked. While the database is away, everything throws an UnreachableTableError; afterwards it
 * works again.
 */
export async function openPostgisTable(options: AreaTableOptions): Promise<AreaTable> {
  const where = `area table ${options.name}: `;
  let db: Database | undefined;
  try {
    db = rethrowing(openDatabase(options.path), (error) => blame(where, error));
    const layer = await readPostgisLayer(db, options);
    if (options.version === undefined && layer.silence !== undefined)
      throw new Error(`${layer.title} ${layer.silence}`);
    const opened = options.version === undefined ? await readRowsVersion(db, layer) : undefined;
    await checkIds(db, layer);
    return postgisTable(db, { ...options, layer, opened });
  } catch (error) {
    await db?.close();
    const { message } = error as Error;
    if (message.startsWith(where)) throw error;
    throw new Error(`${where}${databasePlace(options.path) ?? 'source'}: ${message}`, { cause: error });
  }
}

type Opened = AreaTableOptions & { readonly layer: PostgisLayer; readonly opened: RowsVersion | undefined };

function postgisTable(database: Database, options: Opened): AreaTable {
  const { name, layer, opened, recheckMilliseconds = 60_000, now = () => performance.now() } = options;
  const version = options.version ?? (opened as RowsVersion).version;
  const writer = opened ? 't.xmin::text' : 'NULL';
  const properties = layer.properties.map((column, i) => `t.${quoted(column)} AS p${i}`);
  const record = `${layer.id.text} AS id, ${layer.name} AS name, ${writer} AS writer${properties.map((one) => `, ${one}`).join('')}`;
  const areasIn = (geometry: string) =>
    `SELECT ${record}, ${layer.ext}ST_AsBinary(${geometry}) AS geometry FROM ${layer.table} t`;
  const ownGeometry = layer.crs === undefined ? lonLatOf(layer) : layer.geometry;
  const points = `COALESCE(${layer.ext}ST_NPoints(${layer.geometry}), 0)`;
  const ascending = `ORDER BY ${layer.id.text} COLLATE "C"`;
  let lookedAt = now();
  let changed = false;
  let isGone = false;
  let looking: Promise<string> | undefined;
  const db = rethrowing(database, (error) => {
    if (!showsOther(error)) throw error;
    isGone = true;
    throw new ChangedTableError(`${error.message}; ${layer.title} is not as it was when it was opened`, {
      cause: error,
    });
  });

  /** Throws for a row that was not there when the table was opened. */
  function unchanged(rows: readonly Row[]): readonly Row[] {
    if (!opened || rows.every(({ writer }) => opened.writers.has(String(writer)))) return rows;
    changed = true;
    throw new ChangedTableError(`area table ${name}: ${layer.title} has changed since it was opened; open it again`);
  }

  async function find(select: string, id: string): Promise<Row | undefined> {
    if (!layer.id.canBe(id)) return undefined;
    return unchanged(await db.rows(`${select} WHERE ${layer.id.isGiven}`, [id]))[0];
  }

  /** The rows with these ids, in their order. */
  async function among(select: string, ids: readonly string[]): Promise<readonly Row[]> {
    const rows = await db.rows(`${select} WHERE ${layer.id.isAmongGiven}`, [ids.filter(layer.id.canBe)]);
    const byId = new Map(unchanged(rows).map((row): [string, Row] => [String(row['id']), row]));
    return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
  }

  async function look(): Promise<string> {
    const before = now();
    const current = await readRowsVersion(db, layer).catch((error: unknown) => {
      if (!(error instanceof ChangedTableError)) throw error;
      return { version: 'gone' };
    });
    lookedAt = before;
    changed = current.version !== version;
    return current.version;
  }

  return {
    name,
    version,
    notes: [],
    advice: layer.isIndexed
      ? []
      : [
          `its geometries have no index: CREATE INDEX ON ${layer.table} USING gist (${layer.stored.replace(/^t\./, '')})`,
        ],
    async currentVersion() {
      // The table that is opened next has another version, or the one of the operator.
      if (isGone) return 'gone';
      if (!opened || (!changed && now() - lookedAt < recheckMilliseconds)) return version;
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    async has(id) {
      return (await find(`SELECT ${writer} AS writer FROM ${layer.table} t`, id)) !== undefined;
    },
    async get(id) {
      const row = await find(areasIn(ownGeometry), id);
      if (row === undefined) return undefined;
      const { record, geometry } = readRow(layer, row, layer.crs);
      if (isRefusal(geometry)) {
        throw new UnusableAreaError(`area table ${name}: area ${id}: ${geometry.problem}`, record);
      }
      const { polygons, crs } = geometry;
      return { ...record, polygons, ...(crs && { crs }), warnings: areaWarnings(geometry) };
    },
    async list({ q = '', bbox, limit: most, offset, vertices }) {
      if (!isStorable(q)) return { matched: 0, items: [] };
      const { sql, values } = conditionsOf(layer, q, bbox);
      const counted = `SELECT ${points} AS points FROM ${layer.table} t WHERE ${sql} ${ascending} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
      const limit =
        vertices === undefined ? most : fitting(await db.rows(counted, [...values, most, offset]), vertices);
      const page = `${areasIn(lonLatOf(layer))} WHERE ${sql} ${ascending} LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
      const count = `SELECT count(*) AS matched FROM ${layer.table} t WHERE ${sql}`;
      const rows = await db.rows(
        `SELECT * FROM (${count}) c LEFT JOIN (${page}) page ON TRUE ORDER BY page.id COLLATE "C"`,
        [...values, limit, offset],
      );
      const found = unchanged(rows.filter(({ id }) => id !== null));
      return { matched: Number(rows[0]?.['matched']), items: found.map((row) => listed(layer, row)) };
    },
    async some(ids, vertices) {
      const sizes = `SELECT ${layer.id.text} AS id, ${points} AS points, ${writer} AS writer FROM ${layer.table} t`;
      const counted = vertices === undefined ? undefined : await among(sizes, ids);
      const page = counted?.slice(0, fitting(counted, vertices as number)).map(({ id }) => String(id)) ?? ids;
      return (await among(areasIn(lonLatOf(layer)), page)).map((row) => listed(layer, row));
    },
    async withBox(bbox) {
      if (!layer.isLonLat) return [];
      const { ext } = layer;
      const box = `${ext}ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, ${layer.srid})`;
      const found = `SELECT ${layer.id.text} AS id, ${writer} AS writer FROM ${layer.table} t`;
      const rows = await db.rows(`${found} WHERE ${layer.geometry} OPERATOR(${ext}~=) ${box} ORDER BY 1`, bbox);
      return unchanged(rows).map(({ id }) => String(id));
    },
    async names(ids) {
      const found = `SELECT ${layer.id.text} AS id, ${layer.name} AS name, ${writer} AS writer FROM ${layer.table} t`;
      const rows = await among(found, ids);
      return new Map(rows.flatMap(({ id, name }) => (typeof name === 'string' ? [[String(id), name]] : [])));
    },
    async *values(property) {
      const text = layer.texts.get(property);
      if (text === undefined) {
        const known = layer.properties;
        const problem = `has no column ${show(property)}, only ${known.join(', ')}`;
        throw new NoPropertyError(`area table ${name}: ${layer.title} ${problem}`, { property, known });
      }
      const valued = `SELECT ${layer.id.text} AS id, ${text} AS value, ${writer} AS writer FROM ${layer.table} t ${ascending}`;
      for await (const rows of db.stream(valued)) {
        for (const { id, value } of unchanged(rows)) yield [String(id), (value ?? undefined) as string | undefined];
      }
    },
    async *ids() {
      for await (const rows of db.stream(
        `SELECT ${layer.id.text} AS id, ${writer} AS writer FROM ${layer.table} t ${ascending}`,
      )) {
        for (const { id } of unchanged(rows)) yield String(id);
      }
    },
    extent: async () => layer.extent && extentBox(layer.extent),
    close: db.close,
  };
}

/** Throws an error of the same kind with a sentence that begins with `where`. */
function blame(where: string, error: Error): never {
  const sentence = `${where}${error.message}`;
  throw error instanceof UnreachableTableError
    ? new UnreachableTableError(sentence, { cause: error })
    : new Error(sentence, { cause: error });
}

async function checkIds(db: Database, { table, title, id }: PostgisLayer): Promise<void> {
  const [row] = await db.rows(
    `SELECT (SELECT count(*) FROM ${table} t WHERE ${id.column} IS NULL OR ${id.text} = '') AS nameless,
      (SELECT ${id.text} COLLATE "C" FROM ${table} t GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1) AS twice`,
  );
  const { nameless, twice } = row ?? {};
  const column = id.column.slice(2);
  if (Number(nameless) > 0)
    throw new Error(`${title}: ${column} is null or empty in ${nameless} rows, expected an id in each`);
  if (typeof twice === 'string')
    throw new Error(`${title}: id ${show(twice)} stands for more than one area, expected unique ids`);
}
