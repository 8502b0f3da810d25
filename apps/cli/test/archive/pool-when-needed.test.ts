import type { Begun, CountPool } from '@cellshed/pool';
import type { Counting } from '@cellshed/pool/in-this-thread';
import { poolWhenNeeded } from '../../src/archive/pool-when-needed.ts';

const signal = new AbortController().signal;
const task = { computation: 'c', requests: [], fingerprints: [] };

/** A pool in which each area that is planned, and each sweep, has so many tiles; what it did. */
function pools(tiles: number | undefined, results: number, cannotOpen?: Error) {
  const done: string[] = [];
  const named = (name: string): Counting => ({
    compute: async () => {
      done.push(`${name} computes`);
      return (tiles ? { planned: { tiles } } : { refused: { path: 'area', problem: 'is none' } }) as Begun;
    },
    count: async () => {
      done.push(`${name} counts`);
      return [];
    },
    sweep: async ({ computation }) => {
      done.push(`${name} sweeps`);
      if (computation === 'fails') throw new Error('it fails');
      return tiles === undefined ? undefined : { tiles, results: [] };
    },
  });
  const close = async () => {
    done.push('closed');
  };
  const open = async () => {
    if (cannotOpen) {
      done.push('no pool opens');
      throw cannotOpen;
    }
    return { ...named('pool'), close } as unknown as CountPool;
  };
  return { done, pool: poolWhenNeeded({ here: named('here'), open, threads: 2, results }) };
}

/** A sweep of so many results. */
const sweepOf = (results: number) => ({
  ...task,
  requests: Array.from({ length: results }, () => ({
    operation: 'o',
    area: { table: 't', id: '1' },
    coverage: 'centre' as const,
  })),
  mostTiles: 9,
});

const batch = { ...task, tiles: [], rasters: [], tallied: null };
const one = { ...sweepOf(1), tilesPerBatch: 9 };

it('few tiles are counted in this thread, and no other is started', async () => {
  const { pool, done } = pools(10, 90);
  await Promise.all([10, 20, 30].map((results) => pool.sweep(sweepOf(results), signal)));
  expect(pool.atOnce()).toBe(1);
  await pool.count(batch, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'here sweeps', 'here sweeps', 'here counts']);
});

it('the first results that come to very many tiles are followed by a pool', async () => {
  const { pool, done } = pools(200, 52);
  await Promise.all([1, 1].map((results) => pool.sweep(sweepOf(results), signal)));
  expect(pool.atOnce()).toBe(4);
  await pool.count(batch, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'pool sweeps', 'pool counts', 'closed']);
});

it('a few results with some tiles do not decide, as neighbours share tiles; sixteen do', async () => {
  const { pool, done } = pools(4, 2000);
  for (const results of [1, 3, 12, 16]) await pool.sweep(sweepOf(results), signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'here sweeps', 'here sweeps', 'pool sweeps', 'closed']);
});

it('many areas that share few tiles are counted in this thread', async () => {
  const { pool, done } = pools(4, 700);
  for (const results of [1, 4, 16, 64, 256]) await pool.sweep(sweepOf(results), signal);
  await pool.close();
  expect(done).toEqual(Array.from({ length: 5 }, () => 'here sweeps'));
});

it.each([
  ['one area of 5,000 tiles', 5000, 1],
  ['the first of two areas of 5,000', 5000, 2],
  ['the first of nine areas of 1,000', 1000, 9],
])('%s is counted in a pool, as soon as it is planned', async (_, tiles, results) => {
  const { pool, done } = pools(tiles, results);
  await pool.compute(one, signal);
  await pool.count(batch, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here computes', 'pool counts', 'closed']);
});

it('an area of some tiles is counted in this thread, though it is planned', async () => {
  const { pool, done } = pools(900, 1);
  await pool.compute(one, signal);
  await pool.count(batch, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here computes', 'here counts']);
});

it('an area that cannot be counted says nothing of the others', async () => {
  const { pool, done } = pools(undefined, 2);
  await pool.compute(one, signal);
  await pool.compute(one, signal);
  await pool.close();
  expect(done).toEqual(['here computes', 'here computes']);
});

it('the areas of a sweep that is refused are counted in a pool, also of the last one', async () => {
  const { pool, done } = pools(undefined, 2);
  await pool.sweep(sweepOf(2), signal);
  await pool.compute(one, signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'pool computes', 'closed']);
});

it('a sweep that fails is told, and its areas are counted in a pool', async () => {
  const { pool, done } = pools(4, 2);
  const failing = { ...sweepOf(2), computation: 'fails' };
  await expect(pool.sweep(failing, signal)).rejects.toThrow('it fails');
  await pool.sweep(sweepOf(1), signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'pool sweeps', 'closed']);
});

it('work that is stopped opens no pool', async () => {
  const { pool, done } = pools(4, 2);
  const failing = { ...sweepOf(2), computation: 'fails' };
  await expect(pool.sweep(failing, AbortSignal.abort())).rejects.toThrow('it fails');
  await pool.close();
  expect(done).toEqual(['here sweeps']);
});

it('a pool that cannot be opened is told with the work that needs it, not in place of an answer', async () => {
  const { pool, done } = pools(2000, 9, new Error('no threads'));
  expect(await pool.sweep(sweepOf(1), signal)).toEqual({ tiles: 2000, results: [] });
  await expect(pool.sweep(sweepOf(1), signal)).rejects.toThrow('no threads');
  await pool.close();
  expect(done).toEqual(['here sweeps', 'no pool opens']);
});
