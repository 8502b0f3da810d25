import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

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
  /** Columns and rows of a tile; default 512. */
  readonly tileSide?: number;
  /** Rows of a strip, as wide as the raster, in place of tiles. A tile has whole strips. */
  readonly rowsPerStrip?: number;
}

/**
 * Writes a tiled uint8 DEFLATE GeoTIFF of one value. All its tiles are the same bytes of the file,
 * so however large the raster is, the file is small, and each tile is decoded like any other.
 */
export function writeConstantRaster(path: string, raster: ConstantRaster): void {
  const { across, down, originX, originY, value, cell = 30, epsg = 5070, tileSide = 512, rowsPerStrip } = raster;
  const [width, height] = [across * tileSide, down * tileSide];
  const tile = deflateSync(Buffer.alloc(rowsPerStrip ? width * rowsPerStrip : tileSide * tileSide, value));
  const tiles = rowsPerStrip ? height / rowsPerStrip : across * down;
  const [places, sizes] = [Array<number>(tiles).fill(8), Array<number>(tiles).fill(tile.length)];
  const geoKeys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg];
  const tags: Tags = [
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', [8]],
    [259, 'short', [8]],
    [262, 'short', [1]],
    ...(rowsPerStrip ? ([[273, 'long', places]] satisfies Tags) : []),
    [277, 'short', [1]],
    ...((rowsPerStrip
      ? [
          [278, 'long', [rowsPerStrip]],
          [279, 'long', sizes],
        ]
      : [
          [322, 'long', [tileSide]],
          [323, 'long', [tileSide]],
          [324, 'long', places],
          [325, 'long', sizes],
        ]) satisfies Tags),
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

type Tags = [tag: number, type: 'short' | 'long' | 'double', values: number[]][];

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
