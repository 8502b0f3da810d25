import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const tileSide = 512;

export interface ConstantRaster {
  /** Whole tiles. */
  readonly across: number;
  readonly down: number;
  readonly originX: number;
  readonly originY: number;
  readonly value: number;
  /** Metres; default 30. */
  readonly cell?: number;
  /** EPSG code; default 5070. */
  readonly epsg?: number;
}

/**
 * Writes a tiled uint8 DEFLATE GeoTIFF of one value. All its tiles are the same bytes of the file,
 * so however large the raster is, the file is small, and each tile is decoded like any other.
 */
export function writeConstantRaster(path: string, raster: ConstantRaster): void {
  const { across, down, originX, originY, value, cell = 30, epsg = 5070 } = raster;
  const tile = deflateSync(Buffer.alloc(tileSide * tileSide, value));
  const tiles = across * down;
  const geoKeys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg];
  const tags: [tag: number, type: 'short' | 'long' | 'double', values: number[]][] = [
    [256, 'long', [across * tileSide]],
    [257, 'long', [down * tileSide]],
    [258, 'short', [8]],
    [259, 'short', [8]],
    [262, 'short', [1]],
    [277, 'short', [1]],
    [322, 'long', [tileSide]],
    [323, 'long', [tileSide]],
    [324, 'long', Array(tiles).fill(8)],
    [325, 'long', Array(tiles).fill(tile.length)],
    [339, 'short', [1]],
    [33550, 'double', [cell, cell, 0]],
    [33922, 'double', [0, 0, 0, originX, originY, 0]],
    [34735, 'short', geoKeys],
  ];
  const directory = 8 + tile.length + (tile.length % 2);
  const head = Buffer.alloc(8);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(directory, 4);
  writeFileSync(path, Buffer.concat([head, tile, Buffer.alloc(tile.length % 2), directoryBytes(tags, directory)]));
}

const types = { short: { code: 3, size: 2 }, long: { code: 4, size: 4 }, double: { code: 12, size: 8 } };

function directoryBytes(tags: [number, keyof typeof types, number[]][], at: number): Buffer {
  const entries = Buffer.alloc(2 + 12 * tags.length + 4);
  entries.writeUInt16LE(tags.length, 0);
  const beyond: Buffer[] = [];
  let end = at + entries.length;
  for (const [index, [tag, type, values]] of tags.entries()) {
    const { code, size } = types[type];
    const bytes = Buffer.alloc(Math.max(4, values.length * size));
    for (const [i, value] of values.entries()) {
      if (type === 'double') bytes.writeDoubleLE(value, i * size);
      else bytes.writeUIntLE(value, i * size, size);
    }
    const entry = 2 + 12 * index;
    entries.writeUInt16LE(tag, entry);
    entries.writeUInt16LE(code, entry + 2);
    entries.writeUInt32LE(values.length, entry + 4);
    if (values.length * size <= 4) bytes.copy(entries, entry + 8);
    else {
      entries.writeUInt32LE(end, entry + 8);
      beyond.push(bytes);
      end += bytes.length;
    }
  }
  return Buffer.concat([entries, ...beyond]);
}
