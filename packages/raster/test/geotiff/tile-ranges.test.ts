import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TileFormat } from '../../src/codecs/tile-format.ts';
import { tileRanges } from '../../src/geotiff/tile-ranges.ts';
import { allSamples, withRaster } from '../fixture-files.ts';
import { cellsImage, placed, writeTiff } from '../odd-files/tiff-writer.ts';

const format: TileFormat = {
  compression: 'deflate',
  predictor: 1,
  littleEndian: true,
  sampleType: 'uint16',
  width: 10,
  height: 5,
  samplesPerCell: 1,
  sample: 0,
};

const rangeOf = (offsets: number[], byteCounts: number[], compression: TileFormat['compression'] = 'deflate') =>
  tileRanges({ offsets, byteCounts, format: { ...format, compression } });

describe('the bytes of a tile', () => {
  it('are those that the file lists', () => {
    expect(rangeOf([100, 300], [50, 70])(1, 5)).toEqual({ offset: 300, length: 70, isKnown: true });
  });

  it('are none where both numbers are 0', () => {
    expect(rangeOf([0, 300], [0, 70])(0, 5)).toBe(undefined);
  });

  it('are none where they are 0 at the offset of another tile', () => {
    expect(rangeOf([300, 300], [0, 70])(0, 5)).toBe(undefined);
  });

  it.each([
    [[0, 0, 0], 'are 0'],
    [[], 'are missing'],
  ])('go to where the next tile begins when their numbers %j %s', (byteCounts) => {
    const range = rangeOf([500, 100, 220], byteCounts);
    expect(range(1, 5)).toEqual({ offset: 100, length: 120, isKnown: false });
    expect(range(2, 5)).toEqual({ offset: 220, length: 280, isKnown: false });
    expect(range(0, 5)).toEqual({ offset: 500, length: 65_736, isKnown: false });
  });

  it('are those of its cells where they are not compressed', () => {
    for (const counts of [[7, 7], [9999, 9999], [0, 0], []]) {
      expect(rangeOf([100, 900], counts, 'none')(0, 5)).toEqual({ offset: 100, length: 100, isKnown: true });
      expect(rangeOf([100, 900], counts, 'none')(1, 3)).toEqual({ offset: 900, length: 60, isKnown: true });
    }
  });

  it('cannot begin with the file', () => {
    expect(() => rangeOf([0], [50])(0, 5)).toThrow('its offset is 0 and its byte count 50, expected an offset');
  });
});

describe('a file of several strips or tiles without byte counts', () => {
  const bands = [Array.from({ length: 20 }, (_, y) => Array.from({ length: 40 }, (_, x) => (7 * x + 13 * y) % 251))];

  it.each([
    ['strips', { rowsPerStrip: 3 }],
    ['strips, deflated', { rowsPerStrip: 3, deflate: true }],
    ['tiles', { tile: [16, 16] }],
    ['tiles, deflated', { tile: [16, 16], deflate: true }],
  ] as const)('is read all the same: %s', async (_, layout) => {
    const folder = await mkdtemp(join(tmpdir(), 'catchment-ranges-'));
    try {
      const { tags, blocks = [] } = cellsImage({ bands, ...layout });
      const url = join(folder, 'soil.tif');
      for (const without of [[279, 325], []]) {
        const zeros = [['tile' in layout ? 325 : 279, 'long', blocks.map(() => 0)]] as const;
        const image = { tags: [...tags, ...placed, ...(without.length > 0 ? [] : zeros)], blocks, without };
        await writeFile(url, writeTiff([image]));
        await withRaster({ url }, async (raster) => expect(await allSamples(raster)).toEqual(bands[0]?.flat()));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
