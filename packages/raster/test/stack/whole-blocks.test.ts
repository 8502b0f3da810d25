import fc from 'fast-check';
import { spansOf } from '../../src/spans/centre-spans.ts';
import { shareSpansOf } from '../../src/spans/share-spans.ts';
import { type RasterStack, stackRasters } from '../../src/stack/stack.ts';
import { tilesIn } from '../../src/stack/tile-plan.ts';
import { blocksOf, cellsOfBlocks, wholeBlocks, windowSpans, withoutBlocks } from '../../src/stack/whole-blocks.ts';
import { cellsIn, rasterOf } from '../pictures.ts';

const stack: RasterStack = {
  ...stackRasters([rasterOf({ rows: Array(6).fill(Array(9).fill(0)) })]),
  bounds: { firstColumn: -4, endColumn: 11, firstRow: -3, endRow: 7 },
  block: { width: 3, height: 2 },
};
const around = { firstColumn: -9, endColumn: 16, firstRow: -8, endRow: 12 };

const coordinate = fc.oneof(fc.integer({ min: -6, max: 13 }), fc.double({ min: -6, max: 13, noNaN: true }));
const polygon = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 6 })
  .map((corners) => [Float64Array.from(corners.flat())]);
const polygons = fc.array(polygon, { minLength: 1, maxLength: 4 });

/** Blocks in runs as `row,column`. */
function named(runs: readonly (readonly [number, number, number])[]): string[] {
  return runs.flatMap(([row, first, end]) => Array.from({ length: end - first }, (_, i) => `${row},${first + i}`));
}

function everyBlock() {
  const { firstRow, endRow, firstColumn, endColumn } = blocksOf(stack);
  const blocks: [row: number, column: number][] = [];
  for (let row = firstRow; row < endRow; row++)
    for (let column = firstColumn; column < endColumn; column++) blocks.push([row, column]);
  return blocks;
}

describe('wholeBlocks', () => {
  it('are those all of whose cells on the stack lie in the area, none of them in part', () => {
    fc.assert(
      fc.property(polygons, fc.boolean(), fc.boolean(), (some, inPart, wide) => {
        const window = wide ? around : stack.bounds;
        const spans = inPart ? shareSpansOf(some, window) : spansOf(some, window);
        const cells = new Set(cellsIn(spans).map(String));
        const parts = new Set<string>();
        const { shares } = spans;
        for (let i = 0; shares && i < shares.rowStarts.length - 1; i++)
          for (let k = shares.rowStarts[i]!; k < shares.rowStarts[i + 1]!; k++)
            parts.add(String([shares.columns[k], spans.firstRow + i]));
        const expected = everyBlock().filter(([row, column]) =>
          cellsIn(
            windowSpans(
              cellsOfBlocks(stack, { firstRow: row, endRow: row + 1, firstColumn: column, endColumn: column + 1 }),
            ),
          ).every((cell) => cells.has(String(cell)) && !parts.has(String(cell))),
        );
        expect(named(wholeBlocks(stack, spans))).toEqual(expected.map(String));
      }),
      { numRuns: 500 },
    );
  });

  it('are all of them where the area is larger than the stack', () => {
    const spans = windowSpans(around);
    expect(tilesIn(wholeBlocks(stack, spans))).toBe(everyBlock().length);
    expect(blocksOf(stack)).toEqual({ firstColumn: -2, endColumn: 4, firstRow: -2, endRow: 4 });
  });
});

describe('withoutBlocks', () => {
  it('leaves all cells but those of the blocks', () => {
    fc.assert(
      fc.property(polygons, fc.infiniteStream(fc.boolean()), (some, chance) => {
        const spans = spansOf(some, around);
        const taken = everyBlock().filter(() => chance.next().value);
        const left = withoutBlocks(
          spans,
          taken.map(([row, column]) => [row, column, column + 1]),
          stack.block,
        );
        const gone = new Set(taken.map(String));
        const expected = cellsIn(spans).filter(([c, r]) => !gone.has(String([Math.floor(r / 2), Math.floor(c / 3)])));
        expect(cellsIn(left)).toEqual(expected);
        expect(left.cells).toBe(expected.length);
      }),
      { numRuns: 300 },
    );
  });
});
