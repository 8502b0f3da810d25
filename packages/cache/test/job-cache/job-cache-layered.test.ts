import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJobCache } from '../../src/job-cache/job-cache.ts';
import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import { fileStore } from '../../src/stores/files.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Store } from '../../src/stores/store.ts';
import { all } from '../store-fixture.ts';
import { jobCacheSuite } from './job-cache-suite.ts';

let now = Date.now();
const clock = () => now;
let folder: string;
let fast: Store;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catchment-job-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = async () => {
  fast = memoryStore({ maxBytes: 100_000, clock });
  store = layeredStore({ layers: [{ store: fast }, { store: await fileStore({ folder, clock }) }], clock });
  return storeDrawers(store);
};

jobCacheSuite('memory over files', {
  open,
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
  left: () => all(store.keys('')),
});

describe('the job cache in layers', () => {
  it('has what the fast layer has let go of', async () => {
    const cache = openJobCache(await open(), { scope: 'r1', ttlMilliseconds: 60_000 });
    await cache.set('key', Uint8Array.of(1));
    expect(await fast.delete('job/request/r1/key')).toBe(true);
    expect(await cache.has('key')).toBe(true);
    expect([...(await cache.get('key'))]).toEqual([1]);
    await cache.clear();
    expect(await all(store.keys(''))).toEqual([]);
  });
});
