import { memoryStore, StoreError } from '@cellshed/cache';
import { openScratch } from '../../src/books/scratch.ts';
import type { Queues } from '../../src/queues.ts';

it('a value that the job cache does not keep fails the job that left it, not the one that looks for it', async () => {
  const scratch = openScratch({ prefix: '{q}', retentionSeconds: 60 } as Queues, memoryStore({ maxBytes: 1000 }));
  for (const cache of [scratch.ofRequest('r1'), scratch.ofComputation('geop:a')]) {
    expect(await cache.set('area/a1', Uint8Array.of(1))).toBe(true);
    const large = Uint8Array.from({ length: 5000 }, (_, i) => i * i);
    for (const view of [cache, cache.group('parts'), cache.group('parts').group('more')]) {
      const kept = view.set('area/a1', large);
      await expect(kept).rejects.toThrow(StoreError);
      await expect(kept).rejects.toThrow(/^the job cache did not keep "area\/a1" of 5000 bytes: .* \(JOB_CACHE_URL\)$/);
    }
  }
});
