import { memoryStore, type ResultCache, resultCache } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { cachedUnits, type TotalRequest, unitKey } from '../src/processors/cached-units.ts';
import type { ComputedMembers } from '../src/processors/computed-members.ts';
import { withUnits } from '../src/processors/totals.ts';

const signal = new AbortController().signal;
const total = (upstream: string): TotalRequest => ({
  ...{ operation: 'snow', area: { table: 'unit', upstream }, coverage: 'centre' },
});
const fingerprint = 'v1';
const idsOf = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `u${from + i}`);

/** A pool that takes documents for their lengths, and all that are not called `old` for usable. */
function fakePool(units: (id: string) => readonly string[] = () => []) {
  const added: number[] = [];
  return {
    added,
    units: async ({ request }: { request: Request }) => {
      const { area } = request;
      return { ids: units('upstream' in area ? area.upstream : ''), fingerprint };
    },
    addUnits: async ({ bytes, documents }: { bytes: Uint8Array; documents: readonly { readonly end: number }[] }) => {
      added.push(documents.length);
      const text = (i: number) => Buffer.from(bytes.subarray(documents[i - 1]?.end ?? 0, documents[i]?.end)).toString();
      const unusable = documents.flatMap((_, i) => (text(i) === 'old' ? [i] : []));
      return { sum: { units: documents.length - unusable.length } as never, unusable };
    },
    total: () => Promise.reject(new Error('no total is made here')),
  };
}

/** A cache that counts how often it is read. */
function countedCache(clock: () => number = () => 1000) {
  const results = resultCache({ store: memoryStore({ clock }), schemaVersion: 1, clock });
  const reads: number[] = [];
  const readManyPacked: ResultCache['readManyPacked'] = (keys) => {
    reads.push(keys.length);
    return results.readManyPacked(keys);
  };
  return { ...results, reads, readManyPacked };
}

const silent: Pick<ResultCache, 'readManyPacked' | 'begin'> = {
  readManyPacked: async () => undefined,
  begin: async () => undefined,
};

it('cached results are read 500 at a time; those that are stale, gone or too old to add are missing', async () => {
  let now = 1000;
  const results = countedCache(() => now);
  const pool = fakePool();
  const request = total('u0');
  for (const [i, id] of idsOf(1200).entries()) {
    if (i % 100 === 7) continue;
    const times = { startedAt: 1000 - (i % 5), costMs: 1, ...(i % 100 === 8 && { lifetimeMilliseconds: 10 }) };
    await results.write(unitKey(request, id, fingerprint), Buffer.from(i % 100 === 9 ? 'old' : `{"a":${i}}`), times);
  }
  now = 2000;
  const found = { ids: idsOf(1200), fingerprint };
  const { missing, oldest, sums } = await cachedUnits(request, found, { pool, results, clock: () => now }, signal);
  expect(results.reads).toEqual([500, 500, 200]);
  expect(new Set(missing)).toEqual(new Set(idsOf(1200).filter((_, i) => [7, 8, 9].includes(i % 100))));
  expect(oldest).toBe(996);
  expect(sums).toEqual([{ units: 1200 - 36 }]);
});

const catalog = {
  operations: new Map([['snow', { name: 'snow', type: 'groupedCount' as const, rasters: ['snow'] }]]),
};

function membersOf(requests: readonly Request[]): ComputedMembers {
  return {
    requests,
    members: requests.map((_, i) => ({ key: `total ${i}`, fingerprint: 'v2' })),
    epochs: requests.map(() => ''),
    there: requests.map(() => undefined),
    missing: requests.map((_, i) => i),
  };
}

it('a unit without a result that several totals have is counted once', async () => {
  const pool = fakePool((id) => (id === 'u0' ? idsOf(4) : idsOf(3, 2)));
  const results = countedCache();
  const all = membersOf([total('u0'), total('u2'), { ...total('u0'), area: { table: 'unit', id: 'u3' } }]);
  const [, , alone] = all.members as [unknown, unknown, { key: string }];
  alone.key = unitKey(total('u0'), 'u3', fingerprint);
  const found = await withUnits(all, { pool, results, catalog, mostMissing: 10, clock: Date.now }, signal);
  if ('refused' in found) throw new Error(found.refused);
  const { members, requests, totals, missing } = found;
  expect(requests.slice(3).map(({ area }) => 'id' in area && area.id)).toEqual(['u0', 'u1', 'u2', 'u4']);
  expect(missing).toEqual([2, 3, 4, 5, 6]);
  expect([...totals.values()].map(({ units }) => units)).toEqual([
    [3, 4, 5, 2],
    [5, 2, 6],
  ]);
  expect(members.length).toBe(7);
});

it('while the cache does not answer, few units are counted, and many are tried again later', async () => {
  const pool = fakePool(() => idsOf(5));
  const asked = (mostMissing: number) =>
    withUnits(membersOf([total('u0')]), { pool, results: silent, catalog, mostMissing, clock: Date.now }, signal);
  expect(await asked(5)).toMatchObject({ missing: [1, 2, 3, 4, 5] });
  await expect(asked(4)).rejects.toThrow('the cache did not answer for results of unit/u0 upstream');
});

it('more units without a result than are allowed are refused with their number', async () => {
  const asking = { pool: fakePool(() => idsOf(5)), results: countedCache(), catalog, mostMissing: 4, clock: Date.now };
  expect(await withUnits(membersOf([total('u0')]), asking, signal)).toEqual({
    refused: expect.stringMatching(/^5 or more of the areas to add up have no cached result, at most 4 are computed/),
  });
});
