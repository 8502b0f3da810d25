import type { Spans } from '../spans/spans.ts';
import type { RasterStack } from './stack.ts';

/**
 * Neighbouring blocks of a stack: `[block row, first block column, end block column)`. They can be
 * negative. Plain JSON.
 */
export type TileRun = [row: number, firstColumn: number, endColumn: number];

/**
 * The blocks of a stack in which an area has cells. They are the units in which work is split and
 * progress is reported.
 */
export interface TilePlan {
  /** The number of blocks in all runs. */
  readonly tiles: number;
  /** The runs from top to bottom, from left to right. */
  readonly runs: TileRun[];
}

/**
 * Lists exactly the blocks in which the area has cells. The spans are within the stack's bounds.
 */
export function planTiles({ block, bounds }: RasterStack, spans: Spans): TilePlan {
  const firstColumn = Math.floor(bounds.firstColumn / block.width);
  const touched = new Uint8Array(Math.ceil(bounds.endColumn / block.width) - firstColumn);
  const endRow = spans.firstRow + spans.rowStarts.length - 1;
  const runs: TileRun[] = [];
  for (let row = spans.firstRow; row < endRow; ) {
    const blockRow = Math.floor(row / block.height);
    const end = Math.min((blockRow + 1) * block.height, endRow);
    touched.fill(0);
    for (let k = spans.rowStarts[row - spans.firstRow]!; k < spans.rowStarts[end - spans.firstRow]!; k++) {
      const from = Math.floor(spans.columns[2 * k]! / block.width);
      const to = Math.floor((spans.columns[2 * k + 1]! - 1) / block.width);
      // The blocks are marked one by one, because most spans are in one or two blocks.
      for (let column = from; column <= to; column++) touched[column - firstColumn] = 1;
    }
    for (let from = touched.indexOf(1); from >= 0; ) {
      const gap = touched.indexOf(0, from);
      const to = gap < 0 ? touched.length : gap;
      runs.push([blockRow, firstColumn + from, firstColumn + to]);
      from = touched.indexOf(1, to);
    }
    row = end;
  }
  return { tiles: tilesIn(runs), runs };
}

/** The blocks in any of the plans, each once. */
export function uniteRuns(plans: readonly (readonly TileRun[])[]): TileRun[] {
  const runs = plans.flat().sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const united: TileRun[] = [];
  for (const [row, first, end] of runs) {
    const last = united.at(-1);
    if (last !== undefined && last[0] === row && first <= last[2]) last[2] = Math.max(last[2], end);
    else united.push([row, first, end]);
  }
  return united;
}

/**
 * Cuts a plan into batches of at most `tiles` blocks, in order; a plan without blocks has no
 * batches.
 */
export function cutPlan({ runs }: Pick<TilePlan, 'runs'>, tiles: number): TileRun[][] {
  if (!(tiles >= 1)) throw new RangeError(`a batch has ${tiles} tiles, expected at least 1`);
  const batches: TileRun[][] = [];
  let room = 0;
  for (const [row, firstColumn, endColumn] of runs) {
    for (let from = firstColumn; from < endColumn; ) {
      if (room === 0) {
        batches.push([]);
        room = Math.floor(tiles);
      }
      const to = Math.min(from + room, endColumn);
      batches.at(-1)?.push([row, from, to]);
      room -= to - from;
      from = to;
    }
  }
  return batches;
}

/** The number of blocks in runs. */
export function tilesIn(runs: readonly TileRun[]): number {
  return runs.reduce((sum, [, first, end]) => sum + end - first, 0);
}
