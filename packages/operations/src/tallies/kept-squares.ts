import type { Store } from '@cellshed/cache';
import {
  packedBytes,
  packedHeadBytes,
  packSquares,
  type Squares,
  squaresOfNothing,
  unpackSquares,
} from '@cellshed/raster';
import type { RecentlyUsed } from '@cellshed/recent';

/** The row and the column of a block of a tally. */
export interface Block {
  readonly row: number;
  readonly column: number;
}

/**
 * The squares of a tally's blocks, which `build` leaves: the squares of each block are a value of
 * their own in the store.
 */
export interface KeptSquares {
  /**
   * The squares of some blocks, from the nearest copy; undefined: they are missing, or damaged.
   * Throws what the store throws.
   */
  get(blocks: readonly Block[]): Promise<(Squares | undefined)[]>;
  /** Whether a block has sound squares in the durable store, or is known to have none. */
  has(block: Block): Promise<boolean>;
  /** Whether a block has other squares in the durable store than these. */
  hasOthers(block: Block, squares: Squares | undefined): Promise<boolean>;
  /** The bytes that the squares of blocks take in the durable store. */
  bytes(blocks: readonly Block[]): Promise<number>;
  /** Keeps the squares of blocks; undefined: the block can have none. */
  leave(blocks: readonly LeftBlock[]): Promise<void>;
}

type LeftBlock = readonly [Block, Squares | undefined];

export interface SquaresOptions {
  readonly store: Pick<Store, 'getMany' | 'set'>;
  readonly durable: Pick<Store, 'get' | 'head'>;
  /** The beginning of their keys. */
  readonly prefix: string;
  readonly recent: RecentSquares;
}

/** The squares that were used lately, by their keys, and which were missing. */
export type RecentSquares = RecentlyUsed<RecentBlock>;

export interface RecentBlock {
  /** Undefined: they were missing. */
  readonly squares: Squares | undefined;
  /** The time at which missing ones are looked for again, as `performance.now` has it. */
  readonly lookAgainAt: number;
}

/** The bytes of memory that the squares of a block take, about. */
export function bytesOfRecent({ squares }: RecentBlock): number {
  return squares ? squares.words.byteLength + squares.starts.byteLength + 100 * squares.values.length : 100;
}

/** The time for which missing squares are taken for missing: others may build them meanwhile. */
const lookAgainMilliseconds = 30_000;

/** The blocks whose squares are written at the same time. */
const writtenTogether = 8;

export function openSquares({ store, durable, prefix, recent }: SquaresOptions): KeptSquares {
  const keyOf = ({ row, column }: Block) => `${prefix}${squaresTier}.${row}.${column}`;
  const known = (key: string, now: number) => {
    const one = recent.get(key);
    return one && (one.squares || now < one.lookAgainAt) ? one : undefined;
  };
  const leaveOne = async ([block, squares = squaresOfNothing]: LeftBlock) => {
    recent.delete(keyOf(block));
    await store.set(keyOf(block), packSquares(squares));
  };
  return {
    get: async (blocks) => {
      const now = performance.now();
      const keys = blocks.map(keyOf);
      const found = new Map(keys.map((key) => [key, known(key, now)]));
      const asked = keys.filter((key) => !found.get(key));
      const read = asked.length > 0 ? await store.getMany(asked) : [];
      for (const [i, key] of asked.entries()) {
        const one = { squares: read[i] && unpackSquares(read[i]), lookAgainAt: now + lookAgainMilliseconds };
        found.set(key, one);
        recent.set(key, one);
      }
      return keys.map((key) => {
        const squares = found.get(key)?.squares;
        return squares && squares.width > 0 ? squares : undefined;
      });
    },
    has: async (block) => {
      const kept = await durable.get(keyOf(block));
      return kept !== undefined && unpackSquares(kept) !== undefined;
    },
    hasOthers: async (block, squares = squaresOfNothing) => {
      const kept = await durable.get(keyOf(block));
      return kept !== undefined && Buffer.compare(kept, packSquares(squares)) !== 0;
    },
    bytes: async (blocks) => {
      let bytes = 0;
      for (const block of blocks) bytes += packedBytes(await durable.head(keyOf(block), packedHeadBytes));
      return bytes;
    },
    leave: async (blocks) => {
      for (let from = 0; from < blocks.length; from += writtenTogether)
        await Promise.all(blocks.slice(from, from + writtenTogether).map(leaveOne));
    },
  };
}

/** Stands in keys where those of chunks have their tier. */
export const squaresTier = 's';
