import { type EntryHeader, memoryStore } from '@catchment/cache';
import { openScratch, type Queues, type Request } from '@catchment/jobs';
import { manyAnswerer } from '../src/processors/finish-many.ts';

const scratch = openScratch({ prefix: 'test', retentionSeconds: 600 } as Queues, memoryStore());
const members = ['1', '2'].map(
  (id): Request => ({ operation: 'snow', area: { table: 'huc12', id }, coverage: 'centre' }),
);
const started = {
  outcome: 'many' as const,
  members: members.map((_, i) => ({ key: `key ${i}`, ticket: { key: `key ${i}`, etag: 'tag' } })),
};

/**
 * Answers a request for two cached results of ten bytes each, where so many are allowed together.
 */
function answerWith(mostResultBytes: number) {
  const value = Buffer.from('{"cells":2}'.slice(0, 10));
  const redeem = async () => ({ outcome: 'value' as const, value, header: {} as EntryHeader });
  const computations = { state: async () => ({ state: 'gone' as const }) };
  const shelf = { put: async (bytes: Uint8Array) => String(bytes.length), get: async () => undefined };
  const steps = {
    join: async () => Promise.reject(new Error('nothing is missing')),
    servedStale: async () => false,
  };
  const dependencies = {
    results: { redeem, read: async () => undefined },
    shelf,
    scratch,
    computations,
    mostResultBytes,
  };
  const answer = manyAnswerer(dependencies, steps);
  return answer({ id: 'request', operation: 'multi', members, started });
}

it('several results are kept together, up to the bytes that one request may have', async () => {
  expect(await answerWith(20)).toEqual({ outcome: 'done', cache: 'hit', result: expect.any(String) });
  expect(await answerWith(19)).toEqual({
    outcome: 'refused',
    problem: 'the results take more than 19 bytes together, the most that one request may have: ask for fewer at once',
  });
});
