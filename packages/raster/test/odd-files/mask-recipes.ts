import { counted, file, nodata, one, pattern, type Recipe, tiles, wide } from './recipe.ts';
import { type Cells, cellsImage, placed, type Tag, writeTiff } from './tiff-writer.ts';

const isMask: Tag = [254, 'long', 4];
const isOverview: Tag = [254, 'long', 1];
const maskCells = (height: number, width: number) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => Number((x * x + 3 * y) % 5 > 1)));
const maskImage = (cells: Partial<Cells> = {}) =>
  cellsImage({ bands: [maskCells(4, 6)], bits: 1, ...cells, tags: [isMask, [262, 'short', 4], ...(cells.tags ?? [])] });
const image = (cells: Partial<Cells> = {}) =>
  cellsImage({ ...one, ...cells, tags: [...placed, ...(cells.tags ?? [])] });
const half = cellsImage({
  bands: [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  tags: [isOverview],
});
const halfMask = cellsImage({
  bands: [
    [
      [1, 0, 1],
      [0, 1, 0],
    ],
  ],
  bits: 1,
  tags: [[254, 'long', 5]],
});
const images = (...all: Parameters<typeof writeTiff>[0]): Recipe => ({ files: { '.tif': writeTiff(all) } });
const wideMask = maskCells(20, 40);
const asBytes = (rows: number[][]) => rows.map((row) => row.map((value) => 255 * value));

export const masks: Record<string, Recipe> = {
  'a mask of 1 bit': images(image(), maskImage()),
  'a mask of 1 bit, deflated, in strips': images(image(), maskImage({ deflate: true, rowsPerStrip: 1 })),
  'a mask of 8 bits': images(
    image(),
    maskImage({ bands: [maskCells(4, 6).map((row) => row.map((value) => value * 128))], bits: 8 }),
  ),
  'a mask that is partly sparse': images(image(), maskImage({ rowsPerStrip: 2, sparse: [1] })),
  'a mask behind overviews': images(image(), half, halfMask, maskImage()),
  'a mask between overviews': images(image(), maskImage(), half, halfMask),
  'a mask of overviews only': images(image(), half, halfMask),
  'a mask of another size': images(image(), cellsImage({ bands: [maskCells(2, 3)], bits: 1, tags: [isMask] })),
  'two masks': images(image(), maskImage(), maskImage({ bands: [maskCells(4, 6).reverse()] })),
  'a mask behind a second page': images(image(), image(), maskImage()),
  'a mask and a no-data value': images(image({ tags: [nodata('7')] }), maskImage()),
  'a mask in strips beside tiles': images(
    image(tiles),
    maskImage({ bands: [wideMask], rowsPerStrip: 3, deflate: true }),
  ),
  'a mask in tiles beside strips': images(
    image({ bands: [wide()], rowsPerStrip: 3 }),
    maskImage({ bands: [wideMask], tile: [16, 16] }),
  ),
  'a mask in a big-endian BigTIFF': {
    files: {
      '.tif': writeTiff([image({ bigEndian: true, bigTiff: true, bits: 16 }), maskImage()], {
        bigEndian: true,
        bigTiff: true,
      }),
    },
  },
  ...Object.fromEntries(
    (
      [
        ['signed', 8],
        ['unsigned', 16],
        ['signed', 16],
        ['unsigned', 32],
        ['signed', 32],
        ['float', 32],
        ['float', 64],
        ['signed', 64],
      ] as const
    ).map(([kind, bits]) => [`a mask over ${kind} ${bits} bits`, images(image({ kind, bits }), maskImage())]),
  ),
  'a mask of two bands over two': {
    ...images(
      image({ bands: [counted, counted] }),
      maskImage({ bands: [maskCells(4, 6), maskCells(4, 6).reverse()], planar: true }),
    ),
    band: 2,
  },
  'a mask over sparse tiles': images(
    image({ ...tiles, sparse: [0, 4], tags: [nodata('9')] }),
    maskImage({ bands: [wideMask] }),
  ),
  'an image that says it is an overview': images({ ...half, tags: [...half.tags, ...placed] }),
  'an overview by the older tag': images(
    image({ tags: [[255, 'short', 1]] }),
    cellsImage({ bands: [[[1]]], tags: [[255, 'short', 2]] }),
    maskImage(),
  ),
  'a mask, rows upwards': {
    files: { '.tif': writeTiff([withMatrix(cellsImage(tiles)), maskImage({ bands: [wideMask], rowsPerStrip: 7 })]) },
  },
  ...Object.fromEntries(
    [1, 2, 0].map((extra) => [
      `alpha, ExtraSamples ${extra}`,
      file({ bands: [counted, asBytes(maskCells(4, 6))], tags: [[338, 'short', extra]] }),
    ]),
  ),
  'alpha that is partly transparent': file({ bands: [counted, pattern(4)], tags: [[338, 'short', 2]] }),
  'alpha of 16 bits': file({ bands: [counted, pattern(300)], bits: 16, tags: [[338, 'short', 2]] }),
  'alpha of 32 bits': file({ bands: [counted, pattern(4)], bits: 32, tags: [[338, 'short', 2]] }),
  'alpha, in tiles apart': file({
    ...tiles,
    bands: [wide(), asBytes(wideMask)],
    planar: true,
    tags: [[338, 'short', 2]],
  }),
  'alpha and a no-data value': file({
    bands: [counted, asBytes(maskCells(4, 6))],
    tags: [[338, 'short', 2], nodata('7')],
  }),
  'alpha and a no-data value out of range': file({
    bands: [counted, asBytes(maskCells(4, 6))],
    tags: [[338, 'short', 2], nodata('-9999')],
  }),
  'alpha itself': { ...file({ bands: [counted, asBytes(maskCells(4, 6))], tags: [[338, 'short', 2]] }), band: 2 },
  'colours and alpha': {
    ...file({
      bands: [counted, counted, counted, asBytes(maskCells(4, 6))],
      tags: [
        [338, 'short', 2],
        [262, 'short', 2],
      ],
    }),
    band: 3,
  },
  'three bands, the last alpha': file({
    bands: [counted, counted, asBytes(maskCells(4, 6))],
    tags: [[338, 'short', [0, 2]]],
  }),
  'five bands, the last alpha': file({
    bands: [counted, counted, counted, counted, asBytes(maskCells(4, 6))],
    tags: [
      [338, 'short', [0, 2]],
      [262, 'short', 2],
    ],
  }),
};

function withMatrix({ tags, ...rest }: ReturnType<typeof cellsImage>): ReturnType<typeof cellsImage> {
  const rows = [30, 0, 0, 500_000, 0, 20, 0, 5_000_000, 0, 0, 0, 0, 0, 0, 0, 1];
  return { ...rest, tags: [...tags, placed[2] as Tag, [34264, 'double', rows]] };
}
