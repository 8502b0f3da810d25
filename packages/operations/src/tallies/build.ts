import type { Budget } from '@cellshed/budget';
import type { TallyChunk } from '@cellshed/contracts';
import { cellsOfBlocks, type TileRun, tilesIn, visitAreas, windowSpans } from '@cellshed/raster';
import { methodOf, type PartialResult } from '../methods.ts';
import { blockParts } from './block-parts.ts';
import { encodePart } from './chunk.ts';
import { childrenOf, type Node, nodesIn } from './nodes.ts';
import type { Tally, TallyReader } from './tally.ts';

/** The outcome of building a chunk, or of looking through it. */
export interface ChunkReport {
  /** Nodes that it can have. */
  readonly nodes: number;
  /** Those of them that are there now. */
  readonly there: number;
  /** Blocks that had to be counted. */
  readonly counted: number;
  /** The bytes that are stored. */
  readonly bytes: number;
}

interface Work {
  /** The rasters of the tally's stack that its operation looks at, by index, in their order. */
  readonly rasters: readonly number[];
  readonly begin: () => ReturnType<ReturnType<typeof methodOf>['accumulator']>;
  readonly signal?: AbortSignal | undefined;
  readonly budget?: Budget | undefined;
}

/**
 * Counts the blocks of a chunk that are not there; of a higher tier, adds up what is there of the
 * tier below. What was lost or damaged above them is added up again.
 */
export async function buildChunk(tally: Tally, place: TallyChunk, work: Work): Promise<ChunkReport> {
  const nodes = Array.from(nodesIn(place, tally.blocks));
  const level = lowest(nodes);
  const reader = tally.reader('durable');
  const missing: Node[] = [];
  const found: (readonly [Node, PartialResult])[] = [];
  for (const node of nodes) {
    if (await reader.get(node)) continue;
    if (node.level === level) missing.push(node);
    else if (await canBeAddedUp(node, tally, reader)) {
      // A node that is left anew is added up anew with its neighbours.
      const first = { level, row: node.row << (node.level - level), column: node.column << (node.level - level) };
      const part = await reader.get(first);
      if (part) found.push([first, part]);
    }
  }
  const counted = place.tier === 0 ? await countBlocks(tally, missing, work) : [];
  found.push(...counted);
  if (place.tier > 0) {
    for (const node of missing) {
      const part = await addedUp(node, tally, reader);
      if (part) found.push([node, part]);
    }
  }
  if (found.length > 0) await tally.leave(found);
  return { ...(await inspectChunk(tally, place)), counted: counted.length };
}

/** The part of a node whose children are all there. */
async function addedUp(node: Node, tally: Tally, reader: TallyReader): Promise<PartialResult | undefined> {
  const parts = await Promise.all(childrenOf(node, tally.blocks).map((child) => reader.get(child)));
  return parts.every((part) => part !== undefined) ? methodOf(tally.definition.type).merge(parts) : undefined;
}

/** One that is too long to be kept is rightly missing. */
async function canBeAddedUp(node: Node, tally: Tally, reader: TallyReader): Promise<boolean> {
  const part = await addedUp(node, tally, reader);
  return part !== undefined && encodePart(part) !== undefined;
}

/** Says what is there of a chunk. */
export async function inspectChunk(tally: Tally, place: TallyChunk): Promise<ChunkReport> {
  const reader = tally.reader('durable');
  let [nodes, there] = [0, 0];
  for (const node of nodesIn(place, tally.blocks)) {
    nodes += 1;
    if (await reader.has(node)) there += 1;
  }
  return { nodes, there, counted: 0, bytes: await reader.bytes(place) };
}

/**
 * Counts all blocks of a chunk that are there once more and adds all others up; answers which nodes
 * are not what they should be.
 */
export async function verifyChunk(
  tally: Tally,
  place: TallyChunk,
  work: Work,
): Promise<ChunkReport & { readonly wrong: Node[] }> {
  const method = methodOf(tally.definition.type);
  const reader = tally.reader('durable');
  const there: Node[] = [];
  for (const node of nodesIn(place, tally.blocks)) if (await reader.has(node)) there.push(node);
  const blocks = there.filter(({ level }) => level === 0);
  const counted = new Map((await countBlocks(tally, blocks, work)).map(([node, part]) => [textOf(node), part]));
  const meaning = (part: PartialResult) =>
    JSON.stringify(method.describe(method.merge([part]), tally.definition, 'centre'));
  const wrong: Node[] = [];
  for (const node of there) {
    const kept = await reader.get(node);
    // Some of those that it is made of may have been lost, or are damaged and wrong themselves.
    const made = async () => (await addedUp(node, tally, reader)) ?? kept;
    const expected = node.level === 0 ? counted.get(textOf(node)) : await made();
    if (!kept || !expected || meaning(kept) !== meaning(expected)) wrong.push(node);
  }
  return { ...(await inspectChunk(tally, place)), counted: counted.size, wrong };
}

function textOf({ level, row, column }: Node): string {
  return `${level} ${row} ${column}`;
}

function lowest(nodes: readonly Node[]): number {
  return Math.min(...nodes.map(({ level }) => level));
}

async function countBlocks(
  { stack, origin }: Tally,
  nodes: readonly Node[],
  { rasters, begin, signal, budget }: Work,
): Promise<(readonly [Node, PartialResult])[]> {
  if (nodes.length === 0) return [];
  const runs = nodes.map(({ row, column }): TileRun => {
    const first = origin.column + column;
    return [origin.row + row, first, first + 1];
  });
  const rows = runs.map(([row]) => row);
  const columns = runs.map(([, first]) => first);
  const window = cellsOfBlocks(stack, {
    firstRow: Math.min(...rows),
    endRow: Math.max(...rows) + 1,
    firstColumn: Math.min(...columns),
    endColumn: Math.max(...columns) + 1,
  });
  const spans = windowSpans(window);
  const parts = blockParts(stack.block, begin);
  const visit = (rectangle: Parameters<typeof parts.add>[1]) => parts.add(spans, rectangle);
  const ended: PartialResult[] = [];
  await visitAreas(
    { stack, tiles: runs, signal, budget, onTile: () => ended.push(parts.end()?.part ?? begin().partial()) },
    [{ spans, rasters, visit }],
  );
  if (ended.length !== tilesIn(runs)) throw new Error(`${ended.length} blocks were counted, expected ${tilesIn(runs)}`);
  return nodes.map((node, i) => [node, ended[i] as PartialResult]);
}
