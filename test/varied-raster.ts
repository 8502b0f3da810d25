import { deflateSync } from 'node:zlib';

export interface VariedRaster {
  /** Whole tiles. */
  readonly across: number;
  readonly down: number;
  /** Columns and rows of a tile. */
  readonly side: number;
  /** Default: value 0. */
  readonly valueAt?: (column: number, row: number) => number;
  readonly origin?: readonly [x: number, y: number];
  readonly compressed?: boolean;
  /**
   * The directory, and what it refers to, behind the tiles. Default: before them, as in a Cloud
   * Optimized GeoTIFF.
   */
  readonly directoryLast?: boolean;
}

/**
 * The bytes of a tiled uint8 GeoTIFF in EPSG:5070 with cells of 30 m; its tiles lie row by row, one
 * behind the other.
 */
export function variedRaster(raster: VariedRaster): Buffer {
  const { across, down, origin = [0, 0], directoryLast = false } = raster;
  const tiles = Array.from({ length: across * down }, (_, index) =>
    tileBytes(raster, index % across, Math.floor(index / across)),
  );
  const at = (first: number) => {
    let next = first;
    return tiles.map(({ length }) => {
      next += length;
      return next - length;
    });
  };
  const size = tiles.reduce((sum, { length }) => sum + length, 0);
  const directory = (start: number, firstTile: number) =>
    directoryBytes(tagsOf(raster, origin, tiles, at(firstTile)), start);
  const start = directoryLast ? 8 + size + (size % 2) : 8;
  const bytes = directory(start, directoryLast ? 8 : 8 + directory(8, 0).length);
  const head = Buffer.alloc(8);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(start, 4);
  return Buffer.concat(directoryLast ? [head, ...tiles, Buffer.alloc(size % 2), bytes] : [head, bytes, ...tiles]);
}

function tileBytes({ side, valueAt = () => 0, compressed = false }: VariedRaster, column: number, row: number): Buffer {
  const samples = Buffer.alloc(side * side);
  for (let i = 0; i < samples.length; i++)
    samples[i] = valueAt(column * side + (i % side), row * side + Math.floor(i / side));
  return compressed ? deflateSync(samples) : samples;
}

type Tag = readonly [tag: number, type: keyof typeof types, values: readonly number[]];

const types = { short: { code: 3, size: 2 }, long: { code: 4, size: 4 }, double: { code: 12, size: 8 } };

function tagsOf(
  { across, down, side, compressed = false }: VariedRaster,
  [x, y]: readonly [number, number],
  tiles: readonly Buffer[],
  offsets: readonly number[],
): Tag[] {
  return [
    [256, 'long', [across * side]],
    [257, 'long', [down * side]],
    [258, 'short', [8]],
    [259, 'short', [compressed ? 8 : 1]],
    [262, 'short', [1]],
    [277, 'short', [1]],
    [322, 'long', [side]],
    [323, 'long', [side]],
    [324, 'long', offsets],
    [325, 'long', tiles.map(({ length }) => length)],
    [339, 'short', [1]],
    [33550, 'double', [30, 30, 0]],
    [33922, 'double', [0, 0, 0, x, y, 0]],
    [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 5070]],
  ];
}

function directoryBytes(tags: readonly Tag[], start: number): Buffer {
  const entries = Buffer.alloc(2 + 12 * tags.length + 4);
  entries.writeUInt16LE(tags.length, 0);
  const beyond: Buffer[] = [];
  let end = start + entries.length;
  for (const [index, [tag, type, values]] of tags.entries()) {
    const bytes = Buffer.alloc(Math.max(4, values.length * types[type].size));
    for (const [i, value] of values.entries()) {
      if (type === 'short') bytes.writeUInt16LE(value, i * 2);
      else if (type === 'long') bytes.writeUInt32LE(value, i * 4);
      else bytes.writeDoubleLE(value, i * 8);
    }
    const at = 2 + 12 * index;
    entries.writeUInt16LE(tag, at);
    entries.writeUInt16LE(types[type].code, at + 2);
    entries.writeUInt32LE(values.length, at + 4);
    if (bytes.length === 4) bytes.copy(entries, at + 8);
    else {
      entries.writeUInt32LE(end, at + 8);
      beyond.push(bytes);
      end += bytes.length;
    }
  }
  return Buffer.concat([entries, ...beyond]);
}
