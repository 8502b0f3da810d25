import { type ChildProcess, spawn } from 'node:child_process';
import { createCipheriv, hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJobCache } from '../../src/job-cache/job-cache.ts';
import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { fileStore } from '../../src/stores/files.ts';
import type { Store } from '../../src/stores/store.ts';
import { all, hour } from '../store-fixture.ts';
import { jobCacheSuite, listed } from './job-cache-suite.ts';

let now = Date.now();
let outside: string;
let store: Store;
let processes: ChildProcess[] = [];

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'catchment-job-cache-'));
});
afterEach(async () => {
  for (const one of processes) await killed(one);
  processes = [];
  // No test has written anything outside the store's folder.
  expect(await readdir(outside)).toEqual(['deep']);
  expect(await readdir(join(outside, 'deep'))).toEqual(['scratch']);
  await rm(outside, { recursive: true });
});

const open = async () => {
  store = await fileStore({ folder: join(outside, 'deep', 'scratch'), clock: () => now });
  return storeDrawers(store);
};

jobCacheSuite('files', {
  open,
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
  left: () => all(store.keys('')),
});

describe('the job cache in files', () => {
  const options = { scope: 'r1', ttlMilliseconds: 1000 * hour };

  it('is found again by another process', async () => {
    await run('write-ten', join(outside, 'deep', 'scratch'));
    const parts = openJobCache(await open(), options).group('parts');
    let sum = 0;
    for await (const key of parts.keys()) sum += new Float64Array((await parts.get(key)).buffer)[0] ?? 0;
    expect([(await listed(parts.keys())).length, sum]).toEqual([10, 55]);
  });

  it('never shows half a value while another process writes, nor when that is killed', async () => {
    const cache = openJobCache(await open(), options);
    const whole = new Set(Array.from({ length: 10 }, (_, number) => hash('sha256', noise(number))));
    for (let round = 0; round < 3; round++) {
      const writer = start('write-on', join(outside, 'deep', 'scratch'));
      await once(writer.stdout, 'data');
      const seen = new Set<string>();
      // The value must change under the reader a few times, and the writer be at work when it is
      // killed.
      while (seen.size < 3 + round) seen.add(hash('sha256', await cache.get('group/key')));
      await killed(writer);
      seen.add(hash('sha256', await cache.get('group/key')));
      expect([...seen].filter((value) => !whole.has(value))).toEqual([]);
    }
    expect(await listed(cache.group('group').keys())).toEqual(['key']);
  });
});

/** 5 MB that compression cannot shorten; `job-cache-writer.ts` writes the same. */
function noise(number: number): Uint8Array {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, number), Buffer.alloc(16)).update(Buffer.alloc(5_000_000));
}

function start(...args: string[]) {
  const program = join(import.meta.dirname, 'job-cache-writer.ts');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function run(...args: string[]): Promise<void> {
  const [code] = await once(start(...args), 'exit');
  expect(code).toBe(0);
}
