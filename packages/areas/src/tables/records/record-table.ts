import { fileVersion } from '../../file-version.ts';
import { show } from '../../show.ts';
import { type AreaTable, type AreaTableOptions, type Bbox, ChangedTableError, NoPropertyError } from '../../table.ts';
import { type Entry, entriesById, idExpected, idText, nameText } from '../entries.ts';
import { fileTable } from '../file-table.ts';
import type { RecordFile } from './record-file.ts';

/** A kind of files of records. */
export interface RecordKind {
  open(options: AreaTableOptions): RecordFile | Promise<RecordFile>;
  /** The version of the file at a path. Default: that of this one file. */
  version?(path: string): Promise<string>;
}

/** The number of a record, where no property has this name. */
const fid = 'fid';

/**
 * The records of a file as areas in the CRS of the file. Ids and names are read once, when the
 * table is opened, and kept in memory with the number of their record (about 100 bytes an area).
 * The id `fid` is the number of the record where no property is called so.
 *
 * After the file was changed in place, reading throws. A file that was replaced is read on as it
 * was.
 */
export async function openRecordTable(options: AreaTableOptions, kind: RecordKind): Promise<AreaTable> {
  const { name, path } = options;
  const currentVersion = async () => options.version ?? (await (kind.version ?? fileVersion)(path));
  try {
    const version = await currentVersion();
    const file = await kind.open(options);
    try {
      return recordTable(file, { ...options, version }, currentVersion);
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (cause) {
    throw new Error(`area table ${name}: ${path}: ${(cause as Error).message}`, { cause });
  }
}

type Opened = AreaTableOptions & { readonly version: string };

/** The table over a file of records that is open. */
export function recordTable(
  file: RecordFile,
  options: Opened,
  currentVersion: AreaTable['currentVersion'] = async () => options.version,
): AreaTable {
  const { name, path, version } = options;
  const { lonLat } = file;
  let boxes: Float64Array | undefined;
  const reading = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof NoPropertyError)
        throw new NoPropertyError(`area table ${name}: ${path} ${cause.message}`, cause);
      throw new Error(`area table ${name}: ${path} ${(cause as Error).message}`, { cause });
    }
  };
  return fileTable({
    name,
    version,
    notes: lonLat.notes,
    currentVersion,
    entries: entriesById(readEntries(file, options)),
    checkUnchanged() {
      if (reading(() => file.isUnchanged())) return;
      throw new ChangedTableError(`area table ${name}: ${path} has changed since it was opened; open it again`);
    },
    read: (row: number) => reading(() => ({ properties: file.propertiesOf(row), geometry: file.geometryOf(row) })),
    valuesOf: (property) => reading(() => new Map(valuesOf(file, property))),
    ...(file.boxes && {
      outerBoxOf(row: number) {
        boxes ??= reading(() => lonLatBoxes(file));
        const box = boxes.subarray(4 * row, 4 * row + 4);
        return box.every(Number.isFinite) ? ([...box] as unknown as Bbox) : undefined;
      },
    }),
    async close() {
      file.close();
    },
  });
}

/** The boxes of a file in longitude and latitude. */
function lonLatBoxes({ boxes, lonLat }: RecordFile): Float64Array {
  const found = boxes?.() ?? new Float64Array(0);
  for (let at = 0; at < found.length; at += 4) {
    const box = found.subarray(at, at + 4);
    if (box.every(Number.isFinite)) box.set(lonLat.convertBox([...box] as unknown as Bbox));
  }
  return found;
}

function readEntries(file: RecordFile, { id, nameProperty }: AreaTableOptions): readonly Entry<number>[] {
  const isNumber = isNumberOfRecord(file, id);
  const properties = [isNumber ? undefined : id, nameProperty].filter((property) => property !== undefined);
  checkProperties(file, properties);
  const entries: Entry<number>[] = [];
  for (const { row, values, bytes } of file.scan(properties)) {
    const value = isNumber ? row : values[0];
    const text = idText(value);
    if (text === undefined) throw new Error(`record ${row}: ${id} is ${show(value ?? null)}, ${idExpected}`);
    const areaName = nameProperty === undefined ? undefined : nameText(values.at(-1));
    entries.push({
      id: text,
      ...(areaName === undefined ? {} : { name: areaName }),
      row,
      ...(bytes === undefined ? {} : { bytes }),
    });
  }
  return entries;
}

function* valuesOf(file: RecordFile, property: string): Iterable<readonly [number, unknown]> {
  const isNumber = isNumberOfRecord(file, property);
  if (!isNumber) checkProperties(file, [property]);
  for (const { row, values } of file.scan(isNumber ? [] : [property])) yield [row, isNumber ? row : values[0]];
}

function isNumberOfRecord({ properties }: RecordFile, name: string): boolean {
  return name === fid && !properties.includes(fid);
}

function checkProperties({ properties }: RecordFile, asked: readonly string[]): void {
  for (const property of asked) {
    if (properties.includes(property)) continue;
    const known = properties.length === 0 ? 'its records have none' : `only ${properties.join(', ')}`;
    throw new NoPropertyError(`has no property ${show(property)}, ${known}`, { property, known: properties });
  }
}
