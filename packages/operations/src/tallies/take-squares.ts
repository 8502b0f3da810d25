import { type Spans, squareSums, type TileRun, uniteRuns, type Window } from '@cellshed/raster';
import type { PartialResult } from '../methods.ts';
import type { Taken } from './take-whole.ts';
import type { Tally } from './tally.ts';

/**
 * Counts the cells of spans in some blocks from their squares, as far as a tally has these. The
 * spans are on the grid of the tally's stack.
 */
export async function takeSquares(tally: Tally, spans: Spans, runs: readonly TileRun[]): Promise<Taken> {
  const blocks = runs.flatMap(([row, first, end]) =>
    Array.from({ length: end - first }, (_, i) => ({ row, column: first + i })),
  );
  const found = (await tally.squares?.get(blocks)) ?? [];
  const sums = squareSums();
  const taken: TileRun[] = [];
  for (const [i, { row, column }] of blocks.entries()) {
    const squares = found[i];
    if (!squares) continue;
    sums.add(squares, { block: cellsOf(tally, { row, column }), bounds: tally.stack.bounds }, spans);
    taken.push([row, column, column + 1]);
  }
  if (taken.length === 0) return { runs: [] };
  return { runs: uniteRuns([taken]), part: sums.counts() as PartialResult };
}

/** The cells of a block of a tally, also beyond the bounds of its rasters. */
export function cellsOf(
  { stack: { block }, origin }: Pick<Tally, 'stack' | 'origin'>,
  { row, column }: { readonly row: number; readonly column: number },
): Window {
  const [firstRow, firstColumn] = [(row + origin.row) * block.height, (column + origin.column) * block.width];
  return { firstRow, endRow: firstRow + block.height, firstColumn, endColumn: firstColumn + block.width };
}
