import type { Budget } from '@cellshed/budget';
import {
  type Accumulator,
  type CellNumbering,
  cellNumbering,
  cellsOfBlocks,
  makeSquares,
  type RasterStack,
  type Rectangle,
  type Squares,
  type TileRun,
  visitAreas,
  windowSpans,
} from '@cellshed/raster';
import type { PartialResult } from '../methods.ts';
import { blockParts } from './block-parts.ts';
import type { Node } from './nodes.ts';
import { cellsOf } from './take-squares.ts';
import type { Tally } from './tally.ts';

export interface CountWork {
  /** The rasters of the tally's stack that its operation looks at, by index, in their order. */
  readonly rasters: readonly number[];
  readonly begin: () => Accumulator<PartialResult>;
  readonly signal?: AbortSignal | undefined;
  readonly budget?: Budget | undefined;
}

/** A block that was counted. */
export interface CountedBlock {
  readonly node: Node;
  readonly part: PartialResult;
  /** Absent: the tally keeps none, or the block can have none. */
  readonly squares: Squares | undefined;
}

/** Counts blocks of a tally, and makes their squares if it keeps them. */
export async function countBlocks(
  tally: Tally,
  nodes: readonly Node[],
  { rasters, begin, signal, budget }: CountWork,
): Promise<CountedBlock[]> {
  if (nodes.length === 0) return [];
  const { stack, origin } = tally;
  const runs = nodes.map(({ row, column }): TileRun => {
    const first = origin.column + column;
    return [origin.row + row, first, first + 1];
  });
  const spans = windowSpans(cellsOfBlocks(stack, windowOf(runs)));
  const parts = blockParts(stack.block, begin);
  const own = rasters.map((raster) => (stack.rasters[raster] as RasterStack['rasters'][number]).raster);
  const counted: CountedBlock[] = [];
  let numbering: CellNumbering | undefined;
  const visit = (rectangle: Rectangle) => {
    parts.add(rectangle);
    if (!tally.squares) return;
    numbering ??= cellNumbering(own, cellsOf(tally, nodes[counted.length] as Node));
    numbering.add(rectangle);
  };
  const onTile = () => {
    const cells = numbering?.done();
    const part = parts.end()?.part ?? begin().partial();
    counted.push({ node: nodes[counted.length] as Node, part, squares: cells && makeSquares(cells) });
    numbering = undefined;
  };
  await visitAreas({ stack, tiles: runs, signal, budget, onTile }, [{ spans, rasters, visit }]);
  if (counted.length !== nodes.length)
    throw new Error(`${counted.length} blocks were counted, expected ${nodes.length}`);
  return counted;
}

function windowOf(runs: readonly TileRun[]) {
  const rows = runs.map(([row]) => row);
  const columns = runs.map(([, first]) => first);
  return {
    firstRow: Math.min(...rows),
    endRow: Math.max(...rows) + 1,
    firstColumn: Math.min(...columns),
    endColumn: Math.max(...columns) + 1,
  };
}
