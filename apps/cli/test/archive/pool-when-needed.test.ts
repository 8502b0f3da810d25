import type { Counting, CountPool } from '@cellshed/pool';
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
    sweep: async () => {
      done.push(`${name} sweeps`);
      return tiles === undefined ? undefined : { tiles, results: [] };
    },
  });
  const close = async () => {
    done.push('closed');
  };
  const open = () => ({ ...named('pool'), close }) as unknown as CountPool;
  return { done, pool: poolWhenNeeded({ here: named('here'), open, results }) };
}

it('few tiles are counted in this thread, and no other is started', async () => {
  const { pool, done } = pools(10, 50);
  await Promise.all([1, 2, 3].map(() => pool.sweep({ ...task, mostTiles: 9 }, signal)));
  await pool.close();
  expect(done).toEqual(['here sweeps', 'here sweeps', 'here sweeps']);
});

it('after the first result, many tiles are counted in a pool', async () => {
  const { pool, done } = pools(10, 51);
  await Promise.all([1, 2].map(() => pool.sweep({ ...task, mostTiles: 9 }, signal)));
  await pool.count({ ...task, tiles: [], rasters: [], tallied: null }, () => undefined, signal);
  await pool.close();
  expect(done).toEqual(['here sweeps', 'pool sweeps', 'pool counts', 'closed']);
});

it('what cannot be counted says nothing of the others, so that these are counted in a pool', async () => {
  const { pool, done } = pools(undefined, 2);
  await pool.compute({ ...task, tilesPerBatch: 9 }, signal);
  await pool.sweep({ ...task, mostTiles: 9 }, signal);
  await pool.close();
  expect(done).toEqual(['here computes', 'pool sweeps', 'closed']);
});
