import { deflateSync } from 'node:zlib';
import { openRaster } from '../../src/open-raster.ts';
import { placed, writeTiff } from '../odd-files/tiff-writer.ts';
import { folderOf } from './pictures-of-parts.ts';

/** A file of bytes, in which 0 means no data, with its place and its tiling. */
interface Sheet {
  readonly number: number;
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** Columns and rows of a tile; as wide as the file: a strip. */
  readonly block: readonly [width: number, height: number];
}

/** The value of a file at a cell of the mosaic. */
function valueAt({ number }: Sheet, column: number, row: number): number {
  return (column + row + number) % 6 === 0 ? 0 : ((column * 7 + row * 3 + number * 11) % 250) + 1;
}

/** The value of the last file that has one there; 0: none has. */
function uppermost(sheets: readonly Sheet[], column: number, row: number): number {
  let value = 0;
  for (const sheet of sheets) {
    const [right, down] = [column - sheet.column, row - sheet.row];
    const isInside = right >= 0 && down >= 0 && right < sheet.width && down < sheet.height;
    value = (isInside && valueAt(sheet, column, row)) || value;
  }
  return value;
}

function fileOf(sheet: Sheet): Buffer {
  const { column, row, width, height, block } = sheet;
  const isTiled = block[0] !== width;
  const blocks: Uint8Array[] = [];
  for (let top = 0; top < height; top += block[1]) {
    for (let left = 0; left < width; left += block[0]) {
      const rows = isTiled ? block[1] : Math.min(block[1], height - top);
      const cells = Uint8Array.from({ length: block[0] * rows }, (_, i) =>
        valueAt(sheet, column + left + (i % block[0]), row + top + Math.floor(i / block[0])),
      );
      blocks.push(deflateSync(cells));
    }
  }
  return writeTiff([
    {
      tags: [
        ...placed,
        [256, 'long', width],
        [257, 'long', height],
        [258, 'short', 8],
        [259, 'short', 8],
        [262, 'short', 1],
        ...(isTiled
          ? ([
              [322, 'short', block[0]],
              [323, 'short', block[1]],
            ] as const)
          : ([[278, 'long', block[1]]] as const)),
        [33922, 'double', [0, 0, 0, 500_000 + 30 * column, 5_000_000 - 30 * row, 0]],
        [42113, 'ascii', '0'],
      ],
      blocks,
    },
  ]);
}

describe('a mosaic of more tiles than one', () => {
  const cuts: Readonly<Record<string, readonly Sheet[]>> = {
    'of tiles that do not lie on tiles, and wide': [
      { number: 1, column: 0, row: 5, width: 900, height: 200, block: [128, 128] },
      { number: 2, column: 880, row: 0, width: 600, height: 260, block: [256, 64] },
      { number: 3, column: 300, row: 180, width: 900, height: 220, block: [100, 300] },
    ],
    'of tiles that do not lie on tiles, and high': [
      { number: 1, column: 0, row: 5, width: 90, height: 700, block: [64, 64] },
      { number: 2, column: 80, row: 0, width: 160, height: 900, block: [64, 64] },
      { number: 3, column: 30, row: 650, width: 190, height: 700, block: [64, 64] },
    ],
    'of strips': [
      { number: 1, column: 0, row: 0, width: 1100, height: 200, block: [1100, 1] },
      { number: 2, column: 1093, row: 3, width: 800, height: 180, block: [800, 7] },
      { number: 3, column: 7, row: 190, width: 1300, height: 150, block: [1300, 150] },
    ],
    'of tiles that lie on tiles, and reach over': [
      { number: 1, column: 0, row: 0, width: 520, height: 515, block: [128, 128] },
      { number: 2, column: 512, row: 0, width: 520, height: 515, block: [128, 128] },
      { number: 3, column: 0, row: 512, width: 520, height: 300, block: [128, 128] },
    ],
  };

  it.each(Object.entries(cuts))('has the uppermost value at each cell: %s', async (_, sheets) => {
    const names = sheets.map(({ number }) => `${number}.tif`);
    await using folder = await folderOf(Object.fromEntries(sheets.map((one, i) => [names[i], fileOf(one)])));
    const raster = await openRaster({ name: 'land', url: names.map(folder.at) });
    const { tiling, grid } = raster;
    expect(tiling.across * tiling.down).toBeGreaterThan(1);
    let wrong = 0;
    for (let y = 0; y < tiling.down; y++) {
      for (let x = 0; x < tiling.across; x++) {
        const tile = await raster.readTile(x, y);
        for (let i = 0; i < tiling.width * tiling.height; i++) {
          const [column, row] = [
            x * tiling.width + (i % tiling.width),
            y * tiling.height + Math.floor(i / tiling.width),
          ];
          if (column >= grid.width || row >= grid.height) continue;
          if ((tile?.[i] ?? 0) !== uppermost(sheets, column, row)) wrong++;
        }
      }
    }
    expect(wrong).toBe(0);
    await raster.close();
  });

  it('is cut as its files are where they lie on tiles', async () => {
    const sheets = cuts['of tiles that lie on tiles, and reach over'] as readonly Sheet[];
    await using folder = await folderOf(Object.fromEntries(sheets.map((one) => [`${one.number}.tif`, fileOf(one)])));
    const raster = await openRaster({ name: 'land', url: folder.at('*.tif') });
    expect(raster.tiling).toMatchObject({ width: 128, height: 128 });
    await raster.close();
  });
});
