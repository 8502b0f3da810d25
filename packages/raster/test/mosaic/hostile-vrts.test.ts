import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVrt } from '../../src/mosaic/vrt.ts';
import { allSamples, withRaster } from '../fixture-files.ts';
import { cellsFile } from '../odd-files/tiff-writer.ts';
import { vrtText, type WrittenSource, type WrittenVrt } from './vrt-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-hostile-vrt-'));
  await writeFile(join(folder, 'a.tif'), cellsFile({ bands: [[[1, 2, 3]]] }));
});
afterAll(() => rm(folder, { recursive: true }));

const whole: WrittenSource = { file: 'a.tif', to: [0, 0, 3, 1], size: [3, 1] };

async function vrt(source: WrittenSource, more: Partial<WrittenVrt> = {}): Promise<string> {
  const path = join(folder, 'a.vrt');
  await writeFile(path, vrtText({ width: 3, height: 1, sources: [source], ...more }));
  return path;
}

describe('blocks of a VRT that no file has', () => {
  it.each([
    [[2 ** 31, 1]],
    [[2 ** 31 - 1, 2 ** 31 - 1]],
    [[0.001, 1]],
    [[-3, 1]],
    [[0, 0]],
    [[Number.NaN, 1]],
  ] as const)('are not believed: %j', async (block) => {
    await withRaster({ url: await vrt({ ...whole, block }) }, async (raster) => {
      expect(raster.tiling.width * raster.tiling.height).toBeLessThanOrEqual(2 ** 20);
      expect(raster.tiling).toMatchObject({ across: 1, down: 1 });
      expect(await allSamples(raster)).toEqual([1, 2, 3]);
    });
  });

  it('are those of the files, where they can be', async () => {
    const { sources } = readVrt(
      vrtText({ width: 9, height: 9, sources: [{ ...whole, block: [4096, 4096], size: [5000, 5000] }] }),
      1,
    );
    expect(sources[0]?.block).toEqual({ width: 4096, height: 4096 });
  });
});

describe('a VRT is refused', () => {
  it.each([
    [[1e300, 1], /<SimpleSource> 1 \(a.tif\) cannot be used: its SourceProperties RasterXSize is 1e\+300/],
    [[0.5, 1], /its SourceProperties RasterXSize is 0.5, expected a whole number from 1/],
  ] as const)('with a file of %j cells', async (size, sentence) => {
    await expect(withRaster({ url: await vrt({ ...whole, size }) }, () => undefined)).rejects.toThrow(sentence);
  });

  it.each([
    ['500000, 1e-300, 0, 5000000, 0, -1e-300', '1e-300 × 1e-300'],
    ['0, 1e-300, 0, 0, 0, -1e-300', '1e-300 × 1e-300'],
    ['500000, 1e300, 0, 5000000, 0, -1e300', '1e\\+300 × 1e\\+300'],
    ['1e17, 30, 0, 5000000, 0, -30', '30 × 30'],
  ])('with cells that nobody can tell apart: %s', async (place, size) => {
    const opening = withRaster({ url: await vrt(whole, { place }) }, () => undefined);
    await expect(opening).rejects.toThrow(
      new RegExp(`cannot use .*a.vrt: its cells are ${size} large and begin at .*, expected sides from 1e-12 to 1000`),
    );
  });

  it('with more sources than there can be files', () => {
    const element = '<SimpleSource><SourceFilename>a.tif</SourceFilename></SimpleSource>';
    const text = vrtText({ width: 9, height: 9, sources: [], bandMore: element.repeat(100_001) });
    expect(() => readVrt(text, 1)).toThrow('it has more than 100000 sources, expected fewer');
  });
});
