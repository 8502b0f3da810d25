import type { Window } from '../grid/window.ts';
import { spanList } from '../spans/span-list.ts';
import type { Spans } from '../spans/spans.ts';
import type { RasterStack } from './stack.ts';
import type { TileRun } from './tile-plan.ts';

type Blocks = Pick<RasterStack, 'block' | 'bounds'>;

/** The blocks in which a stack has cells, as a window of blocks. */
export function blocksOf({ block, bounds }: Blocks): Window {
  return {
    firstColumn: Math.floor(bounds.firstColumn / block.width),
    endColumn: Math.ceil(bounds.endColumn / block.width),
    firstRow: Math.floor(bounds.firstRow / block.height),
    endRow: Math.ceil(bounds.endRow / block.height),
  };
}

/** The cells of a stack in a window of its blocks. */
export function cellsOfBlocks({ block, bounds }: Blocks, blocks: Window): Window {
  return {
    firstColumn: Math.max(blocks.firstColumn * block.width, bounds.firstColumn),
    endColumn: Math.min(blocks.endColumn * block.width, bounds.endColumn),
    firstRow: Math.max(blocks.firstRow * block.height, bounds.firstRow),
    endRow: Math.min(blocks.endRow * block.height, bounds.endRow),
  };
}

/** All cells of a window, as spans. */
export function windowSpans({ firstColumn, endColumn, firstRow, endRow }: Window): Spans {
  const spans = spanList(firstRow, endRow);
  for (let row = firstRow; row < endRow; row++) spans.add(row, firstColumn, endColumn);
  return spans.done();
}

/**
 * The blocks whose cells within the stack's bounds are all in the spans, none of them in part. From
 * top to bottom, from left to right.
 */
export function wholeBlocks(stack: Blocks, { firstRow, rowStarts, columns, shares }: Spans): TileRun[] {
  const { block, bounds } = stack;
  const blocks = blocksOf(stack);
  const endRow = firstRow + rowStarts.length - 1;
  // For a row of blocks, the number of cell rows in which each block is filled from side to side,
  // as differences between neighbours.
  const filled = new Int32Array(Math.max(0, blocks.endColumn - blocks.firstColumn) + 1);
  const runs: TileRun[] = [];
  const lastBlockRow = Math.min(blocks.endRow, Math.floor((endRow - 1) / block.height) + 1);
  for (let row = Math.max(blocks.firstRow, Math.floor(firstRow / block.height)); row < lastBlockRow; row++) {
    const top = Math.max(row * block.height, bounds.firstRow);
    const end = Math.min((row + 1) * block.height, bounds.endRow);
    if (top < firstRow || end > endRow) continue;
    filled.fill(0);
    for (let k = rowStarts[top - firstRow]!; k < rowStarts[end - firstRow]!; k++) {
      const from = columns[2 * k]!;
      const to = columns[2 * k + 1]!;
      const first = from <= bounds.firstColumn ? blocks.firstColumn : Math.ceil(from / block.width);
      const last = to >= bounds.endColumn ? blocks.endColumn : Math.floor(to / block.width);
      if (first >= last) continue;
      filled[first - blocks.firstColumn]!++;
      filled[last - blocks.firstColumn]!--;
    }
    if (shares) {
      for (let k = shares.rowStarts[top - firstRow]!; k < shares.rowStarts[end - firstRow]!; k++) {
        if (shares.columns[k]! < bounds.firstColumn || shares.columns[k]! >= bounds.endColumn) continue;
        const column = Math.floor(shares.columns[k]! / block.width) - blocks.firstColumn;
        filled[column]!--;
        filled[column + 1]!++;
      }
    }
    addWhole(runs, row, { filled, rows: end - top, firstColumn: blocks.firstColumn });
  }
  return runs;
}

function addWhole(
  runs: TileRun[],
  row: number,
  { filled, rows, firstColumn }: { readonly filled: Int32Array; readonly rows: number; readonly firstColumn: number },
): void {
  let begun: number | undefined;
  let sum = 0;
  for (const [i, change] of filled.entries()) {
    sum += change;
    const isWhole = i < filled.length - 1 && sum === rows;
    if (isWhole) begun ??= firstColumn + i;
    else if (begun !== undefined) {
      runs.push([row, begun, firstColumn + i]);
      begun = undefined;
    }
  }
}

/**
 * Removes the cells of some blocks from spans. Runs of a row of blocks rise. Shares of cells that
 * are in no span any more remain, and are not looked at.
 */
export function withoutBlocks(spans: Spans, runs: readonly TileRun[], block: Blocks['block']): Spans {
  if (runs.length === 0) return spans;
  // The first column of each run of a row of blocks, and the one after its last.
  const ofRow = new Map<number, number[]>();
  for (const [row, first, end] of runs) {
    const cuts = ofRow.get(row);
    if (cuts) cuts.push(first * block.width, end * block.width);
    else ofRow.set(row, [first * block.width, end * block.width]);
  }
  const { firstRow, rowStarts, columns, shares } = spans;
  const endRow = firstRow + rowStarts.length - 1;
  const kept = spanList(firstRow, endRow);
  for (let row = firstRow; row < endRow; row++) {
    const cuts = ofRow.get(Math.floor(row / block.height)) ?? none;
    for (let k = rowStarts[row - firstRow]!; k < rowStarts[row - firstRow + 1]!; k++) {
      let from = columns[2 * k]!;
      const to = columns[2 * k + 1]!;
      for (let i = 0; i < cuts.length && cuts[i]! < to; i += 2) {
        if (cuts[i + 1]! <= from) continue;
        if (from < cuts[i]!) kept.add(row, from, cuts[i]!);
        from = cuts[i + 1]!;
      }
      if (from < to) kept.add(row, from, to);
    }
  }
  return { ...kept.done(), ...(shares && { shares }) };
}

const none: readonly number[] = [];
