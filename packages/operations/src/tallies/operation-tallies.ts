import type { Budget } from '@cellshed/budget';
import type { Catalog } from '@cellshed/catalog';
import { rastersOf, type TallyChunk } from '@cellshed/contracts';
import { packedBytes, packedHeadBytes, type Raster } from '@cellshed/raster';
import { definitionFor, type OpenByName } from '../known-operations.ts';
import { methodOf } from '../methods.ts';
import { stackOf } from '../stacks.ts';
import { buildChunk, type ChunkReport, inspectChunk, verifyChunk } from './build.ts';
import { chunksOf } from './nodes.ts';
import { type KnownTally, readTallyKey, type TalliedOperation, type Tallies, tallyPrefix } from './tallies.ts';

/** The chunks of an operation's tally that can be built. */
export interface TallyPlan {
  /** The fingerprint of the rasters as they are now. */
  readonly fingerprint: string;
  /** The cells of the window around the operation's rasters. */
  readonly cells: number;
  /** The number of blocks that can have squares. */
  readonly squares: number;
  /** The chunks of each tier, which needs the one below. */
  readonly tiers: readonly (readonly TallyChunk[])[];
}

/** The tally of an operation that is kept for one version of its rasters. */
export interface KeptTally {
  readonly operation: string;
  readonly fingerprint: string;
  readonly chunks: number;
  /** The blocks of which squares are kept. */
  readonly squares: number;
  /** The bytes of chunks and squares. */
  readonly bytes: number;
}

/** Builds, verifies, lists and drops the tallies of a catalog's operations. */
export interface OperationTallies {
  /** Undefined: there are none for it, by the catalog or its nature. */
  plan(asked: TalliedOperation): Promise<TallyPlan | undefined>;
  /** Throws when the rasters are not those of the fingerprint. */
  build(asked: TalliedOperation, chunk: PlannedChunk): Promise<ChunkReport>;
  /** As `build`; `wrong` are the nodes that are not what counting or adding up gives. */
  verify(asked: TalliedOperation, chunk: PlannedChunk): Promise<ChunkReport & { readonly wrong: number }>;
  /** Without counting. */
  inspect(asked: TalliedOperation, chunk: PlannedChunk): ReturnType<typeof inspectChunk>;
  list(): Promise<KeptTally[]>;
  /** Answers how many chunks and squares went. */
  drop(matches: (kept: Pick<KeptTally, 'operation' | 'fingerprint'>) => boolean): Promise<number>;
}

export interface PlannedChunk {
  readonly fingerprint: string;
  readonly place: TallyChunk;
  readonly signal?: AbortSignal;
  /** Cells that are counted are spent from it. */
  readonly budget?: Budget;
}

type WithRasters = <Result>(asked: TalliedOperation, work: (open: OpenByName) => Promise<Result>) => Promise<Result>;

export function operationTallies(
  tallies: Tallies,
  catalog: Pick<Catalog, 'operations'>,
  withRasters: WithRasters,
): OperationTallies {
  const withTally = <Result>(
    asked: TalliedOperation,
    { fingerprint, signal, budget }: PlannedChunk,
    work: (tally: KnownTally, how: Parameters<typeof buildChunk>[2]) => Promise<Result>,
  ) =>
    withRasters(asked, async (open) => {
      const definition = definitionFor(asked, catalog);
      const tally = tallies.of(asked, definition, open);
      if (tally.fingerprint !== fingerprint) throw new Error(replaced(asked));
      const rasters = rastersOf(definition);
      const { rastersIn, latticeOf } = stackOf([...new Set(rasters)], open);
      const begin = () =>
        methodOf(definition.type).accumulator(
          rasters.map((name) => open.get(name) as Raster),
          definition,
          latticeOf(definition),
        );
      // Before anything is left: a local file that is written over while it is read has other bytes
      // under the same handle.
      const unchanged = async () => {
        for (const raster of open.values())
          if ((await raster.currentVersion()) !== raster.version) throw new Error(replaced(asked));
      };
      const { squares } = tally;
      const careful: KnownTally = {
        ...tally,
        leave: async (nodes) => {
          await unchanged();
          return tally.leave(nodes);
        },
        squares: squares && {
          ...squares,
          leave: async (blocks) => {
            await unchanged();
            return squares.leave(blocks);
          },
        },
      };
      const done = await work(careful, { rasters: rastersIn(definition), begin, signal, budget });
      // Nor is anything called wrong then.
      await unchanged();
      return done;
    });
  return {
    plan: (asked) =>
      withRasters(asked, async (open) => {
        const definition = definitionFor(asked, catalog);
        if (!tallies.isFor(asked, definition, open)) return undefined;
        const { fingerprint, blocks, stack, squares } = tallies.of(asked, definition, open);
        const { firstColumn, endColumn, firstRow, endRow } = stack.bounds;
        const tiers: TallyChunk[][] = [];
        for (let chunks = chunksOf(blocks, 0); chunks.length > 0; chunks = chunksOf(blocks, tiers.length))
          tiers.push(chunks);
        const cells = (endColumn - firstColumn) * (endRow - firstRow);
        return { fingerprint, cells, squares: squares ? blocks.endColumn * blocks.endRow : 0, tiers };
      }),
    build: (asked, chunk) => withTally(asked, chunk, (tally, how) => buildChunk(tally, chunk.place, how)),
    verify: (asked, chunk) =>
      withTally(asked, chunk, async (tally, how) => {
        const { wrong, ...report } = await verifyChunk(tally, chunk.place, how);
        return { ...report, wrong: wrong.length };
      }),
    inspect: (asked, chunk) => withTally(asked, chunk, (tally) => inspectChunk(tally, chunk.place)),
    list: async () => {
      const kept = new Map<string, { -readonly [Name in keyof KeptTally]: KeptTally[Name] }>();
      for await (const key of tallies.store.keys(tallyPrefix)) {
        const named = readTallyKey(key);
        if (!named) continue;
        const { operation, fingerprint } = named;
        const name = `${operation} ${fingerprint}`;
        const known = kept.get(name) ?? { operation, fingerprint, chunks: 0, squares: 0, bytes: 0 };
        kept.set(name, known);
        if (named.isOfSquares) {
          known.squares += 1;
          known.bytes += packedBytes(await tallies.store.head(key, packedHeadBytes));
        } else {
          known.chunks += 1;
          known.bytes += (await tallies.store.get(key))?.length ?? 0;
        }
      }
      return [...kept.values()];
    },
    drop: async (matches) => {
      let dropped = 0;
      for await (const key of tallies.store.keys(tallyPrefix)) {
        const named = readTallyKey(key);
        if (named && matches(named) && (await tallies.store.delete(key))) dropped += 1;
      }
      return dropped;
    },
  };
}

function replaced({ operation }: TalliedOperation): string {
  return `a raster of operation ${operation} was replaced since its tally was planned: build it again`;
}
