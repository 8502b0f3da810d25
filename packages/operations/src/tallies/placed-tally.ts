import { planTiles, type RasterStack, type Spans, type TileRun, wholeBlocks } from '@cellshed/raster';
import type { PartialResult } from '../methods.ts';
import { type Lattice, spansInStack } from '../stacks.ts';
import { takeSquares } from './take-squares.ts';
import { type Taken, takeWhole } from './take-whole.ts';
import type { Tally } from './tally.ts';

/** A tally as seen from a stack that has other rasters, too. */
export interface PlacedTally {
  /** Takes the whole blocks of the spans that the tally has, and the part that they make. */
  take(spans: Spans): Promise<Taken>;
  /** The blocks in which the spans have other cells than in these; none if no squares are kept. */
  others(spans: Spans, taken: readonly TileRun[]): TileRun[];
  /** Takes those of some blocks of which the tally has the squares, and the part that they make. */
  takeSquares(spans: Spans, blocks: readonly TileRun[]): Promise<Taken>;
  /** The blocks that lie wholly in the spans. */
  wholeIn(spans: Spans): TileRun[];
  leave(blocks: readonly BlockPart[]): Promise<void>;
}

export interface BlockPart {
  readonly row: number;
  readonly column: number;
  readonly part: PartialResult;
}

/**
 * Undefined: the stack is cut into other blocks. The lattice is that of the tally's rasters in the
 * stack.
 */
export function placeTally(
  tally: Tally,
  { column, row }: Pick<Lattice, 'column' | 'row'>,
  { block }: Pick<RasterStack, 'block'>,
): PlacedTally | undefined {
  const { width, height } = tally.stack.block;
  if (block.width !== width || block.height !== height || column % width !== 0 || row % height !== 0) return undefined;
  const [columns, rows] = [column / width + tally.origin.column, row / height + tally.origin.row];
  const moved = (runs: readonly TileRun[]) => shifted(runs, { rows, columns });
  const numbered = (runs: readonly TileRun[]) => shifted(runs, { rows: -rows, columns: -columns });
  const own = (spans: Spans) => spansInStack(spans, { column: -column, row: -row });
  const fromOrigin = { rows: -tally.origin.row, columns: -tally.origin.column };
  const whole = (spans: Spans) => shifted(wholeBlocks(tally.stack, own(spans)), fromOrigin);
  const placed = ({ runs, ...others }: Taken): Taken => ({ runs: moved(runs), ...others });
  return {
    take: async (spans) => placed(await takeWhole(tally, whole(spans))),
    others: (spans, taken) => {
      if (!tally.squares) return [];
      const all = moved(shifted(planTiles(tally.stack, own(spans)).runs, fromOrigin));
      return withoutRuns(all, taken);
    },
    takeSquares: async (spans, blocks) => placed(await takeSquares(tally, own(spans), numbered(blocks))),
    wholeIn: (spans) => moved(whole(spans)),
    leave: async (blocks) => {
      await tally.leave(
        blocks.map(({ row: r, column: c, part }) => [{ level: 0, row: r - rows, column: c - columns }, part]),
      );
    },
  };
}

/** Runs of blocks without those in others; both rise. */
function withoutRuns(runs: readonly TileRun[], others: readonly TileRun[]): TileRun[] {
  const ofRow = Map.groupBy(others, ([row]) => row);
  return runs.flatMap(([row, first, end]) => {
    const left: TileRun[] = [];
    let from = first;
    for (const [, begin, stop] of ofRow.get(row) ?? []) {
      if (stop <= from || begin >= end) continue;
      if (begin > from) left.push([row, from, begin]);
      from = stop;
    }
    return from < end ? [...left, [row, from, end]] : left;
  });
}

function shifted(
  runs: readonly TileRun[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): TileRun[] {
  return runs.map(([row, first, end]): TileRun => [row + rows, first + columns, end + columns]);
}
