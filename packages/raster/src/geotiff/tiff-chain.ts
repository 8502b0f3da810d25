import type { ByteRange } from '../bytes/remote-object.ts';
import { mostDirectoryBytes } from './tiff-directory.ts';
import { type Form, formOf, headerBytes } from './tiff-form.ts';

/** The entries of a directory that identify its image. */
export interface DirectorySummary {
  readonly offset: number;
  readonly isOverview: boolean;
  readonly isMask: boolean;
  readonly width: number;
  readonly height: number;
}

/** Reads a range of the file; fewer bytes if it ends before. */
export type ReadRange = (range: ByteRange) => Promise<Uint8Array>;

/** A file with more directories uses them for something other than masks; the rest is not read. */
const mostDirectories = 4096;

/** Nested directories could be very many in a small file. */
const mostEntries = 2 ** 18;

/**
 * The directories of a TIFF one after the other, each read on demand, without the values that it
 * refers to. The chain ends at a directory that cannot be read or was visited before. Throws a
 * sentence without a place if all directories together have more entries than any real file.
 */
export async function* directoriesOf(read: ReadRange): AsyncGenerator<DirectorySummary, undefined> {
  const form = formOf(await read({ offset: 0, length: headerBytes }));
  if (form === undefined) return;
  const seen = new Set<number>();
  let count = 0;
  for (let offset = form.directory; offset > 0 && !seen.has(offset) && seen.size < mostDirectories; ) {
    seen.add(offset);
    const entries = await entriesAt(offset, form, read);
    if (entries === undefined) return;
    count += (entries.length - form.valueBytes) / form.entryBytes;
    if (count > mostEntries) throw new Error(`its directories have more than ${mostEntries} entries, expected fewer`);
    yield summaryOf(entries, offset, form);
    offset = form.number(entries, entries.length - form.valueBytes, form.valueBytes);
  }
}

/**
 * The entries of a directory, and the place of the next one; undefined if they are not in the file.
 */
export async function entriesAt(
  offset: number,
  { number, countBytes, entryBytes, valueBytes }: Form,
  read: ReadRange,
): Promise<Uint8Array | undefined> {
  const start = await read({ offset, length: countBytes });
  if (start.length < countBytes) return undefined;
  const length = number(start, 0, countBytes) * entryBytes + valueBytes;
  if (length > mostDirectoryBytes) return undefined;
  const entries = await read({ offset: offset + countBytes, length });
  return entries.length < length ? undefined : entries;
}

const tags = { newSubfileType: 254, subfileType: 255, width: 256, height: 257 };

function summaryOf(entries: Uint8Array, offset: number, form: Form): DirectorySummary {
  const values = new Map<number, number>();
  for (let at = 0; at + form.entryBytes <= entries.length - form.valueBytes; at += form.entryBytes) {
    values.set(form.number(entries, at, 2), valueAt(entries, at, form));
  }
  const type = values.get(tags.newSubfileType);
  return {
    offset,
    // The older tag has its own numbers.
    isOverview: type === undefined ? values.get(tags.subfileType) === 2 : (type & 1) !== 0,
    isMask: type !== undefined && (type & 4) !== 0,
    width: values.get(tags.width) ?? 0,
    height: values.get(tags.height) ?? 0,
  };
}

const [short, long8] = [3, 16];

/** The whole number of an entry with one value; any number for other entries. */
function valueAt(entries: Uint8Array, at: number, { number, valueBytes }: Form): number {
  const type = number(entries, at + 2, 2);
  const size = type === short ? 2 : type === long8 ? 8 : 4;
  return size > valueBytes ? 0 : number(entries, at + 4 + valueBytes, size);
}
