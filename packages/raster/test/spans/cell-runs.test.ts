import fc from 'fast-check';
import { cellRules } from '../../src/spans/area-cells.ts';
import { type CellRuns, cellRuns, hasCells, runsInRows } from '../../src/spans/cell-runs.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { cellsIn } from '../pictures.ts';
import { cellPolygons, cellsOfWindow, field } from '../random-polygons.ts';

/** The parts of each cell, as `column,row`, in the order of the runs. */
function partsOf({ whole, shared, parts }: CellRuns): Record<string, number> {
  const all: Record<string, number> = {};
  for (let at = 0; at < whole.length; at += 3)
    for (let column = whole[at + 1]!; column < whole[at + 2]!; column++) all[`${column},${whole[at]}`] = wholeCell;
  for (const [i, own] of parts.entries()) all[`${shared[2 * i + 1]},${shared[2 * i]}`] = own;
  return all;
}

const corner = fc.tuple(fc.integer({ min: -2, max: 50 }), fc.integer({ min: -2, max: 50 }));
const spansOfArea = fc
  .tuple(fc.array(corner, { minLength: 3, maxLength: 6 }), fc.constantFrom('centre' as const, 'fraction' as const))
  .map(([ring, rule]) => {
    const quarters = ring.map(([x, y]): [number, number] => [x / 4, y / 4]);
    return cellRules[rule](cellPolygons([[quarters]]), field).spans;
  });
const ends = fc
  .tuple(fc.integer({ min: -3, max: 15 }), fc.integer({ min: -3, max: 15 }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

it('the runs of a window, and those of some of its rows, have its cells and their shares', () => {
  fc.assert(
    fc.property(spansOfArea, ends, ends, ends, (spans, [firstColumn, endColumn], [firstRow, endRow], [top, bottom]) => {
      const window = { firstColumn, endColumn, firstRow, endRow };
      const shareOf = new Map<string, number>();
      for (const [column, row] of cellsIn(spans)) shareOf.set(`${column},${row}`, wholeCell);
      const { rowStarts, columns, parts } = spans.shares ?? { rowStarts: [], columns: [], parts: [] };
      for (let r = 0; r + 1 < rowStarts.length; r++)
        for (let k = rowStarts[r]!; k < rowStarts[r + 1]!; k++)
          shareOf.set(`${columns[k]},${spans.firstRow + r}`, parts[k]!);
      const expected = (first: number, end: number) => {
        const own = cellsOfWindow(window).filter(
          ([column, row]) => row >= first && row < end && shareOf.has(`${column},${row}`),
        );
        return Object.fromEntries(own.map((cell) => [String(cell), shareOf.get(String(cell))]));
      };
      const runs = cellRuns(spans, window);
      const inRows = runsInRows(runs, top, bottom);
      for (const [own, cells] of [
        [runs, expected(firstRow, endRow)],
        [inRows, expected(top, bottom)],
      ] as const) {
        expect(partsOf(own)).toEqual(cells);
        expect(own.cells).toBe(Object.values(cells).filter((share) => share === wholeCell).length);
        expect(hasCells(own)).toBe(Object.keys(cells).length > 0);
      }
    }),
  );
});
