import { type TileRun, tilesIn } from '@cellshed/raster';
import fc from 'fast-check';
import { cutTogether, type MemberPlan } from '../../src/planning/batches.ts';

const spread = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers);

const listed = (runs: readonly TileRun[]) =>
  runs.flatMap(([row, first, end]) => Array.from({ length: end - first }, (_, i) => `${row} ${first + i}`));

/** Members with cells in some tiles of a board, each in runs from top to bottom. */
const anyPlans = fc.array(fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), { maxLength: 6 }).map((boards) =>
  boards.map((board, i): MemberPlan => {
    const runs = board.flatMap((has, n): TileRun[] => (has ? [[Math.floor(n / 5) - 1, n % 5, (n % 5) + 1]] : []));
    return { member: 2 * i, runs };
  }),
);

describe('tiles cut for several', () => {
  it('are each in one batch, with all who have cells in the batch, in batches as small as asked and alike', () => {
    fc.assert(
      fc.property(anyPlans, fc.integer({ min: 1, max: 9 }), (plans, tilesPerBatch) => {
        const batches = cutTogether(plans, tilesPerBatch);
        const all = batches.flatMap(({ tiles }) => listed(tiles));
        expect([...all].sort()).toEqual([...new Set(plans.flatMap(({ runs }) => listed(runs)))].sort());
        const sizes = batches.map(({ tiles }) => tilesIn(tiles));
        expect(sizes.length).toBe(Math.ceil(all.length / tilesPerBatch));
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(tilesPerBatch);
        expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
        for (const { members, tiles } of batches) {
          const own = new Set(listed(tiles));
          const owners = plans.filter(({ runs }) => listed(runs).some((tile) => own.has(tile)));
          expect(members).toEqual(owners.map(({ member }) => member));
          const places = listed(tiles).map((tile) => tile.split(' ').map(Number) as [row: number, column: number]);
          const isStrip = plans.length > 1 && spread(places.map((at) => at[1])) > 2 * spread(places.map((at) => at[0]));
          const [outer, inner] = isStrip ? ([1, 0] as const) : ([0, 1] as const);
          expect(places).toEqual([...places].sort((a, b) => a[outer] - b[outer] || a[inner] - b[inner]));
        }
      }),
    );
  });

  it('come in the order of the members, so that neighbours share a batch', () => {
    const plans: MemberPlan[] = [
      {
        member: 0,
        runs: [
          [0, 0, 1],
          [1, 0, 1],
        ],
      },
      {
        member: 1,
        runs: [
          [0, 0, 2],
          [1, 0, 1],
        ],
      },
      {
        member: 2,
        runs: [
          [0, 7, 9],
          [1, 8, 9],
        ],
      },
    ];
    expect(cutTogether(plans, 3)).toEqual([
      {
        members: [0, 1],
        tiles: [
          [0, 0, 2],
          [1, 0, 1],
        ],
      },
      {
        members: [2],
        tiles: [
          [0, 7, 9],
          [1, 8, 9],
        ],
      },
    ]);
  });

  it('come column by column where they lie in a strip, so that areas end soon after they begin', () => {
    const plans = [0, 1].map((member): MemberPlan => ({ member, runs: [0, 1].map((row) => [row, 0, 4]) }));
    const columns = [0, 1, 2, 3].flatMap((column) => [0, 1].map((row) => [row, column, column + 1]));
    expect(cutTogether(plans, 8)).toEqual([{ members: [0, 1], tiles: columns }]);
  });

  it('of one alone are cut where they follow each other', () => {
    expect(
      cutTogether(
        [
          {
            member: 4,
            runs: [
              [0, 0, 3],
              [1, 0, 2],
            ],
          },
        ],
        4,
      ),
    ).toEqual([
      { members: [4], tiles: [[0, 0, 3]] },
      { members: [4], tiles: [[1, 0, 2]] },
    ]);
    expect(cutTogether([], 4)).toEqual([]);
    expect(cutTogether([{ member: 0, runs: [] }], 4)).toEqual([]);
    expect(
      cutTogether(
        [0, 1].map((member) => ({ member, runs: [] })),
        4,
      ),
    ).toEqual([]);
    expect(() => cutTogether([{ member: 0, runs: [[0, 0, 1]] }], 0)).toThrow(
      'a batch has 0 tiles, expected at least 1',
    );
  });
});
