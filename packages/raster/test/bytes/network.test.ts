import { jest } from '@jest/globals';
import fc from 'fast-check';
import { openNetwork } from '../../src/bytes/network.ts';
import { type Part, PassingFailure, type RemoteObject } from '../../src/bytes/remote-object.ts';

const range = { offset: 0, length: 1 };
const object = (get: () => Promise<Part>): RemoteObject => ({
  location: 'x',
  identity: 'x',
  get,
  close: () => undefined,
});

describe('a network', () => {
  it('waits for a body however long it takes, as long as enough comes', async () => {
    jest.useFakeTimers();
    type Coming = readonly [afterMilliseconds: number, bytes: number];
    const trickling = (chunks: readonly Coming[]): RemoteObject => ({
      ...object(async () => ({ bytes: new Uint8Array(1), version: '1' })),
      get: async (_, { onProgress, signal }) => {
        for (const [milliseconds, bytes] of chunks) {
          jest.advanceTimersByTime(milliseconds);
          signal.throwIfAborted();
          onProgress(bytes);
        }
        return { bytes: new Uint8Array(1), version: '1' };
      },
    });
    const network = openNetwork({ attempts: 1, silenceMilliseconds: 2000, leastBytesPerSecond: 10 });
    const getting = (...chunks: Coming[]) => network.get(trickling(chunks), range, {});
    expect((await getting([1900, 0], [1900, 20], [1900, 20], [1900, 20])).version).toBe('1');
    await expect(getting([1900, 20], [2000, 20])).rejects.toThrow(
      /^cannot read x: its server has sent nothing for 2 s$/,
    );
    await expect(getting([1900, 0], [1900, 19], [1900, 20])).rejects.toThrow(
      /^cannot read x: its server has sent fewer than 10 bytes a second for 2 s$/,
    );
    // What came before does not count.
    await expect(getting([0, 0], [1900, 1000], [1900, 1], [1900, 1])).rejects.toThrow('fewer than 10 bytes a second');
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('has no more requests under way than it may, as many as it may, and none forgotten, however they end', async () => {
    const anyEnding = fc.constantFrom<'part' | 'passing' | 'failure' | 'abort'>('part', 'passing', 'failure', 'abort');
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(anyEnding),
        async (s, limit, endings) => {
          let [atOnce, most] = [0, 0];
          const network = openNetwork({ requestsAtOnce: limit, attempts: 2, wait: async () => undefined });
          const getting = endings.map((ending) => {
            const stop = new AbortController();
            const get = async () => {
              most = Math.max(most, ++atOnce);
              await s.schedule(Promise.resolve());
              atOnce--;
              if (ending === 'abort') stop.abort(new Error('abort'));
              stop.signal.throwIfAborted();
              if (ending === 'passing') throw new PassingFailure('passing');
              if (ending === 'failure') throw new Error('failure');
              return { bytes: new Uint8Array(1), version: '1' };
            };
            return network.get(object(get), range, { signal: stop.signal }).then(
              () => 'part',
              (error: Error) => error.message,
            );
          });
          const ended = Promise.all(getting);
          await s.waitFor(ended);
          expect(await ended).toEqual(endings);
          expect(most).toBe(Math.min(limit, endings.length));
        },
      ),
    );
  });
});
