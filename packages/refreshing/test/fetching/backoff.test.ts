import { exponentialBackoff } from '../../src/fetching/backoff.ts';

let now = 0;
const clock = () => now;
const setUp = (options = {}) => {
  now = 0;
  return exponentialBackoff({ clock, firstMilliseconds: 10, longestMilliseconds: 70, ...options });
};

describe('backing off', () => {
  it('doubles with each failure, up to the longest time', () => {
    const backoff = setUp();
    const waits: number[] = [];
    for (let times = 0; times < 1100; times++) {
      backoff.failed('key', new Error(`${times}`));
      const began = now;
      expect(backoff.failure('key')).toEqual({ error: new Error(`${times}`) });
      while (backoff.failure('key')) now += 1;
      waits.push(now - began);
    }
    expect(waits.slice(0, 6)).toEqual([10, 20, 40, 70, 70, 70]);
    expect(waits.at(-1)).toBe(70);
  });

  it('is over with a success, and is of one key alone', () => {
    const backoff = setUp();
    backoff.failed('key', 'boom');
    backoff.failed('key', 'boom');
    expect(backoff.failure('other')).toBeUndefined();
    backoff.succeeded('key');
    expect(backoff.failure('key')).toBeUndefined();
    backoff.failed('key', undefined);
    now = 9;
    expect(backoff.failure('key')).toEqual({ error: undefined });
    now = 10;
    expect(backoff.failure('key')).toBeUndefined();
  });

  it('begins anew when nothing has failed for long', () => {
    const wait = (after: number) => {
      const backoff = setUp();
      backoff.failed('key', 'boom');
      now = after;
      backoff.failed('key', 'boom');
      now += 10;
      return backoff.failure('key') !== undefined;
    };
    expect([wait(10), wait(80), wait(81)]).toEqual([true, true, false]);
  });

  it('remembers a bounded number of keys, those that failed last', () => {
    const backoff = setUp({ mostKeys: 2 });
    for (const key of ['a', 'b', 'a', 'c']) backoff.failed(key, key);
    expect(['a', 'b', 'c'].map((key) => backoff.failure(key)?.error)).toEqual(['a', undefined, 'c']);
  });
});
