import fc from 'fast-check';
import type { Spans } from '../../src/spans/spans.ts';
import type { AreaVisit } from '../../src/stack/area-visit.ts';
import { visitAreas } from '../../src/stack/rectangles.ts';
import { type RasterStack, stackRasters } from '../../src/stack/stack.ts';
import { planTiles, tilesIn, uniteRuns } from '../../src/stack/tile-plan.ts';
import { digits, rasterOf, spansOfPicture } from '../pictures.ts';

interface Looker {
  readonly spans: Spans;
  readonly rasters: readonly number[];
}

/** The cells that each area is shown: `row,column: samples of its rasters`, in rising order. */
async function shown(stack: RasterStack, lookers: readonly Looker[]): Promise<string[][]> {
  const seen = lookers.map((): string[] => []);
  const areas = lookers.map(
    ({ spans, rasters }, i): AreaVisit => ({
      spans,
      rasters,
      visit: (rectangle) => {
        const { whole } = rectangle.runs;
        for (let at = 0; at < whole.length; at += 3) {
          const [row, first, end] = whole.subarray(at, at + 3) as unknown as [number, number, number];
          for (let column = first; column < end; column++) {
            const samples = rectangle.views.map(
              (view) =>
                view?.samples[
                  view.offset + (row - rectangle.firstRow) * view.stride + column - rectangle.firstColumn
                ] ?? 'none',
            );
            seen[i]!.push(`${row},${column}: ${samples}`);
          }
        }
      },
    }),
  );
  const tiles = uniteRuns(lookers.map(({ spans }) => planTiles(stack, spans).runs));
  let done = 0;
  await visitAreas({ stack, tiles, onTile: () => done++ }, areas);
  expect(done).toBe(tilesIn(tiles));
  return seen.map((cells) => cells.toSorted());
}

it('an area hears that a block has no more cells of it before another one is shown anything, so that few hold tables', async () => {
  const rows = digits('1234', '5678');
  const stack = stackRasters([rasterOf({ rows, tile: [2, 2] }), rasterOf({ rows, tile: [2, 2] })]);
  const heard: string[] = [];
  const lookers = [
    ['a', '####', [0]],
    ['b', '#...', [0]],
    ['c', '####', [1]],
    ['d', '.###', [1]],
    ['none', '####', []],
  ] as const;
  const areas = lookers.map(
    ([name, picture, rasters]): AreaVisit => ({
      spans: spansOfPicture([picture]),
      rasters,
      visit: ({ firstColumn }) => heard.push(`${name} ${firstColumn}`),
      endBlock: () => heard.push(`${name} ends`),
    }),
  );
  const onTile = () => heard.push('block ends');
  await visitAreas({ stack, tiles: planTiles(stack, spansOfPicture(['####'])).runs, onTile }, areas);
  expect(heard).toEqual([
    ...['a 0', 'b 0', 'b ends', 'a 2', 'a ends'],
    ...['c 0', 'd 0', 'c 2', 'c ends', 'd 2', 'd ends', 'block ends'],
  ]);
});

const bits = (height: number, width: number) =>
  fc.array(
    fc.array(fc.constantFrom('#', '.'), { minLength: width, maxLength: width }).map((row) => row.join('')),
    { minLength: height, maxLength: height },
  );

describe('several areas visited at once', () => {
  it('are each shown what they are shown alone, whatever rasters the others look at', async () => {
    const tile = fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.constantFrom(1, 2, 3));
    const lookedAt = fc.subarray([0, 1, 2], { minLength: 1 });
    const lookers = fc.array(fc.tuple(bits(6, 8), lookedAt), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(tile, { minLength: 3, maxLength: 3 }), lookers, async (tiles, asked) => {
        const stack = stackRasters([
          rasterOf({
            rows: Array.from({ length: 6 }, (_, r) => digits('01234567')[0]!.map((d) => d + r)),
            tile: tiles[0]!,
          }),
          rasterOf({ rows: digits('12345', '67890'), at: [2, 1], tile: tiles[1]! }),
          rasterOf({
            rows: digits('111', '222', '333'),
            at: [5, 3],
            tile: tiles[2]!,
            sparse: (column) => column === 1,
          }),
        ]);
        const all = asked.map(([picture, rasters]) => ({ spans: spansOfPicture(picture), rasters }));
        const alone = [];
        for (const one of all) alone.push((await shown(stack, [one]))[0]);
        expect(await shown(stack, all)).toEqual(alone);
      }),
    );
  });

  it('have each tile read once for all of them, and none that nobody looks at', async () => {
    const rows = digits('1122', '1122', '3344', '3344');
    const [a, b] = [rasterOf({ rows, tile: [2, 2] }), rasterOf({ rows, tile: [2, 2] })];
    await shown(stackRasters([a, b]), [
      { spans: spansOfPicture(['##..', '....', '....', '....']), rasters: [0] },
      { spans: spansOfPicture(['.###', '....', '....', '....']), rasters: [0, 1] },
      { spans: spansOfPicture(['....', '....', '#...', '....']), rasters: [1] },
    ]);
    expect(a.reads.toSorted()).toEqual(['0,0', '1,0']);
    expect(b.reads.toSorted()).toEqual(['0,0', '0,1', '1,0']);
  });
});

describe('tiles are read ahead', () => {
  /**
   * For each visit, the number of tiles that were asked for before it, and of turns of the event
   * loop.
   */
  async function visits(isRemote: boolean) {
    const picture = rasterOf({ rows: [Array<number>(150).fill(1)], tile: [1, 1] });
    const stack = stackRasters([{ ...picture, isRemote }]);
    const spans = spansOfPicture(['#'.repeat(150)]);
    const [reads, turns]: [number[], number[]] = [[], []];
    let [turned, isOver] = [0, false];
    const turn = () => {
      turned++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const visit = () => {
      reads.push(picture.reads.length);
      turns.push(turned);
    };
    await visitAreas({ stack, tiles: planTiles(stack, spans).runs }, [{ spans, rasters: [0], visit }]);
    isOver = true;
    return { reads, turns };
  }

  it('of a local raster one by one', async () => {
    const { reads } = await visits(false);
    expect(reads).toEqual(reads.map((_, visit) => Math.min(8 + visit, 150)));
  });

  it('of a raster on a server many together, which are asked for before those that have come are visited', async () => {
    const { reads, turns } = await visits(true);
    expect(reads).toEqual(reads.map((_, visit) => Math.min(64 + 16 * Math.floor(visit / 16), 150)));
    for (const visit of [16, 32, 48, 64, 80]) expect(turns[visit]).toBeGreaterThan(turns[visit - 1]!);
  });
});

it('blocks end in their order, also those in which no raster reaches', async () => {
  const stack = stackRasters([
    rasterOf({ rows: digits('11', '11'), tile: [2, 2] }),
    rasterOf({ rows: digits('22', '22'), tile: [2, 2], at: [4, 0] }),
  ]);
  const spans = spansOfPicture(['######', '######']);
  const told: string[] = [];
  const visit = ({ firstColumn }: { firstColumn: number }) => void told.push(`cells from ${firstColumn}`);
  const work = { stack, tiles: planTiles(stack, spans).runs, onTile: () => void told.push('end') };
  await visitAreas(work, [{ spans, rasters: [0, 1], visit }]);
  expect(told).toEqual(['cells from 0', 'end', 'end', 'cells from 4', 'end']);
});
