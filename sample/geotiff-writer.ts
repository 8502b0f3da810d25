import { deflateSync } from 'node:zlib';

export interface RasterToWrite {
  readonly samples: Samples;
  readonly width: number;
  readonly height: number;
  readonly epsg: number;
  /** Whether the code is that of a geographic CRS. Default: it is a projected one's. */
  readonly isGeographic?: boolean;
  /** Upper left corner. */
  readonly originX: number;
  readonly originY: number;
  readonly cell: number;
  /** Default: as high as it is wide. */
  readonly cellHeight?: number;
  readonly nodata?: number;
}

export type Samples = Uint8Array | Int16Array | Float32Array;

const side = 512;
const kinds = {
  ascii: { code: 2, size: 1 },
  short: { code: 3, size: 2 },
  long: { code: 4, size: 4 },
  double: { code: 12, size: 8 },
};
type Tag = readonly [tag: number, kind: keyof typeof kinds, values: readonly number[]];

/** A tiled DEFLATE GeoTIFF (512 × 512, little-endian, horizontal differences for 16 bits). */
export function geotiffOf(raster: RasterToWrite): Buffer {
  const tiles = tilesOf(raster);
  const offsets: number[] = [];
  let at = 8;
  for (const tile of tiles) {
    offsets.push(at);
    at += tile.length + (tile.length % 2);
  }
  const even = tiles.flatMap((tile) => (tile.length % 2 === 0 ? [tile] : [tile, Buffer.alloc(1)]));
  const byteCounts = tiles.map((tile) => tile.length);
  const bytes = raster.samples.BYTES_PER_ELEMENT;
  return Buffer.concat([geotiffHead(at), ...even, geotiffDirectory(raster, { offsets, byteCounts, bytes, at })]);
}

/** The first eight bytes of a file whose directory begins at this one. */
export function geotiffHead(at: number): Buffer {
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(at, 4);
  return head;
}

/** The offsets of the tiles, row by row, the bytes of a sample, and the offset of the directory. */
export interface TilesWritten {
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  /** 1: uint8, 2: int16, 4: float32. */
  readonly bytes: number;
  readonly at: number;
}

/** The directory of a file whose tiles are written, with all that it refers to. */
export function geotiffDirectory(
  raster: Omit<RasterToWrite, 'samples'>,
  { offsets, byteCounts, bytes, at }: TilesWritten,
): Buffer {
  const { width, height, originX, originY, cell, cellHeight = cell, nodata } = raster;
  const tags: Tag[] = [
    [256, 'long', [width]],
    [257, 'long', [height]],
    [258, 'short', [8 * bytes]],
    [259, 'short', [8]],
    [262, 'short', [1]],
    [277, 'short', [1]],
    ...(bytes === 2 ? [[317, 'short', [2]] as const] : []),
    [322, 'long', [side]],
    [323, 'long', [side]],
    [324, 'long', offsets],
    [325, 'long', byteCounts],
    [339, 'short', [formats[bytes]!]],
    [33550, 'double', [cell, cellHeight, 0]],
    [33922, 'double', [0, 0, 0, originX, originY, 0]],
    [34735, 'short', geoKeys(raster)],
    ...(nodata === undefined ? [] : [[42113, 'ascii', [...Buffer.from(`${nodata}\0`)]] as const]),
  ];
  return directoryOf(tags, at);
}

/** The sample formats by bytes of a sample: unsigned, signed, floating point. */
const formats: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 3 };

function geoKeys({ epsg, isGeographic = false }: Pick<RasterToWrite, 'epsg' | 'isGeographic'>): number[] {
  const [kind, code] = isGeographic ? [2, 2048] : [1, 3072];
  return [1, 1, 0, 3, 1024, 0, 1, kind, 1025, 0, 1, 1, code, 0, 1, epsg];
}

function tilesOf({ samples, width, height }: RasterToWrite): Buffer[] {
  const tiles: Buffer[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const tile = new (samples.constructor as new (length: number) => Samples)(side * side);
      for (let row = top; row < Math.min(top + side, height); row++) {
        const start = row * width + left;
        tile.set(samples.subarray(start, start + Math.min(side, width - left)), (row - top) * side);
      }
      if (tile instanceof Int16Array) differences(tile);
      tiles.push(deflateSync(Buffer.from(tile.buffer), { level: 6 }));
    }
  }
  return tiles;
}

function differences(tile: Int16Array): void {
  for (let row = 0; row < tile.length; row += side) {
    for (let i = row + side - 1; i > row; i--) tile[i]! -= tile[i - 1]!;
  }
}

function directoryOf(tags: readonly Tag[], at: number): Buffer {
  const entries = Buffer.alloc(2 + 12 * tags.length + 4);
  entries.writeUInt16LE(tags.length, 0);
  const beyond: Buffer[] = [];
  let end = at + entries.length;
  for (const [index, [tag, kind, values]] of tags.entries()) {
    const { code, size } = kinds[kind];
    const bytes = Buffer.alloc(Math.max(4, values.length * size + ((values.length * size) % 2)));
    for (const [i, value] of values.entries()) {
      if (kind === 'double') bytes.writeDoubleLE(value, i * size);
      else bytes.writeUIntLE(value, i * size, size);
    }
    const entry = 2 + 12 * index;
    entries.writeUInt16LE(tag, entry);
    entries.writeUInt16LE(code, entry + 2);
    entries.writeUInt32LE(values.length, entry + 4);
    if (values.length * size <= 4) {
      bytes.copy(entries, entry + 8);
      continue;
    }
    entries.writeUInt32LE(end, entry + 8);
    beyond.push(bytes);
    end += bytes.length;
  }
  return Buffer.concat([entries, ...beyond]);
}
