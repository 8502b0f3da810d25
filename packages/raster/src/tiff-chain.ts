import type { ByteRange } from './remote-object.ts';
import { type Form, formOf, headerBytes, mostDirectoryBytes } from './tiff-directory.ts';

/** What tells of a directory which image it has. */
export interface DirectorySummary {
  readonly offset: number;
  readonly isOverview: boolean;
  readonly isMask: boolean;
  readonly width: number;
  readonly height: number;
}

/** A range of the file; fewer bytes where it ends before. */
export type ReadRange = (range: ByteRange) => Promise<Uint8Array>;

/**
 * A file with more directories has them for something else than masks; those behind are not looked
 * at.
 */
const mostDirectories = 4096;

/** Directories that lie in each other could have very many, in a small file. */
const mostEntries = 2 ** 18;

/**
 * The directories of a TIFF, one after the other, each read when it is asked for: of each its own
 * bytes, not what they refer to. They end where one cannot be read, or is one of those before.
 * Throws a sentence without place where together they have more entries than those of any file.
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

/** The entries of a directory, and where the next one lies; undefined: they are not in the file. */
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
    // The older tag has numbers of its own.
    isOverview: type === undefined ? values.get(tags.subfileType) === 2 : (type & 1) !== 0,
    isMask: type !== undefined && (type & 4) !== 0,
    width: values.get(tags.width) ?? 0,
    height: values.get(tags.height) ?? 0,
  };
}

const [short, long8] = [3, 16];

/** The one whole number of an entry; of other entries, anything. */
function valueAt(entries: Uint8Array, at: number, { number, valueBytes }: Form): number {
  const type = number(entries, at + 2, 2);
  const size = type === short ? 2 : type === long8 ? 8 : 4;
  return size > valueBytes ? 0 : number(entries, at + 4 + valueBytes, size);
}
