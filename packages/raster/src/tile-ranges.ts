import type { StoredTiles } from './geotiff-tiles.ts';
import type { ByteRange } from './remote-object.ts';
import { bytesOfRows } from './sample-decoder.ts';
import { bytesOfTile } from './tile-decoder.ts';

/** Where a tile lies in its file. */
export interface TileRange extends ByteRange {
  /** Whether the file says how long the tile is; else it may be shorter. */
  readonly isKnown: boolean;
}

/**
 * The range of a tile by its index, with so many rows; undefined: it is sparse. Throws an Error for
 * a tile that cannot be.
 */
export type RangeOf = (index: number, rows: number) => TileRange | undefined;

/**
 * A tile without bytes and offset is sparse. One whose number of bytes is missing, or 0 at an
 * offset of its own, goes to where the next one begins. Uncompressed tiles have as many bytes as
 * their cells, whatever the file says.
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

/** No compression makes a tile longer than twice its cells and this. */
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
