import type { ByteRange } from './remote-object.ts';
import { hasTooMany, neededEntries } from './tiff-entries.ts';

/** The bytes of a range as far as they are known: undefined where one of them is not. */
export type KnownBytes = (range: ByteRange) => Uint8Array | undefined;

/**
 * What is to be read next, all at once, to know the first directory of a TIFF with all values: the
 * directory itself or, when that is known, the values that are not. Nothing when all is known, or
 * the bytes are not those of a TIFF: whoever parses them will say so.
 */
export function missingOfDirectory(known: KnownBytes, directoryBytes: number): ByteRange[] {
  const header = known({ offset: 0, length: headerBytes });
  const form = header && formOf(header);
  if (!form) return [];
  const { directory, entryBytes, countBytes } = form;
  const start = known({ offset: directory, length: countBytes });
  if (!start) return [{ offset: directory, length: directoryBytes }];
  const entries = { offset: directory + countBytes, length: form.number(start, 0, countBytes) * entryBytes };
  if (entries.length > mostDirectoryBytes) return [];
  const bytes = known(entries);
  if (!bytes) return [entries];
  const needed = neededEntries(bytes, form).filter((entry) => !hasTooMany(entry));
  return needed.flatMap(({ values }) => (values === undefined || known(values) ? [] : [values]));
}

/** Bytes that say where the first directory lies. */
export const headerBytes = 16;

/** As many entries as a directory can have, of 12 bytes each. */
export const mostDirectoryBytes = 65_535 * 12;

/** How a TIFF writes numbers and directories, and where the first of these lies. */
export interface Form {
  readonly littleEndian: boolean;
  readonly number: (bytes: Uint8Array, at: number, size: number) => number;
  readonly directory: number;
  /** Bytes of the number of entries, of an entry, and of what stands for its values. */
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly valueBytes: number;
}

/** What the beginning of a file says; undefined: it is not that of a TIFF. */
export function formOf(header: Uint8Array): Form | undefined {
  if (header.length < 8) return undefined;
  const littleEndian = header[0] === 0x49;
  if (header[0] !== header[1] || (!littleEndian && header[0] !== 0x4d)) return undefined;
  const number = (bytes: Uint8Array, at: number, size: number) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
    if (size === 2) return view.getUint16(0, littleEndian);
    return size === 4 ? view.getUint32(0, littleEndian) : Number(view.getBigUint64(0, littleEndian));
  };
  const version = number(header, 2, 2);
  if (version === 42)
    return { littleEndian, number, directory: number(header, 4, 4), countBytes: 2, entryBytes: 12, valueBytes: 4 };
  if (version === 43 && header.length >= headerBytes)
    return { littleEndian, number, directory: number(header, 8, 8), countBytes: 8, entryBytes: 20, valueBytes: 8 };
  return undefined;
}
