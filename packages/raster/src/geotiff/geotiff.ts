import type { GeoKeys } from '@cellshed/crs';
import type { BytesSource } from '../bytes/bytes.ts';
import { DamagedDirectory, directoryReader } from './directory-reader.ts';
import { geoKeysOf } from './geo-keys.ts';
import { type TagName, tagNumbers } from './tag-names.ts';
import { type TagValue, TooLarge } from './tag-values.ts';
import { type DirectorySummary, directoriesOf, type ReadRange } from './tiff-chain.ts';
import { formIn, headerBytes, NoTiff } from './tiff-form.ts';

/** The tags of the full-resolution image of a GeoTIFF, completely read. */
export interface GeotiffTags {
  readonly littleEndian: boolean;
  /** The first number of a tag; undefined if the file does not have the tag. */
  number(tag: TagName): number | undefined;
  /** All numbers of a tag; none if the file does not have the tag. */
  numbers(tag: TagName): ArrayLike<number>;
  /** The text of a tag. */
  text(tag: TagName): string | undefined;
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
  const { read, valuesAt } = await directoryReader(source, signal);
  try {
    const { littleEndian, directory } = formIn(await read({ offset: 0, length: headerBytes }));
    if (!Number.isSafeInteger(directory)) throw new TooLarge();
    const tagsAt = async ({ offset }: DirectorySummary, needs?: 'palette') =>
      tagsOf(await valuesAt(offset, needs), littleEndian);
    return await find({ read, tagsAt });
  } catch (cause) {
    signal?.throwIfAborted();
    const { message } = cause as Error;
    if (cause instanceof TooLarge)
      throw new Error(`${source.location} is damaged: its directory has a number above 2^53`, { cause });
    if (cause instanceof NoTiff) throw new Error(`${source.location} is not a TIFF`, { cause });
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

function tagsOf(values: ReadonlyMap<number, TagValue>, littleEndian: boolean): GeotiffTags {
  const valueOf = (tag: TagName) => values.get(tagNumbers[tag]);
  const numbers = (tag: TagName) => valueOf(tag) as ArrayLike<number> | undefined;
  return {
    littleEndian,
    number: (tag) => numbers(tag)?.[0],
    numbers: (tag) => numbers(tag) ?? [],
    text: (tag) => textOf(valueOf(tag)),
    geoKeys: geoKeysOf(values),
  };
}

/** Some writers declare a text as bytes. */
function textOf(value: TagValue | undefined): string | undefined {
  return typeof value === 'object' ? Buffer.from(value).toString('latin1') : value;
}
