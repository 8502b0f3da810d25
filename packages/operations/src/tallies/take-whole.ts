import type { TileRun, Window } from '@cellshed/raster';
import { methodOf, type PartialResult } from '../methods.ts';
import { childrenOf, type Node, nodesOf } from './nodes.ts';
import type { Tally } from './tally.ts';

/** Whole blocks that a tally has. */
export interface Taken {
  /** The runs of blocks, from top to bottom, from left to right. */
  readonly runs: TileRun[];
  /** All that is in these blocks; absent if there are none. */
  readonly part?: PartialResult;
}

/**
 * Takes as much as the tally has of blocks that are whole in an area, in as few and large pieces as
 * there are.
 */
export async function takeWhole(tally: Tally, whole: readonly TileRun[]): Promise<Taken> {
  if (whole.length === 0) return { runs: [] };
  const reader = tally.reader();
  const pyramid = pyramidOver(whole, tally.blocks);
  const parts: PartialResult[] = [];
  let wanted: Node[] = [];
  const takenBlocks: Node[] = [];
  for (const { tops } of pyramid) {
    // Those that no larger whole node has, and those that a larger one had but the tally did not.
    const asked = [...wanted, ...tops];
    const found = await Promise.all(asked.map((node) => reader.get(node)));
    wanted = [];
    for (const [i, node] of asked.entries()) {
      const part = found[i];
      if (part !== undefined) {
        parts.push(part);
        takenBlocks.push(node);
      } else if (node.level > 0) wanted.push(...childrenOf(node, tally.blocks));
    }
  }
  if (parts.length === 0) return { runs: [] };
  const taken = bitmap(pyramid.at(-1)?.nodes.window as Window);
  for (const { level, row, column } of takenBlocks) {
    const { firstRow, endRow, firstColumn, endColumn } = tally.blocks;
    for (let r = Math.max(row << level, firstRow); r < Math.min((row + 1) << level, endRow); r++)
      for (let c = Math.max(column << level, firstColumn); c < Math.min((column + 1) << level, endColumn); c++)
        taken.add(r, c);
  }
  return { runs: taken.runs(), part: methodOf(tally.definition.type).merge(parts) };
}

interface Level {
  readonly nodes: Bitmap;
  /** Whole nodes that are in no whole node of the next level. */
  readonly tops: Node[];
}

/** All nodes that are whole, by level, the highest first. */
function pyramidOver(whole: readonly TileRun[], blocks: Window): Level[] {
  const lowest = bitmap(windowOf(whole));
  for (const [row, first, end] of whole) for (let column = first; column < end; column++) lowest.add(row, column);
  const levels: Bitmap[] = [lowest];
  for (let level = 1; ; level++) {
    const below = levels[level - 1] as Bitmap;
    const nodes = bitmap(nodesOf(below.window, 1));
    const there = nodesOf(blocks, level - 1);
    let any = false;
    for (const [row, column] of below.places()) {
      if (nodes.has(row >> 1, column >> 1)) continue;
      const node = { level, row: row >> 1, column: column >> 1 };
      // The node above says nothing new where there are no others.
      const children = childrenOf(node, blocks);
      if (!children.every((child) => below.has(child.row, child.column))) continue;
      nodes.add(node.row, node.column);
      any = true;
    }
    if (!any || (there.endRow - there.firstRow) * (there.endColumn - there.firstColumn) === 1) break;
    levels.push(nodes);
  }
  return levels.map((nodes, level) => ({ nodes, tops: Array.from(topsOf(nodes, levels[level + 1], level)) })).reverse();
}

function* topsOf(nodes: Bitmap, above: Bitmap | undefined, level: number): Generator<Node> {
  for (const [row, column] of nodes.places()) if (!above?.has(row >> 1, column >> 1)) yield { level, row, column };
}

function windowOf(runs: readonly TileRun[]): Window {
  const window = { firstColumn: Infinity, endColumn: -Infinity, firstRow: Infinity, endRow: -Infinity };
  for (const [row, first, end] of runs) {
    window.firstColumn = Math.min(window.firstColumn, first);
    window.endColumn = Math.max(window.endColumn, end);
    window.firstRow = Math.min(window.firstRow, row);
    window.endRow = Math.max(window.endRow, row + 1);
  }
  return window;
}

type Bitmap = ReturnType<typeof bitmap>;

/** A set of places in a window. */
function bitmap(window: Window) {
  const { firstColumn, endColumn, firstRow, endRow } = window;
  const width = endColumn - firstColumn;
  const bits = new Uint8Array(width * (endRow - firstRow));
  return {
    window,
    has: (row: number, column: number) =>
      row >= firstRow &&
      row < endRow &&
      column >= firstColumn &&
      column < endColumn &&
      bits[(row - firstRow) * width + column - firstColumn] === 1,
    add: (row: number, column: number) => {
      bits[(row - firstRow) * width + column - firstColumn] = 1;
    },
    *places(): Generator<[row: number, column: number]> {
      for (let i = bits.indexOf(1); i >= 0; i = bits.indexOf(1, i + 1))
        yield [firstRow + Math.floor(i / width), firstColumn + (i % width)];
    },
    runs(): TileRun[] {
      const runs: TileRun[] = [];
      for (let row = firstRow; row < endRow; row++) {
        const line = bits.subarray((row - firstRow) * width, (row - firstRow + 1) * width);
        for (let from = line.indexOf(1); from >= 0; ) {
          const gap = line.indexOf(0, from);
          const to = gap < 0 ? width : gap;
          runs.push([row, firstColumn + from, firstColumn + to]);
          from = line.indexOf(1, to);
        }
      }
      return runs;
    },
  };
}
