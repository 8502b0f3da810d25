import { type Crs, crsFromText, isLonLat } from '@cellshed/crs';
import type { FileMetaData } from 'hyparquet';
import { isObject, type JsonObject } from '../../geojson/json-object.ts';
import { show } from '../../show.ts';
import type { Bbox } from '../../table.ts';
import { type FlatColumn, isShown } from './columns.ts';

/** The description of the column of geometries in a file. */
export interface GeometryColumn {
  readonly column: FlatColumn;
  /** Absent: longitude and latitude. `none`: the file says that there is none. */
  readonly crs: Crs | 'none' | undefined;
  /** The box around all geometries. */
  readonly extent: Bbox | undefined;
  /** The columns of the boxes of the geometries: west, south, east and north. */
  readonly boxes: readonly FlatColumn[] | undefined;
  readonly notes: readonly string[];
}

/**
 * The column of geometries: the primary one of GeoParquet (https://geoparquet.org), else the first
 * of Parquet's own type GEOMETRY or GEOGRAPHY, else one of bytes with a usual name. Throws a
 * sentence.
 */
export function geometryColumn(footer: FileMetaData, columns: readonly FlatColumn[]): GeometryColumn {
  const geo = geoOf(footer);
  if (geo !== undefined) return ofGeoParquet(geo, columns);
  const own = columns.find(
    ({ element, path }) => path.length === 1 && typesOfParquet.includes(element.logical_type?.type),
  );
  if (own !== undefined) return ofParquet(own, footer);
  const bare = usualNames.flatMap(
    (name) => columns.find(({ path, element }) => path.join('.') === name && element.type === 'BYTE_ARRAY') ?? [],
  );
  const [column] = bare.filter((one) => !isShown(one));
  if (column === undefined)
    throw new Error('has no column of geometries: expected GeoParquet, whose footer has a member "geo"');
  return { column, crs: undefined, extent: undefined, boxes: undefined, notes: [] };
}

const typesOfParquet: readonly (string | undefined)[] = ['GEOMETRY', 'GEOGRAPHY'];

/** The names that GDAL takes for geometries where nothing else says it. */
const usualNames = ['geometry', 'wkb_geometry'];

function geoOf({ key_value_metadata }: FileMetaData): JsonObject | undefined {
  const text = key_value_metadata?.find(({ key }) => key === 'geo')?.value;
  if (text === undefined) return undefined;
  const geo = jsonOf(text, 'geo');
  if (!isObject(geo)) throw new Error(`has a member "geo" in its footer that is ${show(geo)}, expected an object`);
  return geo;
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`has a member "${what}" in its footer that is not JSON`, { cause });
  }
}

function ofGeoParquet(
  { primary_column: name, columns: described }: JsonObject,
  columns: readonly FlatColumn[],
): GeometryColumn {
  const about = isObject(described) && typeof name === 'string' ? described[name] : undefined;
  if (!isObject(about))
    throw new Error(`has the primary column ${show(name)}, which its member "geo" does not describe`);
  if (about.encoding !== 'WKB')
    throw new Error(
      `has geometries in the encoding ${show(about.encoding)}, expected "WKB": ogr2ogr -f Parquet -lco GEOMETRY_ENCODING=WKB makes it`,
    );
  refuseWithoutArea(about.geometry_types);
  const column = columns.find(({ path }) => path.length === 1 && path[0] === name);
  if (column?.element.type !== 'BYTE_ARRAY') throw new Error(`has no column ${show(name)} of bytes for its geometries`);
  return {
    column,
    crs: crsOf(about.crs),
    extent: extentOf(about.bbox),
    boxes: boxesOf(about.covering, columns),
    notes: about.edges === 'spherical' ? [greatCircles] : [],
  };
}

const greatCircles = 'its edges are great circles: taken as straight in longitude and latitude';

/** Types whose every geometry has no area; a trailing Z says that there are heights. */
const withoutArea = /^(Multi)?(Point|LineString)\b/;

function refuseWithoutArea(types: unknown): void {
  if (!Array.isArray(types) || types.length === 0) return;
  if (types.every((type) => typeof type === 'string' && withoutArea.test(type)))
    throw new Error(`holds ${types.join(', ')}, expected Polygon or MultiPolygon`);
}

function crsOf(crs: unknown): GeometryColumn['crs'] {
  if (crs === undefined) return undefined;
  return crs === null ? 'none' : unlessLonLat(crsFromText(typeof crs === 'string' ? crs : JSON.stringify(crs)));
}

function unlessLonLat(crs: Crs): Crs | undefined {
  return isLonLat(crs) ? undefined : crs;
}

/** The box of GeoParquet, with or without heights. */
function extentOf(box: unknown): Bbox | undefined {
  if (!Array.isArray(box) || (box.length !== 4 && box.length !== 6) || !box.every(Number.isFinite)) return undefined;
  const half = box.length / 2;
  return [box[0], box[1], box[half], box[half + 1]] as unknown as Bbox;
}

function boxesOf(covering: unknown, columns: readonly FlatColumn[]): readonly FlatColumn[] | undefined {
  const box = isObject(covering) && isObject(covering.bbox) ? covering.bbox : {};
  const found = ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => {
    const path = box[side];
    return columns.find((column) => Array.isArray(path) && column.path.join('.') === path.join('.') && isShown(column));
  });
  return found.every((column) => column !== undefined) ? found : undefined;
}

/**
 * Parquet's own types name their CRS by a text, which another member of the footer may spell out.
 */
function ofParquet(column: FlatColumn, { key_value_metadata }: FileMetaData): GeometryColumn {
  const { logical_type: logical } = column.element;
  const { crs: named, type } = logical as { readonly type: string; readonly crs?: string };
  const [, kind, rest = ''] = /^(srid|projjson):(.*)$/.exec(named ?? '') ?? [];
  const spelled = kind === 'projjson' ? key_value_metadata?.find(({ key }) => key === rest)?.value : undefined;
  const text = kind === 'srid' ? `EPSG:${rest}` : (spelled ?? named);
  return {
    column,
    crs: text === undefined || text === '' ? undefined : rest === '0' ? 'none' : unlessLonLat(crsFromText(text)),
    extent: undefined,
    boxes: undefined,
    notes: type === 'GEOGRAPHY' ? [greatCircles] : [],
  };
}
