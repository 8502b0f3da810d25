import type { ByteRange } from '../bytes/remote-object.ts';
import { bytesOfRows } from '../codecs/sample-decoder.ts';
import { bytesOfTile } from '../codecs/tile-decoder.ts';
import type { StoredTiles } from './geotiff-tiles.ts';

/** The place of a tile in its file. */
export interface TileRange extends ByteRange {
  /** Whether the file contains the length of the tile; otherwise the tile may be shorter. */
  readonly isKnown: boolean;
}

/**
 * The range of a tile by its index, with this many rows; undefined: it is sparse. Throws an Error
 * for an impossible tile.
 */
export type RangeOf = (index: number, rows: number) => TileRange | undefined;

/**
 * A tile without bytes and offset is sparse. A tile whose number of bytes is missing, or 0 at an
 * offset of its own, ends at the start of the next tile. Uncompressed tiles have as many bytes as
 * their cells, whatever the file claims.
 */
export function tileRanges({
  offsets,
  byteCounts,
  format,
}: Pick<StoredTiles, 'offsets' | 'byteCounts' | 'format'>): RangeOf {
  let kept: Float64Array | undefined;
  const sorted = () => {
    kept ??= Float64Array.from(offsets).sort();
    return kept;
  };
  const nextAfter = (offset: number): number => sorted()[firstAbove(sorted(), offset)] ?? Number.POSITIVE_INFINITY;
  // Then one of them has no bytes of its own.
  const isShared = (offset: number): boolean => sorted()[firstAbove(sorted(), offset) - 2] === offset;
  return (index, rows) => {
    const [offset, count] = [offsets[index]!, byteCounts[index] ?? Number.NaN];
    if (offset === 0 && count > 0) throw new Error(`its offset is 0 and its byte count ${count}, expected an offset`);
    if (offset === 0 || (count === 0 && isShared(offset))) return undefined;
    if (format.compression === 'none') return { offset, length: bytesOfRows(format, rows), isKnown: true };
    const most = 2 * bytesOfTile(format) + leastRead;
    if (count > 0) return { offset, length: Math.min(count, most), isKnown: true };
    const length = Math.min(nextAfter(offset) - offset, most);
    return { offset, length, isKnown: false };
  };
}

/** No compression makes a tile longer than twice its cells and this number. */
const leastRead = 65_536;

/** The index of the first number above a value, among rising ones. */
function firstAbove(rising: Float64Array, value: number): number {
  let [from, to] = [0, rising.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rising[middle]! > value) to = middle;
    else from = middle + 1;
  }
  return from;
}
