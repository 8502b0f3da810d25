import fc from 'fast-check';
import { addCounts, countGroups, type GroupedCounts } from '../../src/gather/grouped-count.ts';
import type { Window } from '../../src/grid/window.ts';
import { cellRules } from '../../src/spans/area-cells.ts';
import type { Spans } from '../../src/spans/spans.ts';
import { makeSquares } from '../../src/squares/make-squares.ts';
import { cellNumbering } from '../../src/squares/number-cells.ts';
import { packedBytes, packedHeadBytes, packSquares, unpackSquares } from '../../src/squares/pack-squares.ts';
import { squareSums } from '../../src/squares/square-sums.ts';
import { mostOfBlock, type Squares, squaresOfNothing } from '../../src/squares/squares.ts';
import { forEachRectangle } from '../../src/stack/rectangles.ts';
import { type RasterStack, stackRasters } from '../../src/stack/stack.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import { windowSpans } from '../../src/stack/whole-blocks.ts';
import type { SampleType } from '../../src/tiles/samples.ts';
import { type Picture, rasterOf } from '../pictures.ts';
import { cellPolygons } from '../random-polygons.ts';

/** A picture whose samples follow from where they are: in patches, or each for itself. */
function pictureOf([width, height]: readonly [number, number], kind: number, more: Partial<Picture> = {}): Picture {
  const sample = (x: number, y: number) =>
    [((x >> 3) + (y >> 4)) % 5, (x * y) % 7, x < 70 ? 4 : 2, Math.imul(x * 8191 + y, 2654435761) >>> 30][kind]!;
  const rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => sample(x, y)));
  return { rows, ...more };
}

/** A block of a stack and its squares. */
interface Made {
  readonly block: Window;
  readonly squares: Squares | undefined;
}

async function made(stack: RasterStack): Promise<Made[]> {
  const { width, height } = stack.block;
  const rasters = stack.rasters.map(({ raster }) => raster);
  const spans = windowSpans(stack.bounds);
  const all: Made[] = [];
  for (const [row, first, end] of planTiles(stack, spans).runs) {
    for (let column = first; column < end; column++) {
      const [firstRow, firstColumn] = [row * height, column * width];
      const block = { firstRow, endRow: firstRow + height, firstColumn, endColumn: firstColumn + width };
      const numbering = cellNumbering(rasters, block);
      await forEachRectangle({ stack, spans, tiles: [[row, column, column + 1]] }, numbering.add);
      const cells = numbering.done();
      all.push({ block, squares: cells && makeSquares(cells) });
    }
  }
  return all;
}

function countOf(blocks: readonly Made[], { bounds }: RasterStack, spans: Spans): GroupedCounts {
  const sums = squareSums();
  for (const { block, squares } of blocks) if (squares) sums.add(squares, { block, bounds }, spans);
  return sums.counts();
}

const wholly: Spans = windowSpans({ firstColumn: 0, endColumn: 140, firstRow: 0, endRow: 130 });
const corner = fc.tuple(fc.integer({ min: -20, max: 700 }), fc.integer({ min: -20, max: 700 }));
const polygon = fc
  .array(corner, { minLength: 3, maxLength: 7 })
  .map((ring) => cellPolygons([[ring.map(([x, y]): [number, number] => [x / 4, y / 4])]]));

describe('squares', () => {
  it('count what the cells count, to the bit, under every rule', async () => {
    const types: readonly SampleType[] = ['uint8', 'int16', 'float64'];
    const rasters = fc.record({
      size: fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 })),
      kind: fc.nat(3),
      sampleType: fc.constantFrom(...types),
      nodata: fc.option(fc.nat(4), { nil: undefined }),
      at: fc.tuple(fc.integer({ min: -40, max: 90 }), fc.integer({ min: -40, max: 90 })),
      tile: fc.tuple(fc.integer({ min: 30, max: 150 }), fc.integer({ min: 30, max: 150 })),
      hasGaps: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(rasters, { minLength: 1, maxLength: 3 }),
        fc.record({ width: fc.integer({ min: 40, max: 200 }), height: fc.integer({ min: 40, max: 200 }) }),
        fc.array(fc.tuple(polygon, fc.constantFrom(...(['centre', 'touched', 'fraction'] as const))), { minLength: 1 }),
        async (drawn, block, areas) => {
          const pictures = drawn.map(({ size, kind, hasGaps, ...more }) =>
            rasterOf(pictureOf(size, kind, { ...more, ...(hasGaps && { sparse: (x, y) => x === 1 || y === 1 }) })),
          );
          const stack = { ...stackRasters(pictures), block };
          const packed = (await made(stack)).map(({ squares, ...one }) => ({
            ...one,
            squares: squares && unpackSquares(packSquares(squares)),
          }));
          for (const [polygons, rule] of areas) {
            const { spans } = cellRules[rule](polygons, stack.bounds);
            const left = planTiles(stack, spans).runs.flatMap(([row, first, end]) =>
              Array.from({ length: end - first }, (_, i) => ({ row, column: first + i })),
            );
            // Blocks that can have none are counted.
            const others = left.filter(({ row, column }) => {
              const own = packed.find(
                ({ block: { firstRow, firstColumn } }) =>
                  firstRow === row * block.height && firstColumn === column * block.width,
              );
              return own?.squares === undefined;
            });
            const tiles = others.map(({ row, column }): [number, number, number] => [row, column, column + 1]);
            const expected = await countGroups({ stack, spans, tiles: planTiles(stack, spans).runs });
            const rest = await countGroups({ stack, spans, tiles });
            expect(addCounts([countOf(packed, stack, spans), rest])).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are taken whole by their own counts, and have no runs if they have one combination', async () => {
    const stack = stackRasters([rasterOf(pictureOf([140, 130], 2))]);
    const [one] = await made(stack);
    const squares = one!.squares!;
    // Two columns of three squares: 4, then 4 and 2, then 2.
    expect(Array.from(squares.starts.subarray(0, 4))).toEqual([0, 3, 3 + 5 + 32 + 128, 3 + 5 + 32 + 128 + 3]);
    expect(Array.from(squares.words.subarray(0, 8))).toEqual([1, 1, 4096, 2, 1, 384, 2, 3712]);
    // Runs that were overwritten show which squares are looked at.
    const blank = { ...squares, words: squares.words.map((word, at) => (at < 8 || at >= 168 ? word : 0)) };
    expect(countOf([{ ...one!, squares: blank }], stack, wholly)).toEqual({
      cells: 140 * 130,
      groups: [
        { values: [2], cells: 70 * 130 },
        { values: [4], cells: 70 * 130 },
      ],
    });
  });

  it('are not made of a block with too many combinations, or of as many runs as cells', async () => {
    const counting = Array.from({ length: 70 }, (_, y) => Array.from({ length: 70 }, (_, x) => (y * 70 + x) >> 1));
    const runs = Array.from({ length: 70 }, () => Array.from({ length: 70 }, (_, x) => x & 1));
    for (const [rows, sampleType] of [
      [counting, 'uint16'],
      [runs, 'uint8'],
    ] as const) {
      const [one] = await made(stackRasters([rasterOf({ rows, sampleType })]));
      expect(one?.squares).toBeUndefined();
    }
    const many = Array.from({ length: 70 }, (_, y) => Array.from({ length: 70 }, (_, x) => y * 70 + x));
    const numbering = cellNumbering([rasterOf({ rows: many, sampleType: 'uint16' })], {
      firstColumn: 0,
      endColumn: 70,
      firstRow: 0,
      endRow: 70,
    });
    const stack = stackRasters([rasterOf({ rows: many, sampleType: 'uint16' })]);
    await forEachRectangle({ stack, spans: windowSpans(stack.bounds), tiles: [[0, 0, 1]] }, numbering.add);
    expect(numbering.done()).toBeUndefined();
  });

  it('are packed with a checksum: what is damaged, or cut off, is not unpacked', async () => {
    const [one] = await made(stackRasters([rasterOf(pictureOf([140, 130], 0))]));
    const packed = packSquares(one!.squares!);
    expect(unpackSquares(packed)).toEqual(one!.squares);
    expect(packedBytes(packed.subarray(0, packedHeadBytes))).toBe(packed.length);
    // At an address that is no multiple of four.
    const moved = new Uint8Array(packed.length + 1);
    moved.set(packed, 1);
    expect(unpackSquares(moved.subarray(1))).toEqual(one!.squares);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        expect(unpackSquares(packed.map((byte, i) => (i === at ? byte ^ change : byte)))).toBeUndefined();
        expect(unpackSquares(packed.subarray(0, at))).toBeUndefined();
      }),
    );
    expect(packedBytes(new Uint8Array(20))).toBe(0);
    expect(packedBytes()).toBe(0);
    expect(unpackSquares(packSquares(squaresOfNothing))).toEqual(squaresOfNothing);
  });

  it('end, whatever their words are, and leave the counts of others alone', async () => {
    const stack = stackRasters([rasterOf(pictureOf([140, 130], 0))]);
    const [one] = await made(stack);
    const { words, starts } = one!.squares!;
    // Each square has 512 combinations, and the block 2,340.
    const rows = Array.from({ length: 130 }, (_, y) => Array.from({ length: 140 }, (_, x) => 18 * y + (x >> 3)));
    const sound = await made(stackRasters([rasterOf({ rows, sampleType: 'uint16' })]));
    const soundArea = cellRules.fraction(
      cellPolygons(
        [
          [
            [1, 1],
            [139, 2],
            [60, 129],
          ],
        ].map((ring) => [ring as [number, number][]]),
      ),
      stack.bounds,
    );
    const expected = countOf(sound, stack, soundArea.spans);
    const word = fc.oneof(fc.nat(2 ** 16 - 1), fc.nat(mostOfBlock));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(words.length - 1), word), { maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(starts.length - 1), fc.nat(words.length + 10)), { maxLength: 3 }),
        fc.nat(words.length),
        polygon,
        (changes, moves, length, polygons) => {
          const squares = { ...one!.squares!, words: words.slice(0, length), starts: starts.slice() };
          for (const [at, to] of changes) squares.words[at] = to;
          for (const [at, to] of moves) squares.starts[at] = to;
          const { spans } = cellRules.fraction(polygons, stack.bounds);
          countOf([{ block: one!.block, squares }], stack, spans);
          expect(countOf(sound, stack, soundArea.spans)).toEqual(expected);
        },
      ),
    );
  });
});
