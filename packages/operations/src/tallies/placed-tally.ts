import { type RasterStack, type Spans, type TileRun, wholeBlocks } from '@cellshed/raster';
import type { PartialResult } from '../methods.ts';
import { type Lattice, spansInStack } from '../stacks.ts';
import { takeWhole } from './take-whole.ts';
import type { Tally } from './tally.ts';

/** A tally as seen from a stack that has other rasters, too. */
export interface PlacedTally {
  /** Takes the blocks of the spans that the tally has, and the part that they make. */
  take(spans: Spans): Promise<{ readonly runs: TileRun[]; readonly part?: PartialResult }>;
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
  const moved = (runs: readonly TileRun[]) =>
    runs.map(([r, first, end]): TileRun => [r + rows, first + columns, end + columns]);
  const numbered = (runs: readonly TileRun[]) =>
    runs.map(
      ([r, first, end]): TileRun => [r - tally.origin.row, first - tally.origin.column, end - tally.origin.column],
    );
  const whole = (spans: Spans) =>
    numbered(wholeBlocks(tally.stack, spansInStack(spans, { column: -column, row: -row })));
  return {
    take: async (spans) => {
      const { runs, ...others } = await takeWhole(tally, whole(spans));
      return { runs: moved(runs), ...others };
    },
    wholeIn: (spans) => moved(whole(spans)),
    leave: async (blocks) => {
      await tally.leave(
        blocks.map(({ row: r, column: c, part }) => [{ level: 0, row: r - rows, column: c - columns }, part]),
      );
    },
  };
}
