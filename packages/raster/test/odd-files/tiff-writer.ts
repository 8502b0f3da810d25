import { deflateSync } from 'node:zlib';

/** A tag: its number, its type by name, its values (or its text). */
export type Tag = readonly [tag: number, type: TagType, values: number | string | readonly (number | bigint)[]];
type TagType = keyof typeof types;

const types = {
  byte: [1, 1],
  ascii: [2, 1],
  short: [3, 2],
  long: [4, 4],
  float: [11, 4],
  double: [12, 8],
  long8: [16, 8],
} as const;

/**
 * One directory of a file, and the stored bytes of its strips or tiles; null: the tile is sparse.
 */
export interface Image {
  readonly tags: readonly Tag[];
  readonly blocks?: readonly (Uint8Array | null)[];
  /** The tags to leave out, of those that the writer makes: 273, 279, 324, 325. */
  readonly without?: readonly number[];
}

export interface Writing {
  readonly bigEndian?: boolean;
  readonly bigTiff?: boolean;
}

/**
 * Writes a TIFF with these images, one after the other, be its tags right or wrong. The last of
 * equal tags counts.
 */
export function writeTiff(images: readonly Image[], { bigEndian = false, bigTiff = false }: Writing = {}): Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  const number = (value: number | bigint, bytes: number) => numberBytes(value, bytes, bigEndian);
  const pointer = (value: number) => number(value, bigTiff ? 8 : 4);
  const add = (bytes: Uint8Array): number => {
    const at = size;
    const padding = bytes.length % 2;
    parts.push(Buffer.from(bytes), Buffer.alloc(padding));
    size += bytes.length + padding;
    return at;
  };
  add(
    Buffer.concat([
      Buffer.from(bigEndian ? 'MM' : 'II'),
      number(bigTiff ? 43 : 42, 2),
      ...(bigTiff ? [number(8, 2), number(0, 2)] : []),
    ]),
  );
  const links: { readonly at: number; readonly to: number }[] = [];
  let link = add(pointer(0));
  for (const { tags, blocks, without = [] } of images) {
    const all = new Map(tags.map((tag) => [tag[0], tag]));
    const isTiled = all.has(322);
    if (blocks) {
      const offsets = blocks.map((bytes) => (bytes === null ? 0 : add(bytes)));
      const made: Tag[] = [
        [isTiled ? 324 : 273, bigTiff ? 'long8' : 'long', offsets],
        [isTiled ? 325 : 279, 'long', blocks.map((bytes) => bytes?.length ?? 0)],
      ];
      for (const tag of made) if (!all.has(tag[0]) && !without.includes(tag[0])) all.set(tag[0], tag);
    }
    const entries = [...all.values()]
      .sort((a, b) => a[0] - b[0])
      .map(([tag, type, values]) => {
        const list = typeof values === 'number' ? [values] : values;
        const [code, bytes] = types[type];
        const data =
          typeof list === 'string'
            ? Buffer.from(`${list}\0`, 'latin1')
            : Buffer.concat(
                list.map((one) =>
                  type === 'double' || type === 'float'
                    ? floatBytes(Number(one), bytes, bigEndian)
                    : number(one, bytes),
                ),
              );
        const place = data.length > pointer(0).length ? pointer(add(data)) : Buffer.concat([data], pointer(0).length);
        return Buffer.concat([number(tag, 2), number(code, 2), pointer(data.length / bytes), place]);
      });
    links.push({ at: link, to: add(Buffer.concat([number(entries.length, bigTiff ? 8 : 2), ...entries])) });
    link = add(pointer(0));
  }
  const file = Buffer.concat(parts);
  for (const { at, to } of links) pointer(to).copy(file, at);
  return file;
}

export interface Cells extends Writing {
  /** Bands of rows of samples. */
  readonly bands: readonly (readonly (readonly (number | bigint)[])[])[];
  readonly kind?: 'unsigned' | 'signed' | 'float' | undefined;
  readonly bits?: number | undefined;
  /** Columns and rows of a tile; by default there is one strip. */
  readonly tile?: readonly [width: number, height: number] | undefined;
  readonly rowsPerStrip?: number | undefined;
  readonly planar?: boolean | undefined;
  readonly deflate?: boolean | undefined;
  /** Strips or tiles that are sparse, by index. */
  readonly sparse?: readonly number[] | undefined;
  readonly tags?: readonly Tag[] | undefined;
}

/**
 * Cells in a grid of 30 m whose upper left corner is at (500000, 5000000) in UTM zone 33, unless
 * the tags differ.
 */
export function cellsImage(cells: Cells): Image {
  const { bands, kind = 'unsigned', bits = 8, tile, planar = false, deflate = false, sparse = [], tags = [] } = cells;
  const [height, width] = [bands[0]!.length, bands[0]![0]!.length];
  const [blockWidth, blockHeight] = tile ?? [width, cells.rowsPerStrip ?? height];
  const groups = planar ? bands.map((band) => [band]) : [bands];
  const blocks = groups.flatMap((group) =>
    starts(height, blockHeight).flatMap((top) =>
      starts(width, blockWidth).map((left) => {
        const rows = Math.min(blockHeight, tile ? blockHeight : height - top);
        const values = Array.from({ length: rows }, (_, y) =>
          Array.from({ length: blockWidth }, (_, x) => group.map((band) => band[top + y]?.[left + x] ?? 0)).flat(),
        );
        return packed(values, { ...cells, kind, bits });
      }),
    ),
  );
  return {
    tags: [
      [256, 'long', width],
      [257, 'long', height],
      [258, 'short', bands.map(() => bits)],
      [259, 'short', deflate ? 8 : 1],
      [262, 'short', 1],
      [277, 'short', bands.length],
      [284, 'short', planar ? 2 : 1],
      [339, 'short', bands.map(() => ['', 'unsigned', 'signed', 'float'].indexOf(kind))],
      ...(tile
        ? ([
            [322, 'short', tile[0]],
            [323, 'short', tile[1]],
          ] as const)
        : ([[278, 'long', blockHeight]] as const)),
      ...tags,
    ],
    blocks: blocks.map((bytes, i) => (sparse.includes(i) ? null : deflate ? deflateSync(bytes) : bytes)),
  };
}

/**
 * The tags that place an image: cells of 30 m, the upper left corner at (500000, 5000000) in UTM
 * zone 33.
 */
export const placed: readonly Tag[] = [
  [33550, 'double', [30, 30, 0]],
  [33922, 'double', [0, 0, 0, 500_000, 5_000_000, 0]],
  [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32_633]],
];

/** A file of one image, placed. */
export function cellsFile({ tags = [], ...cells }: Cells): Buffer {
  return writeTiff([cellsImage({ ...cells, tags: [...placed, ...tags] })], cells);
}

function starts(size: number, step: number): number[] {
  return Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
}

/** Packs rows of samples; each row begins with a byte of its own. */
function packed(rows: readonly (readonly (number | bigint)[])[], { kind, bits = 8, bigEndian = false }: Cells): Buffer {
  if (kind === 'float')
    return Buffer.concat(rows.flat().map((value) => floatBytes(Number(value), bits / 8, bigEndian)));
  if (bits % 8 === 0) return Buffer.concat(rows.flat().map((value) => numberBytes(value, bits / 8, bigEndian)));
  const bytes = rows.map((row) => {
    const digits = row.map((value) => value.toString(2).padStart(bits, '0')).join('');
    return Buffer.from(
      Array.from({ length: Math.ceil(digits.length / 8) }, (_, i) =>
        Number.parseInt(digits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
      ),
    );
  });
  return Buffer.concat(bytes);
}

function numberBytes(value: number | bigint, bytes: number, bigEndian: boolean): Buffer {
  const unsigned = BigInt.asUintN(8 * bytes, BigInt(value));
  const buffer = Buffer.from(unsigned.toString(16).padStart(2 * bytes, '0'), 'hex');
  return bigEndian ? buffer : buffer.reverse();
}

function floatBytes(value: number, bytes: number, bigEndian: boolean): Buffer {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 8) view.setFloat64(0, value, !bigEndian);
  else if (bytes === 4) view.setFloat32(0, value, !bigEndian);
  else view.setFloat16(0, value, !bigEndian);
  return Buffer.from(view.buffer);
}
