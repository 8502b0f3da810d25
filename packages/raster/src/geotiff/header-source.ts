import type { BytesSource } from '../bytes/bytes.ts';
import type { ByteRange } from '../bytes/remote-object.ts';
import { entriesAt, type ReadRange } from './tiff-chain.ts';
import { missingOfDirectory } from './tiff-directory.ts';
import { hasTooMany, mostValues, neededEntries } from './tiff-entries.ts';
import { formOf, headerBytes } from './tiff-form.ts';

/** A directory claims values that cannot exist; the message is a part of a sentence. */
export class DamagedDirectory extends Error {
  override readonly name = 'DamagedDirectory';
}

const leastRead = 65_536;

/** A directory outside the first bytes is read first, and then the values that it refers to. */
const mostRounds = 3;

/**
 * A source for the package geotiff. The whole first directory is read before, in as few turns as
 * possible; the rest is read on demand.
 */
export async function headerSource(source: BytesSource, signal: AbortSignal | undefined) {
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
  const patches: Patch[] = [];
  const fetchSlice = async (range: ByteRange) => {
    const bytes = new Uint8Array(await reach(range));
    for (const patch of patches) lay(patch, bytes, range.offset);
    return { ...range, data: bytes.buffer };
  };
  return {
    fetchSlice,
    /**
     * Replaces the unneeded entries of a directory by tags without values, because their values may
     * be large or damaged. Throws a sentence without a place if the values of another entry are too
     * many, or not all in the file.
     */
    async passOver(directory: number, needs?: 'palette') {
      patches.push(...(await unneededEntries(directory, reach, needs)));
    },
    fetch: async (slices: ByteRange[]) => Promise.all(slices.map(async (slice) => (await fetchSlice(slice)).data)),
    fileSize: null,
    close: async () => undefined,
  };
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

/** Bytes that replace those of the file at an offset. */
interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function lay(patch: Patch, bytes: Uint8Array, offset: number): void {
  if (patch.offset >= offset + bytes.length || patch.offset + patch.bytes.length <= offset) return;
  for (const [i, byte] of patch.bytes.entries()) {
    const at = patch.offset + i - offset;
    if (at >= 0 && at < bytes.length) bytes[at] = byte;
  }
}

/**
 * Returns patches for the entries of a directory that are not needed: unneeded tags, wrong types,
 * repeated tags. The values of all other entries are read.
 */
async function unneededEntries(directory: number, read: ReadRange, needs?: 'palette'): Promise<Patch[]> {
  const form = formOf(await read({ offset: 0, length: headerBytes }));
  const entries = form && (await entriesAt(directory, form, read));
  if (!entries) return [];
  const { countBytes, entryBytes, valueBytes } = form;
  const needed = neededEntries(entries.subarray(0, entries.length - valueBytes), form, needs);
  for (const entry of needed) {
    const { tag, count, values } = entry;
    if (hasTooMany(entry))
      throw new DamagedDirectory(`tag ${tag} has ${count} values, expected at most ${mostValues(tag)}`);
    if (values && (await read(values)).length < values.length)
      throw new DamagedDirectory(`values of tag ${tag} lie behind its end`);
  }
  const kept = new Set(needed.map(({ at }) => at));
  // The replacement is a tag without meaning, of a one-byte type, without values.
  const bytes = new Uint8Array(4 + valueBytes);
  bytes.fill(0xff, 0, 2);
  bytes[form.littleEndian ? 2 : 3] = 1;
  const patches: Patch[] = [];
  for (let at = 0; at + entryBytes <= entries.length - valueBytes; at += entryBytes) {
    if (!kept.has(at)) patches.push({ offset: directory + countBytes + at, bytes });
  }
  return patches;
}
