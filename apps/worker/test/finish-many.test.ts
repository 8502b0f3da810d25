import { type EntryHeader, memoryStore } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { openScratch, type Queues } from '@cellshed/jobs';
import { manyAnswerer } from '../src/processors/finish-many.ts';
import { openKnownAnswers } from '../src/processors/known-answers.ts';

const scratch = openScratch({ prefix: 'test', retentionSeconds: 600 } as Queues, memoryStore());
const members = ['1', '2'].map(
  (id): Request => ({ operation: 'snow', area: { table: 'huc12', id }, coverage: 'centre' }),
);
const found = members.map((_, i) => {
  return { key: `key ${i}`, fingerprint: 'f', ticket: { key: `key ${i}`, etag: 'tag' } };
});
const started = { outcome: 'found' as const, startedAt: 1, members: found };

/**
 * Answers a request for two cached results of ten bytes each, with this limit for both together.
 */
function answerWith(mostResultBytes: number) {
  const value = Buffer.from('{"cells":2}'.slice(0, 10));
  const redeem = async () => ({ outcome: 'value' as const, value, header: {} as EntryHeader });
  const shelf = { put: async (bytes: Uint8Array) => String(bytes.length), get: async () => undefined };
  const results = { redeem, read: async () => undefined };
  const knownAnswers = openKnownAnswers({ results, scratch, servedStale: async () => false });
  const answer = manyAnswerer({ results, shelf, knownAnswers, mostResultBytes });
  return answer({ id: 'request', operation: 'multi', members, started }, found, new Map());
}

it('several results are kept together, up to the bytes that one request may have', async () => {
  expect(await answerWith(20)).toEqual({ outcome: 'done', cache: 'hit', result: expect.any(String) });
  expect(await answerWith(19)).toEqual({
    outcome: 'refused',
    problem: 'the results take more than 19 bytes together, the most that one request may have: ask for fewer at once',
  });
});
