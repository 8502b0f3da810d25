import type { Request } from '@cellshed/contracts';
import { type Counter, countWhole } from '../src/count-whole.ts';
import type { OperationPlan } from '../src/planning/plan-passes.ts';

const requests = ['a', 'b', 'c'].map((id): Request => {
  return { operation: 'count', area: { table: 'huc12', id }, coverage: 'centre' };
});
const fingerprints = ['fa', 'fb', 'fc'];

/** A plan of batches for these members, without results: tests look at the order of work. */
function planOf(...members: readonly (readonly number[])[]): OperationPlan {
  const batches = members.map((some) => ({ members: [...some], rasters: ['nlcd'], tiles: [], tallied: null }));
  return { tiles: members.length, tallied: 0, frames: [], batches } as unknown as OperationPlan;
}

const counts = (count: Counter['count'], plan: OperationPlan): Counter => ({ plan: async () => plan, count });

it('each batch is counted for its members, each with its own fingerprint', async () => {
  const asked: unknown[] = [];
  const counter = counts(
    async (some, _, batch) => {
      asked.push([some.map(({ area }) => 'id' in area && area.id), batch.fingerprints, batch.rasters]);
      return [];
    },
    planOf([0, 2], [1]),
  );
  expect(await countWhole(counter, requests, { fingerprints })).toEqual({ tiles: 2, documents: [] });
  expect(asked).toEqual([
    [['a', 'c'], ['fa', 'fc'], ['nlcd']],
    [['b'], ['fb'], ['nlcd']],
  ]);
});

it('what cannot be planned, or has too many tiles, is refused, and nothing is counted', async () => {
  const count = async () => {
    throw new Error('nothing is counted');
  };
  const refusal = { problem: 'area: it is nowhere' };
  expect(await countWhole({ plan: async () => refusal, count }, requests, { fingerprints })).toBe(refusal);
  const large = counts(count, planOf([0], [1], [2]));
  expect(await countWhole(large, requests, { fingerprints, mostTiles: 2 })).toEqual({
    path: 'areas',
    problem: 'they have 3 tiles together, expected at most 2',
  });
});

it('tiles are told of as they are done, of all that are planned', async () => {
  const told: unknown[] = [];
  const counter = counts(
    async (_requests, _drawn, { onTile }) => {
      onTile?.();
      return [];
    },
    planOf([0], [1]),
  );
  await countWhole(counter, requests, { fingerprints, onTile: (...tiles) => told.push(tiles) });
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

it('as many batches as asked for are counted at once, and after a failure no other is begun', async () => {
  const begun: number[] = [];
  const running: PromiseWithResolvers<[]>[] = [];
  const counter = counts(
    () => {
      begun.push(running.length);
      const batch = Promise.withResolvers<[]>();
      running.push(batch);
      return batch.promise;
    },
    planOf([0], [0], [0], [0], [0]),
  );
  const whole = countWhole(counter, requests, { fingerprints, batchesAtOnce: 2 });
  const failed = expect(whole).rejects.toThrow('the file is gone');
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(begun).toEqual([0, 1]);
  running[0]?.resolve([]);
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  running[1]?.reject(new Error('the file is gone'));
  running[2]?.resolve([]);
  await failed;
  await settle();
  expect(begun).toEqual([0, 1, 2]);
});
