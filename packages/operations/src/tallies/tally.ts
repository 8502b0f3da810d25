import type { Store } from '@cellshed/cache';
import type { Definition, TallyChunk } from '@cellshed/contracts';
import { blocksOf, type RasterStack, type Window } from '@cellshed/raster';
import type { RecentlyUsed } from '@cellshed/recent';
import { methodOf, type PartialResult } from '../methods.ts';
import { type Chunk, decodeChunk, decodePart, encodeChunk, encodePart } from './chunk.ts';
import type { KeptSquares } from './kept-squares.ts';
import { childrenOf, levelsOfChunk, type Node, nodesOf, parentOf, placeOf } from './nodes.ts';

/**
 * The results of an operation for whole blocks of its rasters, in one version of them, and for
 * groups of 2 × 2, 4 × 4, … blocks: an area that has all cells of such a group need not have them
 * counted. It may be there in part only, and what is damaged is not there.
 */
export interface Tally {
  readonly definition: Definition;
  /** The operation's own rasters: the blocks are those of their stack. */
  readonly stack: RasterStack;
  /** Those that have cells, from row and column 0 on. */
  readonly blocks: Window;
  /** The number in the stack of the one in row and column 0. */
  readonly origin: { readonly row: number; readonly column: number };
  /**
   * Reads some nodes, each chunk once: from the nearest copy, which may be an old one, or what is
   * durable. What the store throws is thrown.
   */
  reader(from?: 'store' | 'durable'): TallyReader;
  /** The squares of its blocks; absent: the type of the operation has none. */
  readonly squares?: KeptSquares | undefined;
  /**
   * Keeps nodes of a tier's lowest level, and all above them whose others are there, too. Answers
   * how many of these were too long.
   */
  leave(nodes: readonly (readonly [Node, PartialResult])[]): Promise<number>;
}

export interface TallyReader {
  has(node: Node): Promise<boolean>;
  get(node: Node): Promise<PartialResult | undefined>;
  /** The bytes that a chunk takes in the store. */
  bytes(chunk: TallyChunk): Promise<number>;
}

export interface TallyOptions {
  readonly store: Pick<Store, 'get' | 'set'>;
  /**
   * Its layer that all share: what is left is added to the chunk that is there, not to a copy of
   * what was there long ago.
   */
  readonly durable: Pick<Store, 'get'>;
  /** The beginning of the keys of its chunks. */
  readonly prefix: string;
  readonly definition: Definition;
  readonly stack: RasterStack;
  readonly squares?: KeptSquares | undefined;
  /** The parts that were decoded lately. */
  readonly recent?: RecentlyUsed<RecentPart> | undefined;
}

/** The part of a node, and the bytes in its chunk from which it was decoded. */
export interface RecentPart {
  readonly part: PartialResult;
  readonly stored: Uint8Array;
}

export function openTally({ store, durable, prefix, definition, stack, squares, recent }: TallyOptions): Tally {
  const { firstRow, endRow, firstColumn, endColumn } = blocksOf(stack);
  const blocks = { firstRow: 0, endRow: endRow - firstRow, firstColumn: 0, endColumn: endColumn - firstColumn };
  const origin = { row: firstRow, column: firstColumn };
  const method = methodOf(definition.type);
  const keyOf = ({ tier, row, column }: TallyChunk) => `${prefix}${tier}.${row}.${column}`;
  const readFrom = async (from: Pick<Store, 'get'>, place: TallyChunk): Promise<StoredChunk> => {
    const bytes = await from.get(keyOf(place));
    return { chunk: (bytes && decodeChunk(bytes)) ?? new Map(), bytes: bytes?.length ?? 0 };
  };

  const reader: Tally['reader'] = (from = 'store') => {
    const chunks = new Map<string, Promise<StoredChunk>>();
    const chunkAt = (place: TallyChunk) => {
      const key = keyOf(place);
      const reading = chunks.get(key) ?? readFrom({ store, durable }[from], place);
      chunks.set(key, reading);
      return reading;
    };
    return {
      has: async (node) => {
        const place = placeOf(node);
        return (await chunkAt(place)).chunk.has(place.index);
      },
      get: async (node) => {
        const place = placeOf(node);
        const stored = (await chunkAt(place)).chunk.get(place.index);
        if (!stored) return undefined;
        const name = `${keyOf(place)} ${place.index}`;
        const known = recent?.get(name);
        if (known && Buffer.compare(known.stored, stored) === 0) return known.part;
        const part = decodePart(stored);
        if (part) recent?.set(name, { part, stored: new Uint8Array(stored) });
        return part;
      },
      bytes: async (place) => (await chunkAt(place)).bytes,
    };
  };

  /** Adds to a chunk; answers the part of the node above it once that is complete. */
  const leaveIn = async (place: TallyChunk, nodes: readonly (readonly [Node, PartialResult])[]) => {
    const { chunk } = await readFrom(durable, place);
    const parts = new Map<number, PartialResult>();
    let tooLong = 0;
    const put = (node: Node, part: PartialResult) => {
      const stored = encodePart(part);
      if (!stored) return false;
      const { index } = placeOf(node);
      chunk.set(index, stored);
      parts.set(index, part);
      return true;
    };
    const partOf = (node: Node): PartialResult | undefined => {
      const { index } = placeOf(node);
      const stored = chunk.get(index);
      return parts.get(index) ?? (stored && decodePart(stored));
    };
    const merged = (node: Node): PartialResult | undefined => {
      const children = childrenOf(node, blocks);
      if (!children.every((child) => chunk.has(placeOf(child).index))) return undefined;
      const found = children.map(partOf);
      return found.every((part) => part !== undefined) ? method.merge(found) : undefined;
    };
    let added: Node[] = [];
    for (const [node, part] of nodes) {
      if (put(node, part)) added.push(node);
      else tooLong += 1;
    }
    for (let above = 1; above < levelsOfChunk; above++) {
      added = distinct(added.map(parentOf)).filter((node) => {
        const part = merged(node);
        return part !== undefined && put(node, part);
      });
    }
    await store.set(keyOf(place), encodeChunk(chunk));
    const [top] = distinct(added.map(parentOf));
    const part = top && merged(top);
    return { tooLong, above: part && ([top, part] as const) };
  };

  const leave: Tally['leave'] = async (nodes) => {
    const places = new Map(nodes.map(([node]) => [keyOf(placeOf(node)), placeOf(node)]));
    const above: (readonly [Node, PartialResult])[] = [];
    let tooLong = 0;
    for (const [key, place] of places) {
      const left = await leaveIn(
        place,
        nodes.filter(([node]) => keyOf(placeOf(node)) === key),
      );
      tooLong += left.tooLong;
      if (left.above && hasOthers(left.above[0], blocks)) above.push(left.above);
    }
    if (above.length > 0) await leave(above);
    return tooLong;
  };
  return { definition, stack, blocks, origin, reader, squares, leave };
}

interface StoredChunk {
  readonly chunk: Chunk;
  readonly bytes: number;
}

/** Whether a node is more than its only child, which has all blocks. */
function hasOthers({ level }: Node, blocks: Window): boolean {
  const { firstColumn, endColumn, firstRow, endRow } = nodesOf(blocks, level - 1);
  return (endColumn - firstColumn) * (endRow - firstRow) > 1;
}

function distinct(nodes: readonly Node[]): Node[] {
  return [...new Map(nodes.map((node) => [`${node.row} ${node.column}`, node])).values()];
}
