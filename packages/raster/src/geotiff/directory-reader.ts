import type { BytesSource } from '../bytes/bytes.ts';
import type { ByteRange } from '../bytes/remote-object.ts';
import { type TagValue, valueOf } from './tag-values.ts';
import { entriesAt, type ReadRange } from './tiff-chain.ts';
import { missingOfDirectory } from './tiff-directory.ts';
import { hasTooMany, mostValues, neededEntries } from './tiff-entries.ts';
import { formIn, headerBytes } from './tiff-form.ts';

/** A directory claims values that cannot exist; the message is a part of a sentence. */
export class DamagedDirectory extends Error {
  override readonly name = 'DamagedDirectory';
}

const leastRead = 65_536;

/** A directory outside the first bytes is read first, and then the values that it refers to. */
const mostRounds = 3;

/**
 * Reads directories of a TIFF, and what tags refer to. The whole first directory is read before, in
 * as few turns as possible; the rest is read on demand.
 */
export async function directoryReader(source: BytesSource, signal: AbortSignal | undefined) {
  const { read, known, reach } = partsOf(source, signal);
  await read({ offset: 0, length: leastRead });
  const asked = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    // Bytes behind the end of the file are missing the second time, too.
    const missing = missingOfDirectory(known, leastRead).filter(({ offset, length }) => {
      const range = `${offset}+${length}`;
      return !asked.has(range) && asked.add(range);
    });
    await Promise.all(missing.map(read));
  }
  return { read: reach, valuesAt: (directory: number, needs?: 'palette') => valuesAt(directory, reach, needs) };
}

/** The parts of a file that were read, each once. */
function partsOf(source: BytesSource, signal: AbortSignal | undefined) {
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  let end = Number.POSITIVE_INFINITY;
  const read = async ({ offset, length }: ByteRange) => {
    const part = { offset, bytes: await source.read(offset, Math.max(0, Math.min(length, end - offset)), signal) };
    if (part.bytes.length < length) end = Math.min(end, offset + part.bytes.length);
    parts.push(part);
    return part;
  };
  const partWith = ({ offset, length }: ByteRange) =>
    parts.find((part) => part.offset <= offset && offset + length <= part.offset + part.bytes.length);
  const bytesFrom = ({ offset, bytes }: (typeof parts)[number], range: ByteRange) =>
    bytes.subarray(range.offset - offset, range.offset - offset + range.length);
  const known = (range: ByteRange) => {
    const part = partWith(range);
    const bytes = part && bytesFrom(part, range);
    // Offsets beyond 2^53 are not exact.
    return bytes?.length === range.length ? bytes : undefined;
  };
  const reach = async (range: ByteRange) =>
    known(range) ?? bytesFrom(await read({ ...range, length: Math.max(range.length, leastRead) }), range);
  return { read, known, reach };
}

/**
 * The values of a directory that are needed, by the numbers of their tags; the palette for those
 * who say so. Throws a sentence without a place if the values of a tag are too many, or not all in
 * the file.
 */
async function valuesAt(directory: number, read: ReadRange, needs?: 'palette') {
  const form = formIn(await read({ offset: 0, length: headerBytes }));
  const entries = await entriesAt(directory, form, read);
  if (!entries) throw new DamagedDirectory('it is not all in the file');
  const found = new Map<number, TagValue>();
  for (const entry of neededEntries(entries.subarray(0, entries.length - form.valueBytes), form, needs)) {
    const { tag, count, values } = entry;
    if (hasTooMany(entry))
      throw new DamagedDirectory(`tag ${tag} has ${count} values, expected at most ${mostValues(tag)}`);
    const bytes = values ? await read(values) : entry.bytes;
    if (values && bytes.length < values.length) throw new DamagedDirectory(`values of tag ${tag} lie behind its end`);
    found.set(tag, valueOf(entry, bytes, form.littleEndian));
  }
  return found;
}
