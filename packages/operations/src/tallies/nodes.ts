import type { TallyChunk } from '@cellshed/contracts';
import type { Window } from '@cellshed/raster';

/**
 * A group of 2^level × 2^level blocks of a stack, the one in this row and column; level 0 is one
 * block. Blocks are numbered from the upper left one that has cells.
 */
export interface Node {
  readonly level: number;
  readonly row: number;
  readonly column: number;
}

/** Levels that are kept together in a chunk: 16 × 16 nodes of one, and those that they make up. */
export const levelsOfChunk = 4;

/** Nodes of a chunk's lowest level, along an edge. */
const chunkSide = 2 ** levelsOfChunk;

/** The chunk in which a node is kept, and its number there. */
export function placeOf({ level, row, column }: Node): TallyChunk & { readonly index: number } {
  const tier = Math.floor(level / levelsOfChunk);
  const above = level - tier * levelsOfChunk;
  const side = chunkSide >> above;
  const shift = levelsOfChunk - above;
  let first = 0;
  for (let lower = 0; lower < above; lower++) first += (chunkSide >> lower) ** 2;
  const index = first + (row & (side - 1)) * side + (column & (side - 1));
  return { tier, row: row >> shift, column: column >> shift, index };
}

/**
 * The nodes of a level that have cells, as a window of them, where the blocks that do are these.
 */
export function nodesOf(blocks: Window, level: number): Window {
  return {
    firstColumn: blocks.firstColumn >> level,
    endColumn: ((blocks.endColumn - 1) >> level) + 1,
    firstRow: blocks.firstRow >> level,
    endRow: ((blocks.endRow - 1) >> level) + 1,
  };
}

/** The one node that has all blocks. */
export function topLevel(blocks: Window): number {
  let level = 0;
  while (sizeOf(nodesOf(blocks, level)) > 1) level += 1;
  return level;
}

function sizeOf({ firstColumn, endColumn, firstRow, endRow }: Window): number {
  return (endColumn - firstColumn) * (endRow - firstRow);
}

export function parentOf({ level, row, column }: Node): Node {
  return { level: level + 1, row: row >> 1, column: column >> 1 };
}

/** The up to four nodes of which it consists, where the blocks that have cells are these. */
export function childrenOf({ level, row, column }: Node, blocks: Window): Node[] {
  const children = [0, 1, 2, 3].map((i) => ({
    level: level - 1,
    row: 2 * row + (i >> 1),
    column: 2 * column + (i & 1),
  }));
  const there = nodesOf(blocks, level - 1);
  return children.filter((child) => isIn(child, there));
}

function isIn({ row, column }: Pick<Node, 'row' | 'column'>, window: Window): boolean {
  const { firstColumn, endColumn, firstRow, endRow } = window;
  return row >= firstRow && row < endRow && column >= firstColumn && column < endColumn;
}

/** The nodes of a chunk that have cells: of its lowest level first. */
export function* nodesIn({ tier, row, column }: TallyChunk, blocks: Window): Generator<Node> {
  for (let above = 0; above < levelsOfChunk; above++) {
    const level = tier * levelsOfChunk + above;
    const side = chunkSide >> above;
    const there = nodesOf(blocks, level);
    for (let r = Math.max(row * side, there.firstRow); r < Math.min((row + 1) * side, there.endRow); r++)
      for (let c = Math.max(column * side, there.firstColumn); c < Math.min((column + 1) * side, there.endColumn); c++)
        yield { level, row: r, column: c };
  }
}

/** All chunks of a tier, none if the tier below has but one node. */
export function chunksOf(blocks: Window, tier: number): TallyChunk[] {
  const lowest = tier * levelsOfChunk;
  if (lowest > topLevel(blocks)) return [];
  const { firstColumn, endColumn, firstRow, endRow } = nodesOf(blocks, lowest + levelsOfChunk);
  const chunks: TallyChunk[] = [];
  for (let row = firstRow; row < endRow; row++)
    for (let column = firstColumn; column < endColumn; column++) chunks.push({ tier, row, column });
  return chunks;
}
