import type { TallyChunk } from '@cellshed/contracts';
import { methodOf, type PartialResult } from '../methods.ts';
import { encodePart } from './chunk.ts';
import { type CountWork, countBlocks } from './count-blocks.ts';
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

export interface Work extends CountWork {
  /** The cells of blocks that are counted before they are left. */
  readonly cellsTogether?: number;
}

/** About 12 MB of squares. */
const defaultCellsTogether = 2 ** 25;

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
    if ((await reader.get(node)) && (await hasSquares(tally, node))) continue;
    if (node.level === level) missing.push(node);
    else if (await canBeAddedUp(node, tally, reader)) {
      // A node that is left anew is added up anew with its neighbours.
      const first = { level, row: node.row << (node.level - level), column: node.column << (node.level - level) };
      const part = await reader.get(first);
      if (part) found.push([first, part]);
    }
  }
  const counted = place.tier === 0 ? missing.length : 0;
  if (place.tier === 0) {
    for (const some of together(missing, tally, work)) {
      const blocks = await countBlocks(tally, some, work);
      await tally.squares?.leave(blocks.map(({ node, squares }) => [node, squares]));
      found.push(...blocks.map(({ node, part }) => [node, part] as const));
    }
  }
  if (place.tier > 0) {
    for (const node of missing) {
      const part = await addedUp(node, tally, reader);
      if (part) found.push([node, part]);
    }
  }
  if (found.length > 0) await tally.leave(found);
  return { ...(await inspectChunk(tally, place)), counted, bytes: await bytesOf(tally, place) };
}

/** Whether nothing is to be done for the squares of a node: higher ones have none. */
async function hasSquares({ squares }: Tally, node: Node): Promise<boolean> {
  return !squares || node.level > 0 || squares.has(node);
}

/** Blocks, few enough at a time. */
function* together(
  blocks: readonly Node[],
  { stack: { block } }: Tally,
  { cellsTogether = defaultCellsTogether }: Work,
): Generator<readonly Node[]> {
  const most = Math.max(1, Math.floor(cellsTogether / (block.width * block.height)));
  for (let from = 0; from < blocks.length; from += most) yield blocks.slice(from, from + most);
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
export async function inspectChunk(tally: Tally, place: TallyChunk): Promise<Pick<ChunkReport, 'nodes' | 'there'>> {
  const reader = tally.reader('durable');
  let [nodes, there] = [0, 0];
  for (const node of nodesIn(place, tally.blocks)) {
    nodes += 1;
    if (await reader.has(node)) there += 1;
  }
  return { nodes, there };
}

/** The bytes of a chunk, and of the squares of its blocks. */
async function bytesOf(tally: Tally, place: TallyChunk): Promise<number> {
  const blocks = Array.from(nodesIn(place, tally.blocks)).filter(({ level }) => level === 0);
  return (await tally.reader('durable').bytes(place)) + ((await tally.squares?.bytes(blocks)) ?? 0);
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
  const kept: Node[] = [];
  for (const node of nodesIn(place, tally.blocks)) if (await reader.has(node)) kept.push(node);
  const blocks = kept.filter(({ level }) => level === 0);
  const counted = new Map<string, PartialResult>();
  const wrongSquares = new Set<string>();
  for (const some of together(blocks, tally, work)) {
    for (const { node, part, squares } of await countBlocks(tally, some, work)) {
      counted.set(textOf(node), part);
      if (await tally.squares?.hasOthers(node, squares)) wrongSquares.add(textOf(node));
    }
  }
  const meaning = (part: PartialResult) =>
    JSON.stringify(method.describe(method.merge([part]), tally.definition, 'centre'));
  const wrong: Node[] = [];
  for (const node of kept) {
    const part = await reader.get(node);
    // Some of those that it is made of may have been lost, or are damaged and wrong themselves.
    const made = async () => (await addedUp(node, tally, reader)) ?? part;
    const expected = node.level === 0 ? counted.get(textOf(node)) : await made();
    const isRight = part && expected && meaning(part) === meaning(expected) && !wrongSquares.has(textOf(node));
    if (!isRight) wrong.push(node);
  }
  const there = await inspectChunk(tally, place);
  return { ...there, counted: counted.size, bytes: await bytesOf(tally, place), wrong };
}

function textOf({ level, row, column }: Node): string {
  return `${level} ${row} ${column}`;
}

function lowest(nodes: readonly Node[]): number {
  return Math.min(...nodes.map(({ level }) => level));
}
