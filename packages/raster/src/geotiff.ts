import type { GeoKeys } from '@catchment/crs';
import { GeoTIFF, type ImageFileDirectory } from 'geotiff';
import type { BytesSource } from './bytes.ts';
import type { ByteRange } from './remote-object.ts';
import { missingOfDirectory } from './tiff-directory.ts';

/** The tags of the full-resolution image of a GeoTIFF, all read. */
export interface GeotiffTags {
  readonly littleEndian: boolean;
  /** The value of a tag that holds one number, or of the first of several; undefined: the file does not have it. */
  number(tag: string): number | undefined;
  /** The values of a tag that holds several; none if the file does not have it. */
  numbers(tag: string): ArrayLike<number>;
  /** The value of a tag that holds text. */
  text(tag: string): string | undefined;
  readonly geoKeys: GeoKeys;
}

/** Reads the directory of the first image that is neither an overview nor a mask. Throws if the bytes are not a TIFF or end early. */
export async function readTags(source: BytesSource, signal?: AbortSignal): Promise<GeotiffTags> {
  try {
    const tiff = await GeoTIFF.fromSource(await headerSource(source, signal));
    // All at once: geotiff reads the longer ones, when it reads them later, as little-endian in any file.
    tiff.parser.eager = true;
    return tagsOf(await fullResolution(tiff), tiff.littleEndian);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof TypeError) throw new Error(`${source.location} is not a TIFF`, { cause });
    if (cause instanceof RangeError)
      throw new Error(`${source.location} is cut short or damaged: its directory cannot be read`, { cause });
    throw cause;
  }
}

const subfile = { overview: 1, mask: 4 };

async function fullResolution(tiff: GeoTIFF): Promise<ImageFileDirectory> {
  for (let index = 0; ; index++) {
    const directory = await tiff.requestIFD(index);
    const type = Number(directory.getValue('NewSubfileType') ?? 0);
    if ((type & (subfile.overview | subfile.mask)) === 0) return directory;
    if (directory.nextIFDByteOffset === 0) throw new Error('it has no image at full resolution');
  }
}

function tagsOf(directory: ImageFileDirectory, littleEndian: boolean): GeotiffTags {
  const values = directory.toObject();
  return {
    littleEndian,
    number: (tag) => {
      const value = values[tag];
      return typeof value === 'number' ? value : (value as ArrayLike<number> | undefined)?.[0];
    },
    numbers: (tag) => (values[tag] as ArrayLike<number> | undefined) ?? [],
    text: (tag) => values[tag] as string | undefined,
    geoKeys: directory.parseGeoKeyDirectory() ?? {},
  };
}

const leastRead = 65_536;

/** A directory that does not lie in the first bytes is read, and then what it refers to. */
const mostRounds = 3;

/** What geotiff reads from: all of the first directory, read beforehand in as few turns as can be, and what else it asks for. */
async function headerSource(source: BytesSource, signal: AbortSignal | undefined) {
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
  const fetchSlice = async ({ offset, length }: ByteRange) => {
    const part = partWith({ offset, length }) ?? (await read({ offset, length: Math.max(length, leastRead) }));
    const start = offset - part.offset;
    return { offset, length, data: new Uint8Array(part.bytes.subarray(start, start + length)).buffer };
  };
  return {
    fetchSlice,
    fetch: async (slices: ByteRange[]) => Promise.all(slices.map(async (slice) => (await fetchSlice(slice)).data)),
    fileSize: null,
    close: async () => undefined,
  };
}
