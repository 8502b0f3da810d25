import { deflateSync } from 'node:zlib';
import { crsFromText } from '@cellshed/crs';
import { rasterTiles } from '../../packages/raster/src/files/raster-tiles.ts';
import { readDirectories } from '../../packages/raster/src/geotiff/geotiff.ts';
import { geotiffFacts } from '../../packages/raster/src/geotiff/geotiff-facts.ts';
import { gridOf } from '../../packages/raster/src/geotiff/geotiff-grid.ts';
import { encodedFiles } from '../../packages/raster/test/encoded-files.ts';
import { memoryBytes } from '../../packages/raster/test/memory-bytes.ts';
import { recipes } from '../../packages/raster/test/odd-files/recipes.ts';
import { cellsFile, cellsImage, placed, writeTiff } from '../../packages/raster/test/odd-files/tiff-writer.ts';
import type { Random } from './random.ts';
import { holds, type Outcome, sentenceOr, type Target } from './target.ts';

/** A whole file, and where the entries of its directories lie. */
interface Seed {
  readonly bytes: Buffer;
  readonly isBig: boolean;
  readonly isLittleEndian: boolean;
  readonly directories: readonly number[];
  readonly entries: readonly number[];
}

let seeds: readonly Seed[] | undefined;

/** Files of all encodings that are read, of odd kinds, with masks and in both forms. */
function seedFiles(): readonly Seed[] {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const masked = [
    cellsImage({ bands: [rows], tags: placed, tile: [16, 16] }),
    { ...cellsImage({ bands: [rows], bits: 1, tags: [[254, 'long', 4]] }) },
  ];
  const made = [
    ...[true, false].flatMap((bigTiff) =>
      [true, false].map((bigEndian) => cellsFile({ bands: [rows, rows], bigTiff, bigEndian, deflate: true })),
    ),
    writeTiff(masked, { bigTiff: true }),
    writeTiff([...masked, ...masked]),
    cellsFile({ bands: [rows], tags: [[42_113, 'ascii', '2']] }),
    cellsFile({ bands: [rows], rowsPerStrip: 1, tags: [[347, 'byte', [...deflateSync('tables')]]] }),
  ];
  const odd = Object.values(recipes).flatMap(({ files }) =>
    Object.values(files).filter((file) => Buffer.isBuffer(file)),
  );
  const encoded = encodedFiles().map(({ bytes }) => Buffer.from(bytes));
  const small = [...odd, ...encoded].filter(({ length }) => length < 20_000);
  return [...made, ...small.filter((_, i) => i % 5 === 0)].map(seedOf);
}

function seedOf(bytes: Buffer): Seed {
  const isLittleEndian = bytes[0] === 0x49;
  const isBig = bytes[isLittleEndian ? 2 : 3] === 43;
  const number = (at: number, size: number) => Number(readNumber(bytes, at, size, isLittleEndian));
  const [pointer, entry, countBytes] = isBig ? [8, 20, 8] : [4, 12, 2];
  const directories: number[] = [];
  const entries: number[] = [];
  for (let at = number(isBig ? 8 : 4, pointer); at > 0 && at + countBytes < bytes.length; ) {
    directories.push(at);
    const count = number(at, countBytes);
    for (let i = 0; i < count; i++) entries.push(at + countBytes + i * entry);
    const end = at + countBytes + count * entry;
    if (end + pointer > bytes.length || directories.length > 8) break;
    at = number(end, pointer);
  }
  return { bytes, isBig, isLittleEndian, directories, entries: entries.filter((at) => at + entry <= bytes.length) };
}

function readNumber(bytes: Buffer, at: number, size: number, isLittleEndian: boolean): bigint {
  const part = Buffer.from(bytes.subarray(at, at + size));
  if (part.length < size) return 0n;
  return BigInt(`0x${(isLittleEndian ? part.reverse() : part).toString('hex')}`);
}

function writeNumber(bytes: Buffer, at: number, size: number, value: bigint, isLittleEndian: boolean): void {
  for (let i = 0; i < size; i++) {
    const shift = BigInt(8 * (isLittleEndian ? i : size - 1 - i));
    if (at + i < bytes.length) bytes[at + i] = Number((BigInt.asUintN(64, value) >> shift) & 255n);
  }
}

/**
 * A file that is wrong in some places: in entries, in where directories lie, in bytes, at its end.
 */
function altered(seed: Seed, random: Random): Buffer {
  const bytes = Buffer.from(seed.bytes);
  const { isBig, isLittleEndian, directories, entries } = seed;
  const [pointer, entryBytes, countBytes] = isBig ? [8, 20, 8] : [4, 12, 2];
  const write = (at: number, size: number, value: bigint) => writeNumber(bytes, at, size, value, isLittleEndian);
  const anyPlace = () => (random.once(2) ? BigInt(random.pick(directories) ?? 8) : random.odd(bytes.length));
  const changes: readonly (() => void)[] = [
    () => write(random.pick(entries), 2, BigInt(random.pick(tags))),
    () => write(random.pick(entries) + 2, 2, BigInt(random.below(20))),
    () => write(random.pick(entries) + 4, pointer, random.odd(bytes.length)),
    () => write(random.pick(entries) + 4, pointer, BigInt(random.below(40))),
    () => write(random.pick(entries) + 4 + pointer, pointer, anyPlace()),
    () => write(random.pick(entries) + 4 + pointer, pointer, BigInt(random.below(70))),
    () => bytes.copy(bytes, random.pick(entries), random.pick(entries), random.pick(entries) + entryBytes),
    () => write(random.pick(directories), countBytes, random.odd(entries.length)),
    () => write((random.pick(entries) ?? 0) + entryBytes, pointer, anyPlace()),
    () => write(isBig ? 8 : 4, pointer, anyPlace()),
    () => write(random.below(bytes.length), random.pick([1, 2, 4, 8]), random.odd(bytes.length)),
    () => bytes.fill(random.below(256), random.below(bytes.length), random.below(bytes.length)),
  ];
  for (let left = random.below(4); left >= 0; left--) random.pick(changes)();
  return random.once(8) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

const tags = [
  254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339, 347, 33_550,
  33_922, 34_264, 34_735, 34_736, 34_737, 42_112, 42_113, 50_674, 65_000,
];

const crs = crsFromText('EPSG:32633');

/**
 * Bytes that are read of a file of some size: its directories, and each value of them once, twice
 * at most.
 */
const mostReads = 70;

async function run(random: Random): Promise<Outcome> {
  seeds ??= seedFiles();
  const bytes = altered(random.pick(seeds), random);
  const source = memoryBytes(bytes);
  const raster = await sentenceOr(async () => {
    const directories = await readDirectories(source);
    JSON.stringify(geotiffFacts(directories));
    return directories;
  }, source.location);
  holds(source.bytesRead <= mostReads * (bytes.length + 65_536), `${source.bytesRead} bytes read of ${bytes.length}`);
  if (raster === undefined) return 'refused';
  const opened = await sentenceOr(() => openTiles(raster, source, 1 + random.below(2)));
  if (opened === undefined) return 'refused';
  const { tiling, grid } = opened;
  holds(tiling.across === Math.ceil(grid.width / tiling.width), 'as many tiles as the columns need');
  holds(tiling.down === Math.ceil(grid.height / tiling.height), 'as many tiles as the rows need');
  // Large rasters that are right take too long.
  if (tiling.width * tiling.height > 2 ** 16) return 'accepted';
  for (const [column, row] of [
    [0, 0],
    [tiling.across - 1, tiling.down - 1],
  ] as const) {
    const read = () => sentenceOr(() => opened.readTile(column, row), 'fuzz');
    const [first, second] = [await read(), await read()];
    const mostSamples = tiling.width * tiling.height;
    holds((first?.length ?? 0) <= mostSamples, `${first?.length} samples of a tile of ${mostSamples}`);
    holds(
      first?.length === second?.length && (first ?? []).every((one, i) => Object.is(one, second?.[i])),
      'read twice',
    );
  }
  return 'accepted';
}

type Directories = Awaited<ReturnType<typeof readDirectories>>;

function openTiles(directories: Directories, source: ReturnType<typeof memoryBytes>, band: number) {
  const { currentVersion, close, version } = source;
  const files = { source, directories, currentVersion, close, version, urls: [source.location] };
  const { grid, isSouthUp } = gridOf(directories.image, crs);
  const parts = { name: 'fuzz', nodata: undefined, withoutMask: false, isScaled: false, decodeThreads: 0 };
  const beside = { pam: undefined, transform: undefined, maskFile: undefined };
  return { ...rasterTiles({ ...parts, files: { ...files, ...beside }, band, isSouthUp }), grid };
}

export const tiff: Target = { name: 'TIFF', cases: 6000, run };
