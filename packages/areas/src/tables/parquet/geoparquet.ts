import { isRefusal } from '@cellshed/contracts';
import { alreadyLonLat, type LonLat, lonLatFrom, withoutCrs } from '../../lon-lat.ts';
import type { ParsedPolygons } from '../../rings.ts';
import { show } from '../../show.ts';
import type { AreaTable, AreaTableOptions } from '../../table.ts';
import { bboxOf } from '../bbox.ts';
import { type FileBytes, openBytes, viewOf } from '../records/bytes.ts';
import type { RecordFile } from '../records/record-file.ts';
import { openRecordTable } from '../records/record-table.ts';
import { checkRead, polygonal, UnreadableGeometry } from '../stored-polygons.ts';
import { readWkb } from '../wkb.ts';
import { flatColumns, isShown } from './columns.ts';
import { readFooter } from './footer.ts';
import { type GeometryColumn, geometryColumn } from './geo.ts';
import { type ColumnReader, columnReader } from './reading.ts';
import { shownValue } from './values.ts';

/**
 * The rows of a GeoParquet file as areas in the CRS of the file. An area is read when it is asked
 * for, with the pages that hold its values: a file that is sorted by id is read most quickly. Lists
 * and structs are no properties. Boxes come from a column of boxes, else from all geometries, when
 * they are first asked for.
 */
export function openGeoParquetTable(options: AreaTableOptions): Promise<AreaTable> {
  return openRecordTable(options, { open: openGeoParquet });
}

function openGeoParquet({ path, table }: AreaTableOptions): RecordFile {
  if (table !== undefined) throw new Error(`table is ${show(table)}, but a Parquet file has no tables`);
  const bytes = openBytes(path);
  try {
    return geoParquet(bytes);
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function geoParquet(bytes: FileBytes): RecordFile {
  const footer = readFooter(bytes);
  const columns = flatColumns(footer);
  const geometry = geometryColumn(footer, columns);
  const lonLat = lonLatOf(geometry);
  const shown = columns.filter((one) => one.path.length === 1 && one !== geometry.column && isShown(one));
  const byName = new Map(shown.map((column) => [column.path[0] as string, column]));
  const reader = columnReader(bytes, footer);
  const rows = Number(footer.num_rows);

  const polygonsIn = (wkb: unknown) =>
    checkRead((left) => {
      if (!(wkb instanceof Uint8Array)) throw new UnreadableGeometry(`geometry is missing, expected ${polygonal}`);
      return readWkb({ view: viewOf(wkb), at: 0 }, left);
    }, lonLat.crs);

  return {
    properties: [...byName.keys()],
    lonLat,
    *scan(properties) {
      const values = properties.map((name) => reader.all(byName.get(name)!)[Symbol.iterator]());
      for (let row = 0; row < rows; row++) yield { row, values: values.map((one) => shownValue(one.next().value)) };
    },
    propertiesOf: (row) =>
      Object.fromEntries(Array.from(byName, ([name, column]) => [name, shownValue(reader.at(column, row))])),
    geometryOf: (row) => polygonsIn(reader.at(geometry.column, row)),
    boxes: () => readBoxes(geometry, { reader, rows, polygonsIn }),
    isUnchanged: bytes.isUnchanged,
    close: bytes.close,
  };
}

function lonLatOf({ crs, extent, notes }: GeometryColumn): LonLat {
  const found = crs === undefined ? alreadyLonLat : crs === 'none' ? withoutCrs('it', extent) : lonLatFrom(crs);
  return { ...found, notes: [...found.notes, ...notes] };
}

interface BoxReading {
  readonly reader: ColumnReader;
  readonly rows: number;
  readonly polygonsIn: (wkb: unknown) => ReturnType<typeof checkRead>;
}

/**
 * The boxes of all rows, in the order of the file; numbers of rows without geometry are not finite.
 */
function readBoxes({ column, boxes }: GeometryColumn, { reader, rows, polygonsIn }: BoxReading): Float64Array {
  const found = new Float64Array(4 * rows).fill(Number.NaN);
  for (const [side, one] of boxes?.entries() ?? []) {
    let row = 0;
    for (const value of reader.all(one)) found[4 * row++ + side] = typeof value === 'number' ? value : Number.NaN;
  }
  if (boxes !== undefined) return found;
  let row = 0;
  for (const wkb of reader.all(column)) {
    const polygons = polygonsIn(wkb);
    if (!isRefusal(polygons)) found.set(bboxOf((polygons as ParsedPolygons).polygons), 4 * row);
    row += 1;
  }
  return found;
}
