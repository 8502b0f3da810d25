import type { CountPool } from '@cellshed/pool';
import type { Counting } from '@cellshed/pool/in-this-thread';
import { poolWhenNeeded } from '../../src/archive/pool-when-needed.ts';

const signal = new AbortController().signal;
const task = { computation: 'c', requests: [], fingerprints: [] };

/** A pool whose work has so many tiles, and a note of what was done where. */
function pools(tiles: number | undefined, results: number) {
  const done: string[] = [];
  const named = (name: string): Counting => ({
    compute: async () => {
      done.push(`${name} computes`);
      return { refused: { path: 'area', problem: 'is none' } };
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
  const open = async () => ({ ...named('pool'), close }) as unknown as CountPool;
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

it('few tiles are counted in this thread, and no other is started', async () => {
  const { pool, done } = pools(10, 90);
  await Promise.all([10, 20, 30].map((results) => pool.sweep(sweepOf(results), signal)));
  expect(pool.atOnce()).toBe(1);
  await pool.count({ ...task, tiles: [], rasters: [], tallied: null }, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'here sweeps', 'here sweeps', 'here counts']);
});

it('the first results that come to very many tiles are followed by a pool', async () => {
  const { pool, done } = pools(200, 52);
  await Promise.all([1, 1].map((results) => pool.sweep(sweepOf(results), signal)));
  expect(pool.atOnce()).toBe(4);
  await pool.count({ ...task, tiles: [], rasters: [], tallied: null }, () => undefined, signal);
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

it('what cannot be counted says nothing of the others, so that these are counted in a pool', async () => {
  const { pool, done } = pools(undefined, 2);
  await pool.compute({ ...task, tilesPerBatch: 9 }, signal);
  await pool.sweep(sweepOf(1), signal);
  await pool.close();
  expect(done).toEqual(['here computes', 'pool sweeps', 'closed']);
});

it('what fails is told, and the others are counted in a pool', async () => {
  const { pool, done } = pools(4, 2);
  const failing = { ...sweepOf(1), computation: 'fails' };
  await expect(pool.sweep(failing, signal)).rejects.toThrow('it fails');
  await pool.sweep(sweepOf(1), signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'pool sweeps', 'closed']);
});
