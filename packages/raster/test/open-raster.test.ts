import { readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openRaster } from '../src/open-raster.ts';
import type { SampleType } from '../src/tiles/samples.ts';
import { allSamples, allValues, bytesOf, columns, fixture, rows, valueAt, withRaster } from './fixture-files.ts';

const files = readdirSync(fixture('values'));

describe('reading tiles', () => {
  it.each(files)('yields what GDAL stored in %s', async (file) => {
    const [type] = file.split('-') as [SampleType];
    const bands = file.includes('3bands') ? [1, 2, 3] : [1];
    for (const band of bands) {
      await withRaster({ url: fixture('values', file), band }, async (raster) => {
        expect(raster.sampleType).toBe(type);
        expect(await allSamples(raster)).toEqual(allValues(type, band - 1));
      });
    }
  });

  it('yields whole tiles at the edges, and a last strip as short as it is', async () => {
    await withRaster({ url: fixture('values', 'uint8-zstd-tiles.tif') }, async (raster) => {
      expect(raster.tiling).toEqual({ width: 16, height: 16, across: 4, down: 3 });
      expect(await raster.readTile(3, 2)).toHaveLength(256);
    });
    await withRaster({ url: fixture('values', 'uint8-zstd-strips.tif') }, async (raster) => {
      expect(raster.tiling).toEqual({ width: columns, height: 16, across: 1, down: 3 });
      expect(await raster.readTile(0, 1)).toHaveLength(16 * columns);
      expect(await raster.readTile(0, 2)).toHaveLength(4 * columns);
    });
    await withRaster({ url: fixture('values', 'uint8-deflate-onestrip.tif') }, ({ tiling }) => {
      expect(tiling).toEqual({ width: columns, height: rows, across: 1, down: 1 });
    });
  });

  it('yields nothing for tiles and strips that are sparse', async () => {
    for (const [file, inStored] of [
      ['sparse-tiles.tif', (column: number, row: number) => column >= 16 && column < 32 && row < 16],
      ['sparse-strips.tif', (_: number, row: number) => row >= 16 && row < 32],
    ] as const) {
      const expected = Array.from({ length: columns * rows }, (_, i) => {
        const [column, row] = [i % columns, Math.floor(i / columns)];
        return inStored(column, row) ? valueAt('uint8', column, row) : undefined;
      });
      await withRaster({ url: fixture('kinds', file) }, async (raster) => {
        expect(await allSamples(raster)).toEqual(expected);
      });
    }
  });

  it.each(['little', 'big'])('finds each of many tiles, %s-endian', async (order) => {
    await withRaster({ url: fixture('kinds', `many-tiles-${order}.tif`) }, async (raster) => {
      const tiles = Array.from({ length: 480 }, (_, i) => [i % 24, Math.floor(i / 24)] as const);
      const read = await Promise.all(tiles.map(([column, row]) => raster.readTile(column, row)));
      expect(read.slice(0, -1).every((tile) => tile?.every((sample) => sample === 0))).toBe(true);
      expect(read.at(-1)?.[17]).toBe(valueAt('uint8', 1, 1));
    });
  });

  it.each(['overview.tif', 'overview-first.tif'])('passes over overviews and masks in %s', async (file) => {
    await withRaster({ url: fixture('kinds', file) }, async (raster) => {
      expect(await allSamples(raster)).toEqual(allValues('uint8'));
    });
  });

  it('finds a directory at the end of a long file, and what it refers to in its middle', async () => {
    await using folder = await scratch();
    const bytes = await bytesOf('kinds', 'many-tiles-little.tif');
    const directory = bytes.readUInt32LE(4);
    const tileOffsets = bytes.indexOf(Buffer.from('44010400e0010000', 'hex')) + 8;
    const list = bytes.readUInt32LE(tileOffsets);
    bytes.writeUInt32LE(bytes.length + 100_000, tileOffsets);
    const middle = Buffer.concat([
      bytes,
      Buffer.alloc(100_000),
      bytes.subarray(list, list + 4 * 480),
      Buffer.alloc(100_000),
    ]);
    middle.writeUInt32LE(middle.length, 4);
    await writeFile(folder.at('long.tif'), Buffer.concat([middle, bytes.subarray(directory, list)]));
    await withRaster({ url: folder.at('long.tif') }, async (raster) => {
      expect(raster.grid.originX).toBe(300_000);
      expect((await raster.readTile(23, 19))?.[17]).toBe(valueAt('uint8', 1, 1));
    });
  });

  it('understands the older number for DEFLATE, too', async () => {
    await using folder = await scratch();
    const bytes = await bytesOf('values', 'uint8-deflate-tiles.tif');
    bytes.writeUInt16LE(32_946, bytes.indexOf(Buffer.from('0301030001000000', 'hex')) + 8);
    await writeFile(folder.at('old.tif'), bytes);
    await withRaster({ url: folder.at('old.tif') }, async (raster) => {
      expect(await allSamples(raster)).toEqual(allValues('uint8'));
    });
  });

  it('refuses a tile that is not there', async () => {
    await withRaster({ url: fixture('values', 'uint8-deflate-tiles.tif') }, async (raster) => {
      for (const [column, row] of [
        [4, 0],
        [0, 3],
        [-1, 0],
      ] as const) {
        await expect(raster.readTile(column, row)).rejects.toThrow('expected 4 × 3 tiles');
      }
    });
  });

  it('stops for a signal, with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await withRaster({ url: fixture('values', 'uint8-deflate-tiles.tif') }, async (raster) => {
      await expect(raster.readTile(0, 0, signal)).rejects.toBe(signal.reason);
    });
    await expect(openRaster({ name: 'soil', url: fixture('values', 'uint8-deflate-tiles.tif') }, signal)).rejects.toBe(
      signal.reason,
    );
  });
});

describe('the grid', () => {
  it('is told by a scale and a tie point, for corners and for middles of cells', async () => {
    const expected = { originX: 300_000, originY: 2_000_000, cellWidth: 30, cellHeight: 30, width: 2, height: 2 };
    for (const file of ['nodata-uint8-0.tif', 'pixel-is-point.tif']) {
      await withRaster({ url: fixture('kinds', file) }, ({ grid }) => expect(grid).toMatchObject(expected));
    }
  });

  it('is told by a matrix', async () => {
    const expected = { originX: 300_000, originY: 2_000_000, cellWidth: 29, cellHeight: 29 };
    await withRaster({ url: fixture('kinds', 'matrix.tif') }, ({ grid }) => expect(grid).toMatchObject(expected));
  });
});

describe('no data', () => {
  it.each([
    ['uint8-0', 0],
    ['uint8-255', 255],
    ['uint8-minus128', undefined],
    ['int16-minus9999', -9999],
    ['float32-nan', undefined],
    ['float32-lowest', -3.4028234663852886e38],
    ['float32-tenth', Math.fround(-9999.9)],
    ['float64-tenth', -9999.9],
    ['float64-minusinf', Number.NEGATIVE_INFINITY],
  ])('is what the samples can hold of %s', async (name, nodata) => {
    await withRaster({ url: fixture('kinds', `nodata-${name}.tif`) }, (raster) => expect(raster.nodata).toBe(nodata));
  });

  it.each([
    [7, 7],
    [0, 0],
    [256, undefined],
    [0.5, undefined],
    ['none', undefined],
    [undefined, 255],
  ] as const)('is what the opener says: %s', async (nodata, expected) => {
    const url = fixture('kinds', 'nodata-uint8-255.tif');
    await withRaster({ url, nodata }, (raster) => expect(raster.nodata).toBe(expected));
  });
});

describe('what is not supported', () => {
  it.each([
    ['unsupported-complex.tif', /its samples are complex float 64 bit/],
    ['rotated.tif', /its grid is rotated/],
    ['nowhere.tif', /does not say where its cells lie/],
    ['no-crs.tif', /names no CRS: give one with crs/],
  ])('is refused in one sentence: %s', async (file, sentence) => {
    const opening = openRaster({ name: 'soil', url: fixture('kinds', file) });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^raster soil: cannot use \/.*\.tif: /);
  });

  it.each([
    [4, 'CCITT Group 4 fax'],
    [6, 'JPEG of the kind before 1995'],
    [34_712, 'JPEG 2000'],
    [50_002, 'JPEG XL'],
    [60_000, 'unknown'],
  ])('is compression %i, with what makes of it one that is', async (code, name) => {
    await using folder = await scratch();
    const bytes = await bytesOf('values', 'uint8-deflate-tiles.tif');
    bytes.writeUInt16LE(code, bytes.indexOf(Buffer.from('0301030001000000', 'hex')) + 8);
    await writeFile(folder.at('other.tif'), bytes);
    await expect(openRaster({ name: 'soil', url: folder.at('other.tif') })).rejects.toThrow(
      `its compression is ${name} (${code}), expected none, DEFLATE, LZW, ZSTD, PackBits, LZMA, LERC, JPEG or WebP; ` +
        'gdal_translate -co COMPRESS=DEFLATE -co TILED=YES IN.tif OUT.tif makes such a file',
    );
  });

  it.each([0, 4, 1.5])('is band %s of three', async (band) => {
    const url = fixture('values', 'uint8-3bands-pixel.tif');
    await expect(openRaster({ name: 'soil', url, band })).rejects.toThrow(`it has no band ${band}, expected 1 to 3`);
  });

  it.each([
    ['ftp://host/soil.tif', 'expected an absolute path or a URL that begins with file://, http://, https:// or s3://'],
    ['soil.tif', 'expected an absolute path'],
    ['/no/such/soil.tif', 'cannot open /no/such/soil.tif: no such file'],
    [import.meta.dirname, 'not a file'],
    [import.meta.filename, 'open-raster.test.ts is not a TIFF'],
  ])('is %s', async (url, sentence) => {
    const opening = openRaster({ name: 'soil', url });
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toThrow(/^raster soil: /);
  });
});

describe('a damaged file', () => {
  const url = fixture('values', 'uint8-deflate-strips.tif');

  it('is refused when its directory is cut off, wherever that happens', async () => {
    await using folder = await scratch();
    const bytes = await bytesOf('values', 'uint16-deflate-tiles-bigtiff.tif');
    for (const length of [0, 1, 3, 8, 15, 20, 40, 250]) {
      await writeFile(folder.at('cut.tif'), bytes.subarray(0, length));
      await expect(openRaster({ name: 'soil', url: folder.at('cut.tif') })).rejects.toThrow(/^raster soil: .*cut\.tif/);
    }
  });

  it('is refused when a count in its directory asks for more memory than there is', async () => {
    await using folder = await scratch();
    const bytes = await bytesOf('kinds', 'many-tiles-little.tif');
    bytes.writeUInt32LE(0xffff_fff0, bytes.indexOf(Buffer.from('44010400', 'hex')) + 4);
    await writeFile(folder.at('huge.tif'), bytes);
    await expect(openRaster({ name: 'soil', url: folder.at('huge.tif') })).rejects.toThrow(
      /^raster soil: .*huge\.tif is cut short or damaged/,
    );
  });

  it('is told by raster, tile and bytes when a tile is cut off; other tiles can be read', async () => {
    await using folder = await scratch();
    const whole = await bytesOf('values', 'uint8-deflate-strips.tif');
    await writeFile(folder.at('cut.tif'), whole.subarray(0, whole.length - 10));
    await withRaster({ url: folder.at('cut.tif') }, async (raster) => {
      expect(await raster.readTile(0, 1)).toHaveLength(16 * columns);
      await expect(raster.readTile(0, 2)).rejects.toThrow(
        /^raster soil: tile 0, 2 \(bytes \d+ to \d+ of .*cut\.tif\) cannot be read: the file ends after \d+ of these \d+ bytes$/,
      );
    });
  });

  it.each(['uint8-deflate-strips.tif', 'uint8-lzw-strips.tif', 'uint8-zstd-strips.tif'])(
    'is told when a tile cannot be decoded: %s',
    async (file) => {
      await using folder = await scratch();
      const bytes = await bytesOf('values', file);
      bytes.fill(0xff, bytes.length - 230);
      await writeFile(folder.at('corrupt.tif'), bytes);
      await withRaster({ url: folder.at('corrupt.tif') }, async (raster) => {
        await expect(raster.readTile(0, 2)).rejects.toThrow(
          /^raster soil: tile 0, 2 \(bytes \d+ to \d+ of .*\) cannot be read: \S/,
        );
      });
    },
  );

  it('is told when it shrinks after it was opened', async () => {
    await using folder = await scratch();
    await copyFile(url, folder.at('shrunk.tif'));
    await withRaster({ url: folder.at('shrunk.tif') }, async (raster) => {
      await truncate(folder.at('shrunk.tif'), 600);
      await expect(raster.readTile(0, 2)).rejects.toThrow('the file ends after 0 of these');
    });
  });

  it('is not kept open when it is refused', async () => {
    const open = readdirSync('/dev/fd').length;
    for (let i = 0; i < 20; i++) {
      await expect(openRaster({ name: 'soil', url: fixture('kinds', 'rotated.tif') })).rejects.toThrow();
    }
    expect(readdirSync('/dev/fd').length).toBeLessThan(open + 10);
  });

  it('is told when it is closed', async () => {
    const raster = await openRaster({ name: 'soil', url });
    await raster.close();
    await raster.close();
    await expect(raster.readTile(0, 0)).rejects.toThrow('it was closed');
  });
});

describe('the version', () => {
  it('changes with the file, and only then', async () => {
    await using folder = await scratch();
    const path = folder.at('soil.tif');
    await copyFile(fixture('kinds', 'matrix.tif'), path);
    await withRaster({ url: pathToFileURL(path).href }, async (raster) => {
      expect(await raster.currentVersion()).toBe(raster.version);
      await utimes(path, 1_000_000_000, 1_000_000_000);
      const later = await raster.currentVersion();
      expect(later).not.toBe(raster.version);
      await withRaster({ url: path }, ({ version }) => expect(version).toBe(later));
      await rm(path);
      await expect(raster.currentVersion()).rejects.toThrow(/^raster soil: cannot read .*soil\.tif: no such file$/);
    });
  });

  it('is what the opener says', async () => {
    await withRaster({ url: fixture('kinds', 'matrix.tif'), version: '2019' }, async (raster) => {
      expect(raster.version).toBe('2019');
      expect(await raster.currentVersion()).toBe('2019');
    });
  });
});

async function scratch() {
  const path = await mkdtemp(join(tmpdir(), 'catchment-raster-'));
  return {
    at: (name: string) => join(path, name),
    [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }),
  };
}
