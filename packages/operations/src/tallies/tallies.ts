import { fingerprint, openStore, type Store, StoreError, type StoreWatch, storeUrls } from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import { type Choice, contractOf, type Definition, type Request, rastersOf, withoutChoices } from '@cellshed/contracts';
import type { RasterStack } from '@cellshed/raster';
import { recentlyUsed } from '@cellshed/recent';
import type { OpenByName } from '../known-operations.ts';
import { methodOf } from '../methods.ts';
import { operationText } from '../request.ts';
import { computed } from '../sources-mark.ts';
import { stackOf } from '../stacks.ts';
import { bytesOfRecent, openSquares, type RecentBlock, squaresTier } from './kept-squares.ts';
import { openTally, type RecentPart, type Tally } from './tally.ts';

export interface TalliesOptions {
  /**
   * As `openStore` takes it: such as `file:tallies`, or, to share them,
   * `file:tallies,s3://bucket/tallies`.
   */
  readonly url: string;
  /** The folder from which a relative `file:` is found. */
  readonly base: string;
  /**
   * Told what the store could not do, unless a watch says so: tallies are then not used, or not
   * left, and cells are counted.
   */
  readonly onError: (error: Error) => void;
  /** Watches the stores. */
  readonly watch?: StoreWatch | undefined;
  /** The limit for squares and results of tiles that are kept in memory; default 40 MiB. */
  readonly keptBytes?: number | undefined;
}

export type TalliedOperation = Pick<Request, 'operation' | 'definition'>;

/** The tallies of a catalog's operations. */
export interface Tallies {
  readonly store: Store;
  readonly onError: (error: Error) => void;
  /**
   * Whether there can be one: the operation adds up, its parts are small, and the catalog does not
   * say `tally: false`.
   */
  isFor(asked: TalliedOperation, definition: Definition, open: OpenByName): boolean;
  /**
   * The tally of what an operation computes, of the rasters as they are now, all of which are open.
   */
  of(asked: TalliedOperation, definition: Definition, open: OpenByName): KnownTally;
  close(): Promise<void>;
}

export interface KnownTally extends Tally {
  /** Hash of all that its numbers depend on; part of the keys of what it keeps. */
  readonly fingerprint: string;
}

/**
 * With which the keys of all tallies begin:
 * `tally:<operation>:<fingerprint>:<tier>.<row>.<column>`, that of squares with `s` for the tier.
 */
export const tallyPrefix = 'tally:';

/** Changes when what is kept is written in another way, or blocks are cut otherwise. */
const tallyVersion = 1;

/** Chunks are read again and again while people look at one region. */
const memoryBytes = 16 * 2 ** 20;

/** The bytes of memory for each byte that a part takes in its chunk, about. */
const unpacked = 20;

export async function openTallies(
  catalog: Pick<Catalog, 'operations' | 'rasters'>,
  { url, base, onError: tell, watch, keptBytes = 40 * 2 ** 20 }: TalliesOptions,
): Promise<Tallies> {
  const opening = { base, ...(watch ? { watch } : { onError: tell }) };
  // First, as it is in front of nothing: what is wrong with it is told as it was given.
  const durable = await openStore(storeUrls(url).at(-1) as string, opening);
  const layers = url.startsWith('memory:') ? url : `memory:${memoryBytes},${url}`;
  const recentSquares = recentlyUsed<RecentBlock>({ limit: 0.8 * keptBytes, sizeOf: bytesOfRecent });
  const recentParts = recentlyUsed<RecentPart>({
    limit: 0.2 * keptBytes,
    sizeOf: ({ stored }) => stored.length * unpacked,
  });
  const store = layers === url && !url.includes(',') ? durable : await openStore(layers, opening);
  return {
    store,
    onError: (error) => {
      if (!watch || !(error instanceof StoreError)) tell(error);
    },
    isFor: ({ operation }, definition, open) =>
      catalog.operations.get(operation)?.tally !== false &&
      hasSmallParts(definition, open) &&
      !choosesOwnParts(definition),
    of: (asked, definition, open) => {
      const { stack } = stackOf([...new Set(rastersOf(definition))], open);
      const what = computed(withoutChoices(definition), open, catalog);
      const print = fingerprint({ tally: tallyVersion, ...what, blocks: blocksIn(stack) });
      const prefix = `${tallyPrefix}${encodeURIComponent(nameOf(asked, catalog))}:${print}:`;
      const isWanted = catalog.operations.get(asked.operation)?.tally !== 'tiles';
      const squares =
        isWanted && hasSquares(definition, stack)
          ? openSquares({ store, durable, prefix, recent: recentSquares })
          : undefined;
      const tally = openTally({ store, durable, prefix, definition, stack, squares, recent: recentParts });
      return { ...tally, fingerprint: print };
    },
    close: async () => void (await Promise.all([store, durable].map((one) => one.close()))),
  };
}

/**
 * The rasters are in it only where they are not the catalog's: whoever chooses quantiles has a
 * definition, too.
 */
function nameOf({ operation, definition }: TalliedOperation, { operations }: Pick<Catalog, 'operations'>): string {
  const own = operations.get(operation);
  const isOwn = own && definition && rastersOf(own).join() === rastersOf(definition).join();
  return operationText(isOwn || !definition ? { operation } : { operation, definition });
}

/** The parts of the key of a chunk, or of the squares of a block. */
export interface TallyKey {
  readonly operation: string;
  readonly fingerprint: string;
  readonly isOfSquares: boolean;
}

export function readTallyKey(key: string): TallyKey | undefined {
  const [, operation, print, tier] = /^tally:([^:]+):([^:]+):(\d+|s)\.-?\d+\.-?\d+$/.exec(key) ?? [];
  if (operation === undefined || print === undefined) return undefined;
  return { operation: decodeURIComponent(operation), fingerprint: print, isOfSquares: tier === squaresTier };
}

/**
 * The cells that make up each block: a raster that the catalog calls the same version may be stored
 * in other tiles, or cover another place.
 */
function blocksIn({ grid, rasters, block }: RasterStack) {
  const { originX, originY, cellWidth, cellHeight } = grid;
  return {
    cells: [originX, originY, cellWidth, cellHeight],
    block: [block.width, block.height],
    layers: rasters.map(({ column, row, raster }) => [column, row, raster.grid.width, raster.grid.height]),
  };
}

/** The cells of the largest blocks that have squares: numbering them takes twice as many bytes. */
const mostCellsOfBlock = 2 ** 24;

function hasSquares({ type }: Definition, { block }: RasterStack): boolean {
  return Boolean(methodOf(type).isFromSquares) && block.width * block.height <= mostCellsOfBlock;
}

/** Whether a choice makes the parts of blocks others than those that tallies have. */
function choosesOwnParts(definition: Definition): boolean {
  const { choices }: { readonly choices: Readonly<Record<string, Choice>> } = contractOf(definition.type);
  const chosen = definition as Readonly<Record<string, unknown>>;
  return Object.entries(choices).some(([name, { hasOwnParts }]) => hasOwnParts && Boolean(chosen[name]));
}

/** Whether the parts of blocks are small, as the contract of the type says. */
function hasSmallParts(definition: Definition, open: OpenByName): boolean {
  const { tallies } = contractOf(definition.type);
  const hasFloats = () => definition.rasters.some((name) => open.get(name)?.sampleType.startsWith('float'));
  return tallies === 'always' || (tallies === 'wholeNumbers' && !hasFloats());
}
