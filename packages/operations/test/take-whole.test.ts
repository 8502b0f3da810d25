import { memoryStore } from '@cellshed/cache';
import type { Definition } from '@cellshed/contracts';
import type { GroupedCounts, RasterStack, TileRun, Window } from '@cellshed/raster';
import fc from 'fast-check';
import { chunksOf, type Node, nodesIn, topLevel } from '../src/tallies/nodes.ts';
import { takeWhole } from '../src/tallies/take-whole.ts';
import { openTally } from '../src/tallies/tally.ts';

const definition: Definition = { type: 'groupedCount', rasters: ['land'] };

/** A tally of a raster of so many blocks of one cell, whose reads are counted. */
function tallyOf(blocks: Window) {
  const store = memoryStore();
  let reads = 0;
  const counted = {
    get: (key: string) => {
      reads += 1;
      return store.get(key);
    },
    set: store.set,
  };
  const stack = { rasters: [], bounds: blocks, block: { width: 1, height: 1 } } as unknown as RasterStack;
  const tally = openTally({ store: counted, durable: counted, prefix: 'tally:', definition, stack });
  return { tally, store, reads: () => reads };
}

/** The result of each block: a number of cells that distinguishes sums of blocks. */
function partOf({ row, column }: Pick<Node, 'row' | 'column'>): GroupedCounts {
  const cells = 1 + ((row * 7919 + column * 104_729) & 0xffff);
  return { cells, groups: [{ values: [((row + column) & 3) + 1], cells }] };
}

function sumOf(blocks: readonly Pick<Node, 'row' | 'column'>[]): number {
  return blocks.reduce((sum, block) => sum + partOf(block).cells, 0);
}

function blocksIn(runs: readonly TileRun[]): { row: number; column: number }[] {
  return runs.flatMap(([row, first, end]) =>
    Array.from({ length: end - first }, (_, i) => ({ row, column: first + i })),
  );
}

function runsOf(blocks: readonly { row: number; column: number }[]): TileRun[] {
  return blocks.map(({ row, column }) => [row, column, column + 1]);
}

const windows = fc
  .tuple(
    fc.integer({ min: -40, max: 20 }),
    fc.integer({ min: -40, max: 20 }),
    fc.integer({ min: 1, max: 45 }),
    fc.integer({ min: 1, max: 45 }),
  )
  .map(([firstColumn, firstRow, width, height]) => ({
    firstColumn,
    firstRow,
    endColumn: firstColumn + width,
    endRow: firstRow + height,
  }));

/** From row and column 0 on. */
function numbered({ firstColumn, endColumn, firstRow, endRow }: Window): Window {
  return { firstColumn: 0, endColumn: endColumn - firstColumn, firstRow: 0, endRow: endRow - firstRow };
}

function allBlocks({ firstColumn, endColumn, firstRow, endRow }: Window) {
  return Array.from({ length: endRow - firstRow }, (_, r) =>
    Array.from({ length: endColumn - firstColumn }, (_, c) => ({ row: firstRow + r, column: firstColumn + c })),
  ).flat();
}

/** Digits that follow from a seed (the constants are those of Numerical Recipes' generator). */
function digitsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % 10;
  };
}

it('takes what is there of the whole blocks, each once, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(windows, fc.nat(), async (blocks, seed) => {
      const { tally } = tallyOf(blocks);
      const draw = digitsFrom(seed);
      const share = draw();
      const there = allBlocks(numbered(blocks)).filter(() => share === 9 || draw() <= share);
      // In several turns, as workers leave them.
      const cut = Math.floor((there.length * draw()) / 9);
      for (const some of [there.slice(0, cut), there.slice(cut)])
        if (some.length > 0) await tally.leave(some.map((block) => [{ ...block, level: 0 }, partOf(block)]));
      const holes = draw();
      const whole = allBlocks(numbered(blocks)).filter(() => draw() >= holes / 2);
      const { runs, part } = await takeWhole(tally, runsOf(whole));
      const names = new Set(there.map(({ row, column }) => `${row} ${column}`));
      const expected = whole.filter(({ row, column }) => names.has(`${row} ${column}`));
      expect(blocksIn(runs)).toEqual(expected);
      expect((part as GroupedCounts | undefined)?.cells ?? 0).toBe(sumOf(expected));
    }),
    { numRuns: 60 },
  );
});

it('has one node for all of a raster, from which alone it is taken', async () => {
  const blocks = { firstColumn: -3, endColumn: 40, firstRow: -20, endRow: 19 };
  const { tally, store, reads } = tallyOf(blocks);
  const every = allBlocks(numbered(blocks));
  await tally.leave(every.map((block) => [{ ...block, level: 0 }, partOf(block)]));
  expect(topLevel(numbered(blocks))).toBe(6);
  for await (const key of store.keys('tally:0.')) await store.delete(key);
  const before = reads();
  const { runs, part } = await takeWhole(tally, runsOf(every));
  expect(blocksIn(runs)).toEqual(every);
  expect((part as GroupedCounts).cells).toBe(sumOf(every));
  expect(reads() - before).toBe(1);
});

it('has each node of each chunk once', () => {
  fc.assert(
    fc.property(windows, (blocks) => {
      const seen = new Set<string>();
      for (let tier = 0; ; tier++) {
        const chunks = chunksOf(numbered(blocks), tier);
        if (chunks.length === 0) break;
        for (const { level, row, column } of chunks.flatMap((chunk) => Array.from(nodesIn(chunk, numbered(blocks))))) {
          const name = `${level} ${row} ${column}`;
          expect(seen.has(name)).toBe(false);
          seen.add(name);
        }
      }
      for (const { row, column } of allBlocks(numbered(blocks)))
        for (let level = 0; level <= topLevel(numbered(blocks)); level++)
          expect(seen.has(`${level} ${row >> level} ${column >> level}`)).toBe(true);
    }),
    { numRuns: 30 },
  );
});
