import { createRequire } from 'node:module';
import type { GeoKeys } from '@cellshed/crs';
import type { ImageFileDirectory } from 'geotiff';
import type { BytesSource } from '../bytes/bytes.ts';
import type { ByteRange } from '../bytes/remote-object.ts';
import { DamagedDirectory, headerSource } from './header-source.ts';
import { type DirectorySummary, directoriesOf, type ReadRange } from './tiff-chain.ts';

// An `import` would take its modules that import Node's HTTP (`../bytes/node-http.ts`).
const { GeoTIFF }: typeof import('geotiff') = createRequire(import.meta.url)('geotiff');

/** The tags of the full-resolution image of a GeoTIFF, completely read. */
export interface GeotiffTags {
  readonly littleEndian: boolean;
  /** The first number of a tag; undefined if the file does not have the tag. */
  number(tag: string): number | undefined;
  /** All numbers of a tag; none if the file does not have the tag. */
  numbers(tag: string): ArrayLike<number>;
  /** The text of a tag. */
  text(tag: string): string | undefined;
  readonly geoKeys: GeoKeys;
}

/** The directories that are read from a file. */
export interface GeotiffDirectories {
  readonly image: GeotiffTags;
  /** The mask of the image, with equal columns and rows; undefined if the file has none. */
  readonly mask: GeotiffTags | undefined;
}

/**
 * Reads the directory of the first image that is neither an overview nor a mask (or else, of the
 * first image), and that of its mask. Throws if the bytes are not a TIFF or end early.
 */
export function readDirectories(source: BytesSource, signal?: AbortSignal): Promise<GeotiffDirectories> {
  return reading(source, signal, async ({ read, tagsAt }) => {
    const { image, mask } = await findDirectories(read);
    return { image: await tagsAt(image), mask: mask && (await tagsAt(mask)) };
  });
}

/**
 * Reads the colours of the values of the image that `readDirectories` finds: all reds, then all
 * greens, then all blues, each of 16 bits. Empty if it has no palette.
 */
export function readPalette(source: BytesSource, signal?: AbortSignal): Promise<ArrayLike<number>> {
  return reading(source, signal, async ({ read, tagsAt }) => {
    const { image } = await findDirectories(read);
    return (await tagsAt(image, 'palette')).numbers('ColorMap');
  });
}

/** The most overviews that are read; each is half as large as the one before. */
const mostOverviews = 31;

/** Reads the directories of all overviews, each with its mask: the largest first. */
export function readOverviews(source: BytesSource, signal?: AbortSignal): Promise<GeotiffDirectories[]> {
  return reading(source, signal, async ({ read, tagsAt }) => {
    const found: DirectorySummary[] = [];
    for await (const directory of directoriesOf(read)) if (directory.isOverview) found.push(directory);
    const images = found.filter(({ isMask }) => !isMask).sort((a, b) => b.width - a.width);
    const overviews: GeotiffDirectories[] = [];
    for (const image of images.slice(0, mostOverviews)) {
      const mask = found.find((one) => one.isMask && one.width === image.width && one.height === image.height);
      overviews.push({ image: await tagsAt(image), mask: mask && (await tagsAt(mask)) });
    }
    return overviews;
  });
}

interface DirectoryReader {
  readonly read: ReadRange;
  readonly tagsAt: (directory: DirectorySummary, needs?: 'palette') => Promise<GeotiffTags>;
}

async function reading<Found>(
  source: BytesSource,
  signal: AbortSignal | undefined,
  find: (reader: DirectoryReader) => Promise<Found>,
): Promise<Found> {
  const file = await headerSource(source, signal);
  try {
    const { parser, littleEndian } = await GeoTIFF.fromSource(file);
    // All values are read at once: if geotiff reads the longer ones later, it takes them for
    // little-endian in any file.
    parser.eager = true;
    const read = async (range: ByteRange) => new Uint8Array((await file.fetchSlice(range)).data);
    const tagsAt = async ({ offset }: DirectorySummary, needs?: 'palette') => {
      await file.passOver(offset, needs);
      return tagsOf(await parser.parseFileDirectoryAt(offset), littleEndian);
    };
    return await find({ read, tagsAt });
  } catch (cause) {
    signal?.throwIfAborted();
    const { message } = cause as Error;
    // The parser's message about a number beyond 2^53 asks people to report it.
    const isTooLarge = message.includes('MAX_SAFE_INTEGER');
    if (isTooLarge) throw new Error(`${source.location} is damaged: its directory has a number above 2^53`, { cause });
    if (cause instanceof TypeError) throw new Error(`${source.location} is not a TIFF`, { cause });
    const isDamaged = cause instanceof DamagedDirectory;
    if (isDamaged || cause instanceof RangeError) {
      const detail = isDamaged ? ` (${message})` : '';
      throw new Error(`${source.location} is cut short or damaged: its directory cannot be read${detail}`, { cause });
    }
    // Errors of the source contain its name.
    throw message.includes(source.location) ? cause : new Error(`cannot use ${source.location}: ${message}`, { cause });
  }
}

async function findDirectories(read: ReadRange) {
  const mayHaveMask = !saysThatThereIsNoMask(await read({ offset: 0, length: ghostBytes }));
  let first: DirectorySummary | undefined;
  let image: DirectorySummary | undefined;
  const masks: DirectorySummary[] = [];
  const maskOf = (main: DirectorySummary) =>
    masks.find(({ width, height }) => width === main.width && height === main.height);
  for await (const directory of directoriesOf(read)) {
    first ??= directory;
    if (directory.isMask && !directory.isOverview) masks.push(directory);
    if (!directory.isMask && !directory.isOverview) image ??= directory;
    if (image && (!mayHaveMask || maskOf(image))) break;
  }
  const main = image ?? first;
  if (main === undefined) throw new RangeError('no directory can be read');
  return { image: main, mask: image && maskOf(image) };
}

/**
 * The number of bytes with the header and GDAL's description of the layout of a Cloud Optimized
 * GeoTIFF.
 */
const ghostBytes = 400;

/**
 * Tells whether GDAL has written the file as a whole and mentions no mask. Then no other
 * directories need to be read.
 */
function saysThatThereIsNoMask(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(8)).toString('latin1');
  const [, size] = /^(?:[^]{8})?GDAL_STRUCTURAL_METADATA_SIZE=(\d{6}) bytes\n/.exec(text) ?? [];
  if (size === undefined) return false;
  const says = text.slice(0, 60 + Number(size));
  const isWhole = says.includes('LAYOUT=IFDS_BEFORE_DATA\n') && says.includes('KNOWN_INCOMPATIBLE_EDITION=NO\n');
  return isWhole && !says.includes('MASK_INTERLEAVED_WITH_IMAGERY=YES');
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
    text: (tag) => textOf(values[tag]),
    geoKeys: geoKeysOf(directory),
  };
}

/** Some writers declare a text as bytes. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return Buffer.from(typeof value === 'number' ? [value] : (value as ArrayLike<number>)).toString('latin1');
}

function geoKeysOf(directory: ImageFileDirectory): GeoKeys {
  const keys = directory.getValue('GeoKeyDirectory') as ArrayLike<number> | undefined;
  // The parser trusts the number of keys that the file gives.
  const [said = 0, there = 0] = keys === undefined ? [] : [keys[3], Math.floor(keys.length / 4) - 1];
  if (said > there) throw new Error(`its GeoKeys are damaged: it has ${there} of the ${said} that it tells of`);
  try {
    return directory.parseGeoKeyDirectory() ?? {};
  } catch (cause) {
    throw new Error('its GeoKeys are damaged: a value of them is in a tag that the file does not have', { cause });
  }
}
