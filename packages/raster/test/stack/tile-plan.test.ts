import fc from 'fast-check';
import { cellsOf, spansOf } from '../../src/spans/centre-spans.ts';
import { type RasterStack, stackRasters } from '../../src/stack/stack.ts';
import { cutPlan, planTiles, tilesIn } from '../../src/stack/tile-plan.ts';
import { cellsIn, everywhere, rasterOf, spansOfPicture } from '../pictures.ts';

const stack: RasterStack = {
  ...stackRasters([rasterOf({ rows: Array(6).fill(Array(9).fill(0)) })]),
  bounds: { firstColumn: -3, endColumn: 9, firstRow: -2, endRow: 6 },
  block: { width: 3, height: 2 },
};

describe('planTiles', () => {
  it('lists the blocks in which the area has cells', () => {
    const spans = spansOfPicture(
      [
        '.........##.', // row -1, column -3
        '###.........',
        '............',
        '............',
        '............',
        '..###.....#.',
      ],
      [-3, -1],
    );
    expect(planTiles(stack, spans)).toEqual({
      tiles: 5,
      runs: [
        [-1, 2, 3],
        [0, -1, 0],
        [2, -1, 1],
        [2, 2, 3],
      ],
    });
  });

  it('plans nothing for an area without cells', () => {
    expect(planTiles(stack, spansOf([], everywhere))).toEqual({ tiles: 0, runs: [] });
  });

  it('has exactly the blocks of the cells, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -3, max: 8 }), fc.integer({ min: -2, max: 5 }))), (marks) => {
        const squares = marks.map(([c, r]) => [Float64Array.of(c, r, c + 1, r, c + 1, r + 1, c, r + 1)]);
        const spans = spansOf(squares, stack.bounds);
        expect(spans.cells).toBe(cellsOf(squares));
        const blocks = new Set(cellsIn(spans).map(([c, r]) => `${Math.floor(r / 2)},${Math.floor(c / 3)}`));
        const { runs, tiles } = planTiles(stack, spans);
        const listed = runs.flatMap(([row, first, end]) =>
          Array.from({ length: end - first }, (_, i) => `${row},${first + i}`),
        );
        expect(new Set(listed)).toEqual(blocks);
        expect(listed).toHaveLength(blocks.size);
        expect(tiles).toBe(blocks.size);
        expect(runs.every(([, first], i) => i === 0 || runs[i - 1]![0] < runs[i]![0] || runs[i - 1]![2] < first)).toBe(
          true,
        );
      }),
    );
  });
});

describe('cutPlan', () => {
  const plan = {
    tiles: 8,
    runs: [
      [-1, -2, 3],
      [0, 7, 8],
      [4, 0, 2],
    ] as [number, number, number][],
  };

  it('cuts runs where a batch is full', () => {
    expect(cutPlan(plan, 3)).toEqual([
      [[-1, -2, 1]],
      [
        [-1, 1, 3],
        [0, 7, 8],
      ],
      [[4, 0, 2]],
    ]);
    expect(cutPlan(plan, 8)).toEqual([plan.runs]);
    expect(cutPlan(plan, 1)).toHaveLength(8);
    expect(cutPlan({ runs: [] }, 5)).toEqual([]);
  });

  it('keeps every block once, in order, in as few batches as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (size) => {
        const batches = cutPlan(plan, size);
        expect(batches.map(tilesIn)).toEqual([
          ...Array(Math.floor(8 / size)).fill(size),
          ...(8 % size > 0 ? [8 % size] : []),
        ]);
        const blocks = (runs: readonly (readonly [number, number, number])[]) =>
          runs.flatMap(([row, first, end]) => Array.from({ length: end - first }, (_, i) => [row, first + i]));
        expect(blocks(batches.flat())).toEqual(blocks(plan.runs));
      }),
    );
  });

  it('refuses batches without tiles', () => {
    expect(() => cutPlan(plan, 0)).toThrow('a batch has 0 tiles, expected at least 1');
    expect(() => cutPlan(plan, Number.NaN)).toThrow(RangeError);
  });
});
