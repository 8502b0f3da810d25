import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RasterOptions } from '../../src/files/raster-options.ts';
import { maskedTiles } from '../../src/tiles/mask.ts';
import type { Raster } from '../../src/tiles/raster.ts';
import { meaningOf, valueOf } from '../../src/tiles/sample-values.ts';
import type { Samples, SampleType } from '../../src/tiles/samples.ts';
import { allSamples, withRaster } from '../fixture-files.ts';
import { cellsFile, cellsImage, placed, type Tag, writeTiff } from '../odd-files/tiff-writer.ts';
import { arrays, rasterOf } from '../pictures.ts';
import { samplesOf } from '../scenes.ts';

async function valuesOf(raster: Raster): Promise<(number | null)[]> {
  const meaning = meaningOf(raster);
  return (await allSamples(raster)).map((sample) => {
    const value = sample === undefined ? Number.NaN : valueOf(sample, meaning);
    return Number.isNaN(value) ? null : value;
  });
}

/** Reads a file with these bytes. */
async function read<T>(
  bytes: Buffer,
  options: Partial<RasterOptions>,
  use: (raster: Raster) => Promise<T> | T,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-masks-'));
  try {
    await writeFile(join(folder, 'r.tif'), bytes);
    return await withRaster({ url: join(folder, 'r.tif'), ...options }, use);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const nodata = (text: string): Tag => [42_113, 'ascii', text];
const masked = (tags: readonly Tag[] = []) =>
  writeTiff([
    cellsImage({ bands: [[[1, 2, 3, 4]]], tags: [...placed, ...tags] }),
    cellsImage({ bands: [[[1, 0, 1, 1]]], bits: 1, tags: [[254, 'long', 4]] }),
  ]);
const transparent = (tags: readonly Tag[] = []) =>
  cellsFile({ bands: [[[1, 2, 3, 4]], [[255, 0, 1, 255]]], tags: [[338, 'short', 2], ...tags] });

describe('what is no data of a file with a mask', () => {
  it.each([
    ['what it hides', masked(), {}, [1, null, 3, 4]],
    ['nothing, where the opener wants none', masked(), { mask: 'none' }, [1, 2, 3, 4]],
    ['not the no-data value of the file', masked([nodata('3')]), {}, [1, null, 3, 4]],
    ['that value, where the opener wants no mask', masked([nodata('3')]), { mask: 'none' }, [1, 2, null, 4]],
    ['what it hides and the opener’s value', masked([nodata('3')]), { nodata: 4 }, [1, null, 3, null]],
    ['what it hides, though no value means no data', masked([nodata('3')]), { nodata: 'none' }, [1, null, 3, 4]],
  ] as const)('is %s', async (_, bytes, options, expected) => {
    expect(await read(bytes, options, valuesOf)).toEqual(expected);
  });
});

describe('what is no data of a file with an alpha band', () => {
  it.each([
    ['what is wholly transparent', transparent(), {}, [1, null, 3, 4]],
    ['nothing, where the opener wants no mask', transparent(), { mask: 'none' }, [1, 2, 3, 4]],
    ['the no-data value alone, if it has one', transparent([nodata('3')]), {}, [1, 2, null, 4]],
    ['what is transparent and the opener’s value', transparent([nodata('3')]), { nodata: 4 }, [1, null, 3, null]],
    [
      'what is transparent, though no value means no data',
      transparent([nodata('3')]),
      { nodata: 'none' },
      [1, null, 3, 4],
    ],
  ] as const)('is %s', async (_, bytes, options, expected) => {
    expect(await read(bytes, options, valuesOf)).toEqual(expected);
  });
});

describe('a masked band', () => {
  const sizes = fc.integer({ min: 1, max: 9 });
  const types = fc.constantFrom(...(Object.keys(arrays) as SampleType[]));

  it('has all values but those that are hidden, whatever its type, its tiles and those of the mask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          type: types,
          width: sizes,
          height: sizes,
          tile: fc.tuple(sizes, sizes),
          cut: fc.tuple(sizes, sizes),
          seed: fc.nat(),
        }),
        async ({ type, width, height, tile, cut, seed }) => {
          const choose = (x: number, y: number, n: number) => ((x * 7 + y * 13 + seed) * 2_654_435_761) % n;
          const rowsOf = (value: (x: number, y: number) => number) =>
            Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => value(x, y)));
          const rows = rowsOf((x, y) => samplesOf[type][choose(x, y, samplesOf[type].length)] as number);
          const shown = rowsOf((x, y) => choose(x, y, 3));
          const band = rasterOf({ rows, sampleType: type, tile, nodata: undefined });
          const isHole = (column: number, row: number) => choose(column, row, 4) === 0;
          const mask = rasterOf({ rows: shown, tile: cut, sparse: isHole });
          const { tiles, nodata } = maskedTiles(band, mask, undefined);
          const found = await valuesOf({ ...band, ...tiles, nodata });
          const expected = rows.flatMap((row, y) =>
            row.map((value, x) => {
              const isHidden = shown[y]?.[x] === 0 || isHole(Math.floor(x / cut[0]), Math.floor(y / cut[1]));
              const [held] = arrays[type].of(value);
              return isHidden || !Number.isFinite(held) ? null : (held as number) + 0;
            }),
          );
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it('waits for what it reads, also where reading the mask fails', async () => {
    const arrived = Promise.withResolvers<Samples>();
    const band = { ...rasterOf({ rows: [[1]] }), readTile: () => arrived.promise };
    const mask = { ...rasterOf({ rows: [[1]] }), readTile: async () => Promise.reject(new Error('away')) };
    let isOver = false;
    const reading = maskedTiles(band, mask, undefined).tiles.readTile(0, 0);
    const outcome = reading.finally(() => {
      isOver = true;
    });
    outcome.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    arrived.resolve(Uint8Array.of(1));
    await expect(outcome).rejects.toThrow('away');
  });
});

describe('integers of 64 bits', () => {
  const long = (row: readonly bigint[], tags: readonly Tag[] = []) =>
    cellsFile({ bands: [[row, row]], kind: 'signed', bits: 64, tags });

  it.each([
    [2n ** 53n - 1n, undefined],
    [-(2n ** 53n) + 1n, undefined],
    [2n ** 53n, '9007199254740992'],
    [-(2n ** 53n) - 1n, '-9007199254740992'],
    [2n ** 63n - 1n, '9223372036854775808'],
  ])('are exact, or refused by place and value: %s', async (value, about) => {
    const values = read(long([5n, value]), {}, valuesOf);
    if (about === undefined) expect(await values).toEqual([5, Number(value), 5, Number(value)]);
    else
      await expect(values).rejects.toThrow(
        `raster soil: the cell in column 1, row 0 of its file is about ${about}, expected at most 9007199254740991 in size`,
      );
  });

  it('are no data where the no-data tag, or the opener, says so to the last digit', async () => {
    const row = [2n ** 62n, 2n ** 62n + 1n];
    const tag = nodata(String(2n ** 62n));
    await expect(read(long(row, [tag]), {}, valuesOf)).rejects.toThrow('the cell in column 1, row 0');
    expect(await read(long(row.slice(0, 1), [tag]), {}, valuesOf)).toEqual([null, null]);
    expect(await read(long(row.slice(0, 1)), { nodata: 2 ** 62 }, valuesOf)).toEqual([null, null]);
    await expect(read(long(row.slice(0, 1), [tag]), { nodata: 'none' }, valuesOf)).rejects.toThrow('column 0, row 0');
  });

  it('are not looked at where a mask hides them, nor beyond the raster', async () => {
    const cells = cellsImage({ bands: [[[5n, 2n ** 60n]]], kind: 'signed', bits: 64, tags: placed });
    const mask = cellsImage({ bands: [[[1, 0]]], bits: 1, tags: [[254, 'long', 4]] });
    expect(await read(writeTiff([cells, mask]), {}, valuesOf)).toEqual([5, null]);
    const wide = cellsImage({
      bands: [[[5n, 2n ** 60n]]],
      kind: 'signed',
      bits: 64,
      tile: [16, 16],
      tags: [...placed],
    });
    const narrow = { ...wide, tags: [...wide.tags, [256, 'long', 1] as const] };
    expect(await read(writeTiff([narrow]), {}, valuesOf)).toEqual([5]);
  });
});
