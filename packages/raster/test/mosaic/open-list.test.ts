import fc from 'fast-check';
import { openRaster } from '../../src/open-raster.ts';
import { cellsOf, folderOf, type Kind, type Picture, pictureFile, pictures } from './pictures-of-parts.ts';

const nodata = fc.constantFrom(undefined, undefined, 0, 3);
const kinds = fc.constantFrom<Kind>('uint8', 'int16', 'float32');

/** Paints each cell with the last picture that has a value there; null: none has. */
function painted(all: readonly Picture[]): (number | null)[][] {
  const left = Math.min(...all.map(({ column }) => column));
  const top = Math.min(...all.map(({ row }) => row));
  const right = Math.max(...all.map(({ column, rows }) => column + rows[0]!.length));
  const bottom = Math.max(...all.map(({ row, rows }) => row + rows.length));
  return Array.from({ length: bottom - top }, (_, y) =>
    Array.from({ length: right - left }, (_, x) => {
      const values = all.flatMap(({ rows, column, row, nodata }) => {
        const value = rows[top + y - row]?.[left + x - column];
        return value === undefined || value === nodata ? [] : [value];
      });
      return values.at(-1) ?? null;
    }),
  );
}

async function readList(kind: Kind, all: readonly Picture[]) {
  const names = all.map((_, i) => `part-${i}.tif`);
  await using folder = await folderOf(Object.fromEntries(all.map((one, i) => [names[i], pictureFile(kind, one)])));
  const raster = await openRaster({ name: 'land', url: names.map(folder.at) });
  try {
    return { grid: raster.grid, cells: await cellsOf(raster) };
  } finally {
    await raster.close();
  }
}

describe('a list of files', () => {
  it('is painted file by file, cells without data showing what lies beneath', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(pictures(nodata), { minLength: 1, maxLength: 6 }), async (kind, all) => {
        const { cells, grid } = await readList(kind, all);
        expect(cells).toEqual(painted(all));
        expect(grid.originX).toBe(500_000 + 30 * Math.min(...all.map(({ column }) => column)));
        expect(grid.originY).toBe(5_000_000 - 30 * Math.min(...all.map(({ row }) => row)));
      }),
      { numRuns: 150 },
    );
  });

  it('is painted so where all files say the same of no data, and tiles lie on tiles', async () => {
    const aligned = pictures(fc.constant(3)).map((one) => ({
      ...one,
      tile: [4, 4] as const,
      column: one.column * 4,
      row: one.row * 4,
    }));
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(aligned, { minLength: 2, maxLength: 5 }), async (kind, all) => {
        expect((await readList(kind, all)).cells).toEqual(painted(all));
      }),
      { numRuns: 60 },
    );
  });
});
