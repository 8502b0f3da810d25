import type { BytesSource } from './bytes.ts';
import type { ByteRange } from './remote-object.ts';
import { entriesAt, type ReadRange } from './tiff-chain.ts';
import { formOf, headerBytes, isKnownType, isNeeded, missingOfDirectory } from './tiff-directory.ts';

const leastRead = 65_536;

/** A directory that does not lie in the first bytes is read, and then what it refers to. */
const mostRounds = 3;

/**
 * What geotiff reads from: all of the first directory, read beforehand in as few turns as can be,
 * and what else it asks for.
 */
export async function headerSource(source: BytesSource, signal: AbortSignal | undefined) {
  const parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  const read = async ({ offset, length }: ByteRange) => {
    const part = { offset, bytes: await source.read(offset, length, signal) };
    parts.push(part);
    return part;
  };
  const partWith = ({ offset, length }: ByteRange) =>
    parts.find((part) => part.offset <= offset && offset + length <= part.offset + part.bytes.length);
  const known = (range: ByteRange) => {
    const part = partWith(range);
    return part?.bytes.subarray(range.offset - part.offset, range.offset - part.offset + range.length);
  };

  await read({ offset: 0, length: leastRead });
  for (let round = 0; round < mostRounds; round++) {
    await Promise.all(missingOfDirectory(known, leastRead).map(read));
  }
  const patches: Patch[] = [];
  const fetchSlice = async ({ offset, length }: ByteRange) => {
    const part = partWith({ offset, length }) ?? (await read({ offset, length: Math.max(length, leastRead) }));
    const start = offset - part.offset;
    const bytes = new Uint8Array(part.bytes.subarray(start, start + length));
    for (const patch of patches) lay(patch, bytes, offset);
    return { offset, length, data: bytes.buffer };
  };
  return {
    fetchSlice,
    /**
     * Makes the entries of the directory there that nobody needs those of tags without values:
     * theirs may be large, or damaged.
     */
    async passOver(directory: number) {
      const readBytes = async (range: ByteRange) => new Uint8Array((await fetchSlice(range)).data);
      patches.push(...(await unneededEntries(directory, readBytes)));
    },
    fetch: async (slices: ByteRange[]) => Promise.all(slices.map(async (slice) => (await fetchSlice(slice)).data)),
    fileSize: null,
    close: async () => undefined,
  };
}

/** Bytes that stand at an offset in place of the file's. */
interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function lay(patch: Patch, bytes: Uint8Array, offset: number): void {
  for (const [i, byte] of patch.bytes.entries()) {
    const at = patch.offset + i - offset;
    if (at >= 0 && at < bytes.length) bytes[at] = byte;
  }
}

/**
 * Entries of a directory that are of no needed tag, of a type that TIFF does not know, or of a tag
 * that came before; as patches.
 */
async function unneededEntries(directory: number, read: ReadRange): Promise<Patch[]> {
  const form = formOf(await read({ offset: 0, length: headerBytes }));
  const entries = form && (await entriesAt(directory, form, read));
  if (!entries) return [];
  const { number, countBytes, entryBytes, valueBytes } = form;
  const seen = new Set<number>();
  const patches: Patch[] = [];
  for (let at = 0; at + entryBytes <= entries.length - valueBytes; at += entryBytes) {
    const [tag, type] = [number(entries, at, 2), number(entries, at + 2, 2)];
    const isRead = isNeeded(tag) && isKnownType(type) && !seen.has(tag);
    seen.add(tag);
    // What is left is a tag that means nothing, of a type of one byte, without values.
    const bytes = new Uint8Array(4 + valueBytes);
    bytes.fill(0xff, 0, 2);
    bytes[form.littleEndian ? 2 : 3] = 1;
    if (!isRead) patches.push({ offset: directory + countBytes + at, bytes });
  }
  return patches;
}
