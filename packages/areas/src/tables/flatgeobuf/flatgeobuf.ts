import { lonLatOf } from '../../lon-lat.ts';
import { show } from '../../show.ts';
import type { AreaTable, AreaTableOptions } from '../../table.ts';
import { type Bytes, type FileBytes, inOrder, openBytes, viewOf } from '../records/bytes.ts';
import type { RecordFile } from '../records/record-file.ts';
import { openRecordTable } from '../records/record-table.ts';
import { checkRead, polygonal, UnreadableGeometry } from '../stored-polygons.ts';
import { type FlatTable, rootOf, tableIn, vectorIn } from './flat-table.ts';
import { readGeometry } from './geometry.ts';
import { type FlatGeobufHeader, nodeBytes, readHeader } from './header.ts';
import { isShown, valuesIn } from './properties.ts';
import { fields } from './schema.ts';

/**
 * The features of a FlatGeobuf as areas in the CRS of the file. An area is read when it is asked
 * for. Boxes come from the index of the file, where it has one.
 */
export function openFlatGeobufTable(options: AreaTableOptions): Promise<AreaTable> {
  return openRecordTable(options, { open: openFlatGeobuf });
}

function openFlatGeobuf({ path, table }: AreaTableOptions): RecordFile {
  if (table !== undefined) throw new Error(`table is ${show(table)}, but a FlatGeobuf has no tables`);
  const bytes = openBytes(path);
  try {
    return flatGeobuf(bytes);
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function flatGeobuf(bytes: FileBytes): RecordFile {
  const header = readHeader(bytes);
  const { columns, crs, extent, geometryType, boxesAt } = header;
  const features = findFeatures(bytes, header);
  const shown = columns.flatMap((column, i) => (isShown(column) ? [[i, column.name] as const] : []));

  function featureIn(from: Bytes, row: number): FlatTable {
    const at = features[row] as number;
    const size = viewOf(from.read(at, 4)).getUint32(0, true);
    return rootOf(from.read(at + 4, size));
  }

  return {
    properties: shown.map(([, name]) => name),
    lonLat: lonLatOf(crs, { what: 'it', extent }),
    *scan(properties) {
      const wanted = properties.map((name) => shown.find(([, one]) => one === name)?.[0]);
      const from = inOrder(bytes);
      for (let row = 0; row < features.length; row++) {
        const feature = featureIn(from, row);
        const values = wanted.length === 0 ? undefined : new Map(valuesIn(propertiesOf(feature), columns));
        const size = (features[row + 1] ?? bytes.size) - (features[row] as number);
        yield { row, values: wanted.map((column) => values?.get(column as number) ?? null), bytes: size };
      }
    },
    propertiesOf(row) {
      const values = new Map(valuesIn(propertiesOf(featureIn(bytes, row)), columns));
      return Object.fromEntries(shown.map(([column, name]) => [name, values.get(column) ?? null]));
    },
    geometryOf: (row) =>
      checkRead((left) => {
        const geometry = tableIn(featureIn(bytes, row), fields.feature.geometry);
        if (geometry === undefined) throw new UnreadableGeometry(`geometry is missing, expected ${polygonal}`);
        return readGeometry(geometry, geometryType, left);
      }, crs),
    ...(boxesAt !== undefined && { boxes: () => boxesIn(bytes, { boxesAt, count: features.length }) }),
    isUnchanged: bytes.isUnchanged,
    close: bytes.close,
  };
}

/** The place of the first byte of each feature. */
function findFeatures(bytes: Bytes, { featuresAt, count = Number.POSITIVE_INFINITY }: FlatGeobufHeader): Float64Array {
  const from = inOrder(bytes);
  const places: number[] = [];
  for (let at = featuresAt; at < bytes.size && places.length < count; ) {
    places.push(at);
    at += 4 + viewOf(from.read(at, 4)).getUint32(0, true);
    if (at > bytes.size) throw new Error(`is cut short within its feature ${places.length - 1}`);
  }
  if (Number.isFinite(count) && places.length < count)
    throw new Error(`is cut short: it has ${places.length} of its ${count} features`);
  return Float64Array.from(places);
}

function propertiesOf(feature: FlatTable): Uint8Array {
  const { view } = vectorIn(feature, fields.feature.properties, 1) ?? {};
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
}

/** The boxes in the index. A file without a geometry for each feature has no index. */
function boxesIn(bytes: Bytes, { boxesAt, count }: { readonly boxesAt: number; readonly count: number }): Float64Array {
  const boxes = new Float64Array(4 * count);
  const from = inOrder(bytes);
  for (let i = 0; i < count; i++) {
    const node = viewOf(from.read(boxesAt + i * nodeBytes, nodeBytes));
    for (let side = 0; side < 4; side++) boxes[4 * i + side] = node.getFloat64(8 * side, true);
  }
  return boxes;
}
