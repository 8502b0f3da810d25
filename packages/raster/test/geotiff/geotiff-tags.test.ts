import { crsFromText } from '@cellshed/crs';
import type { GeotiffTags } from '../../src/geotiff/geotiff.ts';
import { gridOf } from '../../src/geotiff/geotiff-grid.ts';
import { storedTiles } from '../../src/geotiff/geotiff-tiles.ts';

const crs = crsFromText('EPSG:5070');

describe('the grid from tags', () => {
  const size = { ImageWidth: 7, ImageLength: 5 };
  const scale = { ...size, ModelPixelScale: [30, 20, 0], ModelTiepoint: [2, 3, 0, 1000, 2000, 0] };
  const matrix = (...rows: number[]) => ({ ...size, ModelTransformation: [...rows, 0, 0, 0, 0, 0, 0, 0, 1] });

  it('counts from the cell that is tied', () => {
    expect(gridOf(tags(scale), crs)).toEqual({
      grid: { crs, originX: 940, originY: 2060, cellWidth: 30, cellHeight: 20, width: 7, height: 5 },
      isSouthUp: false,
    });
  });

  it('is half a cell up and left of the middle of a cell', () => {
    const point = { GTRasterTypeGeoKey: 2 };
    expect(gridOf(tags(scale, point), crs).grid).toMatchObject({ originX: 925, originY: 2070 });
    expect(gridOf(tags(matrix(30, 0, 0, 1000, 0, -20, 0, 2000), point), crs).grid).toMatchObject({
      originX: 985,
      originY: 2010,
      cellWidth: 30,
      cellHeight: 20,
    });
  });

  it('begins in the north, though the first row lies in the south', () => {
    const upwards = matrix(30, 0, 0, 1000, 0, 20, 0, 2000);
    const grid = { crs, originX: 1000, originY: 2100, cellWidth: 30, cellHeight: 20, width: 7, height: 5 };
    expect(gridOf(tags(upwards), crs)).toEqual({ grid, isSouthUp: true });
    const asPoints = gridOf(tags(upwards, { GTRasterTypeGeoKey: 2 }), crs);
    expect(asPoints).toEqual({ grid: { ...grid, originX: 985, originY: 2090 }, isSouthUp: true });
  });

  it('takes a negative height for a step downwards, as GDAL does', () => {
    expect(gridOf(tags({ ...scale, ModelPixelScale: [30, -20, 0] }), crs)).toEqual(gridOf(tags(scale), crs));
  });

  it.each([
    [matrix(30, 1, 0, 1000, 0, -20, 0, 2000), 'its grid is rotated'],
    [matrix(30, 0, 0, 1000, 1, -20, 0, 2000), 'its grid is rotated'],
    [matrix(30, 1e-4, 0, 1000, 0, -20, 0, 2000), 'its grid is rotated'],
    [matrix(-30, 0, 0, 1000, 0, -20, 0, 2000), 'its columns go leftwards'],
    [{ ...scale, ModelPixelScale: [0, 20, 0] }, 'it does not say where its cells lie'],
    [{ ...scale, ModelPixelScale: [30, Number.NaN, 0] }, 'expected finite numbers other than 0'],
    [{ ...scale, ModelPixelScale: [1e-300, 1e-300, 0] }, 'expected sides from 1e-12 to 1000000000000 that can be told'],
    [{ ...scale, ModelTiepoint: [0, 0, 0, 1e18, 0, 0] }, 'expected sides from 1e-12 to 1000000000000 that can be told'],
    [{ ...scale, ImageLength: 0 }, 'it is 7 × 0 cells large, expected at least 1 × 1'],
    [{ ...scale, ModelPixelScale: [] }, 'it does not say where its cells lie'],
  ])('is refused: %j', (given, sentence) => {
    expect(() => gridOf(tags(given), crs)).toThrow(sentence);
  });
});

describe('the tiles from tags', () => {
  const strips = {
    ImageWidth: 7,
    ImageLength: 5,
    BitsPerSample: [8],
    StripOffsets: [100],
    StripByteCounts: [35],
  };

  it('have their bits reversed where the file says so, but for JPEG, which has an order of its own', () => {
    const isReversed = (more: object) => storedTiles(tags({ ...strips, ...more }), 1).isBitReversed;
    expect(isReversed({})).toBe(false);
    expect(isReversed({ FillOrder: 2 })).toBe(true);
    expect(isReversed({ FillOrder: 2, Compression: 5 })).toBe(true);
    expect(isReversed({ FillOrder: 2, Compression: 7 })).toBe(false);
  });

  it('are pictures whose colours become RGB where they are YCbCr in JPEG, and no others', () => {
    const colours = { SamplesPerPixel: 3, BitsPerSample: [8, 8, 8], PhotometricInterpretation: 6 };
    const compressionOf = (more: object) => storedTiles(tags({ ...strips, ...colours, ...more }), 1).format.compression;
    expect(compressionOf({ Compression: 7 })).toBe('jpeg-ycbcr');
    expect(compressionOf({ Compression: 7, PhotometricInterpretation: 2 })).toBe('jpeg');
    expect(() => compressionOf({ Compression: 5 })).toThrow('its colours are YCbCr without JPEG, expected RGB');
    expect(() => compressionOf({ Compression: 7, SamplesPerPixel: 2 })).toThrow(
      'its JPEG has 2 samples of uint8 to a cell',
    );
    expect(() => compressionOf({ Compression: 50_001, SamplesPerPixel: 1, PhotometricInterpretation: 1 })).toThrow(
      'its WebP has 1 samples of uint8 to a cell, expected 3 or 4 of uint8',
    );
  });

  it('are one strip where no number of rows, or a very high one, is given', () => {
    for (const RowsPerStrip of [undefined, 2 ** 32 - 1]) {
      const { tiling, lastRows } = storedTiles(tags({ ...strips, RowsPerStrip }), 1);
      expect(tiling).toEqual({ width: 7, height: 5, across: 1, down: 1 });
      expect(lastRows).toBe(5);
    }
  });

  it('have no predictor where they are not compressed', () => {
    expect(storedTiles(tags({ ...strips, Predictor: 2 }), 1).format.predictor).toBe(1);
    expect(storedTiles(tags({ ...strips, Compression: 8, Predictor: 2 }), 1).format.predictor).toBe(2);
  });

  it('of a single band are alike whether bands lie apart or not', () => {
    const apart = storedTiles(tags({ ...strips, PlanarConfiguration: 2 }), 1);
    expect(apart).toEqual(storedTiles(tags({ ...strips, PlanarConfiguration: 1 }), 1));
  });

  it.each([
    [{ ...strips, SamplesPerPixel: 2, BitsPerSample: [8, 16] }, 'its bands have 8, 16 bits, expected the same for all'],
    [{ ...strips, StripOffsets: [] }, 'it lists the offsets of 0 tiles, expected those of 1'],
    [{ ...strips, SamplesPerPixel: 2, PlanarConfiguration: 2 }, 'it lists the offsets of 1 tiles, expected those of 2'],
    [{ ...strips, TileWidth: 2 ** 20, TileLength: 2 ** 20 }, 'its tiles are 1048576 × 1048576 cells large'],
    [{ ...strips, TileWidth: 16 }, 'its tiles are 16 × 0 cells large'],
    [{ ...strips, Compression: 9 }, 'its compression is unknown (9)'],
    [
      { ...strips, Compression: 8, Predictor: 3 },
      'its predictor is 3, expected 1, 2 (for samples of 8, 16, 32 or 64 bits) or 3 (for floats)',
    ],
    [{ ...strips, Compression: 8, Predictor: 4 }, 'its predictor is 4'],
    [{ ...strips, SampleFormat: [9] }, 'its samples are unknown 8 bit'],
    [
      { ...strips, SampleFormat: [2], BitsPerSample: [4] },
      'its samples are signed 4 bit, expected unsigned of 1 to 32 or 64',
    ],
    [{ ...strips, SampleFormat: [3], BitsPerSample: [8] }, 'its samples are float 8 bit'],
    [{ ...strips, SampleFormat: [6], BitsPerSample: [64] }, 'its samples are complex float 64 bit'],
    [{ ...strips, BitsPerSample: [33] }, 'its samples are unsigned 33 bit'],
    [
      { ...strips, BitsPerSample: [4], Compression: 8, Predictor: 2 },
      'its predictor is 2, expected 1, 2 (for samples of 8,',
    ],
    [{ ...strips, BitsPerSample: [4], Compression: 34_887 }, 'its LERC has samples of an odd size'],
  ])('are refused: %j', (given, sentence) => {
    expect(() => storedTiles(tags(given), 1)).toThrow(sentence);
  });
});

function tags(values: Readonly<Record<string, number | readonly number[] | undefined>>, geoKeys = {}): GeotiffTags {
  const listOf = (tag: string) => [values[tag] ?? []].flat();
  return {
    littleEndian: true,
    number: (tag) => listOf(tag)[0],
    numbers: listOf,
    text: () => undefined,
    geoKeys,
  };
}
