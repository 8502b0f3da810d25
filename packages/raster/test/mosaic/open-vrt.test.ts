import fc from 'fast-check';
import type { RasterOptions } from '../../src/files/raster-options.ts';
import { openRaster } from '../../src/open-raster.ts';
import { cellsOf, folderOf, type Kind, type Picture, pictureFile, pictures } from './pictures-of-parts.ts';
import { vrtText, type WrittenSource } from './vrt-text.ts';

const dataTypes: Record<Kind, string> = { uint8: 'Byte', int16: 'Int16', float32: 'Float32' };
const [width, height] = [20, 15];

/**
 * A picture in a VRT: the cells that are taken, their place, and the value that lets cells beneath
 * be seen.
 */
interface Put {
  readonly picture: Picture;
  readonly from: readonly [column: number, row: number];
  readonly to: readonly [column: number, row: number, width: number, height: number];
  readonly seenThrough: number | undefined;
  readonly saysSize: boolean;
}

const puts: fc.Arbitrary<Put> = fc
  .record({
    picture: pictures(fc.constantFrom(undefined, 2)),
    from: fc.tuple(fc.integer({ min: -2, max: 6 }), fc.integer({ min: -2, max: 6 })),
    to: fc.tuple(fc.integer({ min: -4, max: 18 }), fc.integer({ min: -4, max: 13 })),
    size: fc.tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 10 })),
    seenThrough: fc.constantFrom(undefined, 0, 3),
    saysSize: fc.boolean(),
  })
  .map(({ to, size, ...rest }) => ({ ...rest, to: [...to, ...size] as const }));

/**
 * Paints each cell with the last source that has a value there that hides those beneath; null: it
 * means no data.
 */
function painted(all: readonly Put[], nodata: number | undefined): (number | null)[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const values = all.flatMap(({ picture, from, to, seenThrough }) => {
        const [right, down] = [x - to[0], y - to[1]];
        if (right < 0 || down < 0 || right >= to[2] || down >= to[3]) return [];
        const value = picture.rows[from[1] + down]?.[from[0] + right];
        return value === undefined || value === seenThrough ? [] : [value];
      });
      const value = values.at(-1) ?? nodata ?? 0;
      return value === nodata ? null : value;
    }),
  );
}

async function readVrt(
  text: string,
  files: Readonly<Record<string, Uint8Array>>,
  options: Partial<RasterOptions> = {},
) {
  await using folder = await folderOf({ ...files, 'all.vrt': text });
  const raster = await openRaster({ name: 'land', url: folder.at('all.vrt'), ...options });
  try {
    return { grid: raster.grid, sampleType: raster.sampleType, nodata: raster.nodata, cells: await cellsOf(raster) };
  } finally {
    await raster.close();
  }
}

describe('a VRT', () => {
  it('is painted source by source, raw, but for values that let see what lies beneath', async () => {
    const kinds = fc.constantFrom<Kind>('uint8', 'int16', 'float32');
    const nodata = fc.constantFrom(undefined, 0, 4);
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(puts, { maxLength: 6 }), nodata, async (kind, all, nodata) => {
        const files = Object.fromEntries(all.map(({ picture }, i) => [`${i}.tif`, pictureFile(kind, picture)]));
        const sources = all.map(({ picture, from, to, seenThrough, saysSize }, i): WrittenSource => {
          const size = [picture.rows[0]!.length, picture.rows.length] as const;
          return { file: `${i}.tif`, from, to, nodata: seenThrough, size: saysSize ? size : undefined };
        });
        const text = vrtText({ width, height, type: dataTypes[kind], nodata, sources });
        expect((await readVrt(text, files)).cells).toEqual(painted(all, nodata));
      }),
      { numRuns: 150 },
    );
  });
});
