import type { ByteRange } from '../bytes/remote-object.ts';
import { hasTooMany, neededEntries } from './tiff-entries.ts';
import { formOf, headerBytes } from './tiff-form.ts';

/** The bytes of a range if all of them are known; otherwise undefined. */
export type KnownBytes = (range: ByteRange) => Uint8Array | undefined;

/**
 * The ranges to read next, all at once, until the first directory of a TIFF and all its values are
 * known: first the directory itself, then its values. Empty when all is known, or if the bytes are
 * not a TIFF, which the parser reports.
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

/** The largest number of entries in a directory, of 12 bytes each. */
export const mostDirectoryBytes = 65_535 * 12;
