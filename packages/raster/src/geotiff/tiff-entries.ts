import type { ByteRange } from '../bytes/remote-object.ts';
import type { Form } from './tiff-form.ts';

/** An entry of a directory: a tag, and the place of its values. */
export interface TiffEntry {
  /** The offset of the entry among those of its directory. */
  readonly at: number;
  readonly tag: number;
  readonly count: number;
  /** The place of the values in the file; undefined: they are in the entry itself. */
  readonly values: ByteRange | undefined;
}

/** The bytes of a value by the number of its type, as in TIFF and BigTIFF. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

const [ascii, rational, signedRational, float, double] = [2, 5, 10, 11, 12];

/** The types and the most values of a tag, so that one entry cannot claim all memory. */
interface Kind {
  readonly isFit: (type: number) => boolean;
  readonly mostValues: number;
}

const isWhole = (type: number) => ![ascii, rational, signedRational, float, double].includes(type);
const wholeNumbers: Kind = { isFit: isWhole, mostValues: 2 ** 16 };
const numbers: Kind = { isFit: (type) => ![ascii, rational, signedRational].includes(type), mostValues: 2 ** 16 };
/** Some writers declare a text as bytes. */
const text: Kind = { isFit: (type) => type === ascii || (isWhole(type) && typeBytes[type] === 1), mostValues: 2 ** 16 };
/** One value for each tile: the Earth in cells of 10 m has as many, in tiles of 512 × 512. */
const tiles: Kind = { isFit: isWhole, mostValues: 2 ** 25 };

/** The tag with the colours of values. Only who draws or describes a raster has a use for it. */
const palette = 320;

/** The tags that are read: how cells are stored, where they are, and GDAL's remarks about them. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  ...[254, 255, 256, 257, 258, 259, 262, 266, 277, 278, 284, 317, 322, 323, 338, 339, 347, 34_735, 50_674].map(
    (tag): [number, Kind] => [tag, wholeNumbers],
  ),
  ...[273, 279, 324, 325].map((tag): [number, Kind] => [tag, tiles]),
  ...[33_550, 33_922, 34_264, 34_736].map((tag): [number, Kind] => [tag, numbers]),
  ...[34_737, 42_113].map((tag): [number, Kind] => [tag, text]),
  // The items of each band, and remarks of any length.
  [42_112, { ...text, mostValues: 2 ** 24 }],
  // Three parts of each colour of 16 bits.
  [palette, { ...wholeNumbers, mostValues: 3 * 2 ** 16 }],
]);

/**
 * The entries of a directory that are read: needed tags, of types that TIFF knows and that fit. If
 * a tag is repeated, the first one. The palette is needed by those who say so.
 */
export function neededEntries(
  entries: Uint8Array,
  { number, entryBytes, valueBytes }: Form,
  needs?: 'palette',
): TiffEntry[] {
  const seen = new Set<number>();
  const needed: TiffEntry[] = [];
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    const [tag, type] = [number(entries, at, 2), number(entries, at + 2, 2)];
    if (seen.has(tag)) continue;
    seen.add(tag);
    const bytes = typeBytes[type] ?? 0;
    if (tag === palette && needs !== 'palette') continue;
    if (bytes === 0 || !kinds.get(tag)?.isFit(type)) continue;
    const count = number(entries, at + 4, valueBytes);
    const offset = number(entries, at + 4 + valueBytes, valueBytes);
    const values = count * bytes > valueBytes ? { offset, length: count * bytes } : undefined;
    needed.push({ at, tag, count, values });
  }
  return needed;
}

/** Tells whether an entry has more values than its tag can have. */
export function hasTooMany({ tag, count }: TiffEntry): boolean {
  return count > mostValues(tag);
}

/** The most values of a tag. */
export function mostValues(tag: number): number {
  return kinds.get(tag)?.mostValues ?? 0;
}
