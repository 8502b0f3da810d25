import { noDataOf } from '../../src/files/raster-nodata.ts';
import { rasterTiles } from '../../src/files/raster-tiles.ts';
import { readDirectories } from '../../src/geotiff/geotiff.ts';
import { geotiffFacts } from '../../src/geotiff/geotiff-facts.ts';
import { storedTiles } from '../../src/geotiff/geotiff-tiles.ts';
import { tileRanges } from '../../src/geotiff/tile-ranges.ts';
import { memoryBytes } from '../memory-bytes.ts';
import { cellsFile, type Tag } from '../odd-files/tiff-writer.ts';

const two = { bands: [[[1, 2]]] };

describe('a directory that asks for more than there is', () => {
  it('reads values that lie over each other once for each tag', async () => {
    const [size, entries] = [1_000_000, 1500];
    const bytes = Buffer.alloc(size);
    bytes.write('II*');
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(entries, 8);
    for (let i = 0; i < entries; i++) {
      const at = 10 + 12 * i;
      bytes.writeUInt16LE([273, 279, 324, 325][i % 4]!, at);
      bytes.writeUInt16LE(1, at + 2);
      bytes.writeUInt32LE(size - 2 * entries - i, at + 4);
      bytes.writeUInt32LE(8 + i, at + 8);
    }
    const source = memoryBytes(bytes);
    await readDirectories(source);
    expect(source.bytesRead).toBeLessThan(6 * size);
  });

  it('is refused where directories lie in each other', async () => {
    const bytes = Buffer.alloc(1_600_000);
    bytes.write('II*');
    for (let i = 0; i < 4096; i++) {
      bytes.writeUInt16LE(65_534, 8 + 8 * i);
      bytes.writeUInt32LE(16 + 8 * i, 8 + 8 * i + 2 + 12 * 65_534);
    }
    bytes.writeUInt32LE(8, 4);
    const source = memoryBytes(bytes);
    await expect(readDirectories(source)).rejects.toThrow(
      'cannot use /memory.tif: its directories have more than 262144 entries, expected fewer',
    );
    expect(source.bytesRead).toBeLessThan(10_000_000);
  });

  it('ends where directories form a ring', async () => {
    const bytes = cellsFile({ ...two, tags: [[254, 'long', 1]] });
    const at = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(at, at + 2 + 12 * bytes.readUInt16LE(at));
    expect((await readDirectories(memoryBytes(bytes))).image.number('ImageWidth')).toBe(2);
  });

  it.each([
    ['more GeoKeys than there are', [[34_735, 'short', [1, 1, 0, 65_535, 1024, 0, 1, 1]]], /has 1 of the 65535 that/],
    ['2^53 GeoKeys', [[34_735, 'long8', [1, 1, 0, 2n ** 53n - 1n]]], /has 0 of the 9007199254740991 that/],
    [
      'numbers of more than 53 bits',
      [[256, 'long8', [2n ** 64n - 1n]]],
      /memory.tif is damaged: its directory has a number above/,
    ],
  ] as [string, Tag[], RegExp][])('is refused with %s', async (_, tags, sentence) => {
    const file = memoryBytes(cellsFile({ ...two, bigTiff: true, tags }));
    await expect(readDirectories(file)).rejects.toThrow(sentence);
  });

  it.each([
    ['of tiles', 324, 2 ** 32, 'has 4294967296 values, expected at most 33554432'],
    ['of samples', 258, 2 ** 20, 'has 1048576 values, expected at most 65536'],
    ['beyond all numbers', 324, 2 ** 63, 'has 9223372036854776000 values, expected at most 33554432'],
    ['behind the end of the file', 324, 2 ** 20, 'values of tag 324 lie behind its end'],
  ])('is refused with a table %s', async (_, tag, count, sentence) => {
    const bytes = cellsFile({ ...two, tile: [16, 16], bigTiff: true, tags: [[tag, 'long8', [1, 2]]] });
    const at = Number(bytes.readBigUInt64LE(8));
    const entries = Array.from({ length: Number(bytes.readBigUInt64LE(at)) }, (_, i) => at + 8 + 20 * i);
    bytes.writeBigUInt64LE(BigInt(count), entries.find((entry) => bytes.readUInt16LE(entry) === tag)! + 4);
    const source = memoryBytes(bytes);
    await expect(readDirectories(source)).rejects.toThrow(`/memory.tif is cut short or damaged`);
    await expect(readDirectories(source)).rejects.toThrow(sentence);
  });

  it('passes over tags of types that mean nothing there', async () => {
    const file = cellsFile({ ...two, tags: [[34_735, 'double', [1, 1, 0, Number.POSITIVE_INFINITY]]] });
    const { image } = await readDirectories(memoryBytes(file));
    expect(image.geoKeys).toEqual({});
    const wide = cellsFile({ ...two, tags: [[256, 'double', Number.NaN]] });
    const { image: unknown } = await readDirectories(memoryBytes(wide));
    expect(() => storedTiles(unknown, 1)).toThrow('it is 0 × 1 cells large, expected at least 1 × 1');
  });
});

describe('sizes that no file has', () => {
  it.each([
    [[[256, 'long8', [2n ** 40n]]], 'it is 1099511627776 × 1 cells large, expected at most 2147483647 along a side'],
    [[[256, 'long', 2 ** 31 - 1]], 'its tiles are 2147483647 × 1 cells large, expected 1 to 268435456 cells'],
    [
      [
        [256, 'long', 2 ** 28],
        [277, 'long', 2 ** 30],
      ],
      'with 1073741824 samples are 288230376151711740 bytes large, expected at most 2147483648',
    ],
  ] as [Tag[], string][])('are refused before room is made for a tile: %j', async (tags, sentence) => {
    const { image } = await readDirectories(memoryBytes(cellsFile({ ...two, bigTiff: true, tags })));
    expect(() => storedTiles(image, 1)).toThrow(sentence);
  });

  it('finds who shares an offset without a look at all other tiles', () => {
    const tiles = 2 ** 12;
    let looks = 0;
    const plain = Float64Array.from({ length: tiles }, (_, i) => 1000 + 10 * Math.floor(i / 2));
    const offsets = new Proxy(plain, {
      get(target, name) {
        looks++;
        const value = Reflect.get(target, name, target) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const format = { compression: 'deflate', width: 1, height: 1, samplesPerCell: 1, sampleType: 'uint8' } as const;
    const rangeOf = tileRanges({
      offsets,
      byteCounts: new Uint32Array(tiles),
      format: { ...format, predictor: 1, littleEndian: true, sample: 0 },
    });
    for (let i = 0; i < tiles; i++) expect(rangeOf(i, 1)).toBeUndefined();
    expect(looks).toBeLessThan(5 * tiles);
  });
});

describe('texts of a megabyte', () => {
  it('are no numbers of 64 bits', () => {
    const format = { sampleType: 'float64', odd: { kind: 'long', isSigned: true } } as const;
    expect(noDataOf(format, { tag: '9'.repeat(2 ** 20), given: undefined })).toMatchObject({ isHole: false });
    expect(noDataOf(format, { tag: '0'.repeat(80) + '7', given: undefined })).toMatchObject({ odd: { nodata: 7n } });
  });

  it('are told up to their end, in one go', async () => {
    const tags: Tag[] = [[42_113, 'byte', [55, ...new Array(60_000).fill(0), 55]]];
    const directories = await readDirectories(memoryBytes(cellsFile({ ...two, tags })));
    expect(geotiffFacts(directories).nodata).toBe('7');
  });
});

describe('tiles of more bytes than they can need', () => {
  it('are read no further than any compression makes them long', async () => {
    const { image } = await readDirectories(memoryBytes(cellsFile({ bands: [[[1, 2]]], deflate: true })));
    const tiles = storedTiles(image, 1);
    const rangeOf = tileRanges({ ...tiles, byteCounts: [2 ** 31] });
    expect(rangeOf(0, 1)?.length).toBe(2 * 2 + 65_536);
  });

  it('are not read for each of very many bands, to know what is no data in all', async () => {
    const bands = Array.from({ length: 65 }, () => [[1]]);
    const metadata = `<GDALMetadata><Item name="NODATA_VALUES">${bands.map(() => 1).join(' ')}</Item></GDALMetadata>`;
    const file = cellsFile({ bands, tags: [[42_112, 'ascii', metadata]] });
    const source = memoryBytes(file);
    const directories = await readDirectories(source);
    const parts = { name: 'many', band: 1, nodata: undefined, withoutMask: false, isScaled: false, isSouthUp: false };
    const files = {
      ...source,
      source,
      directories,
      pam: undefined,
      transform: undefined,
      maskFile: undefined,
      urls: [],
    };
    expect(() => rasterTiles({ ...parts, files, decodeThreads: 0 })).toThrow(
      'its NODATA_VALUES are those of 65 bands, expected at most 64',
    );
  });
});
