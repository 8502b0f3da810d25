import { singleFlight } from '../../src/fetching/single-flight.ts';

const long = 600_000;

/** Tasks that end when the test says so. */
function tasks() {
  const begun: { land: (value: string) => void; crash: (error: Error) => void; hasWaited: boolean }[] = [];
  const task = (hasWaited = false) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({ land: resolve, crash: reject, hasWaited });
    return promise;
  };
  return { begun, task };
}

describe('a flight', () => {
  it('is shared by all who ask while it is under way, of one key', async () => {
    const flights = singleFlight<string>();
    const { begun, task } = tasks();
    const all = Array.from({ length: 100 }, () => flights.join('key', long, task));
    const other = flights.join('other', long, task);
    begun[0]?.land('value');
    begun[1]?.land('other');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['value']));
    expect(await other).toBe('other');
    expect(begun).toMatchObject([{ hasWaited: false }, { hasWaited: false }]);
    const next = flights.join('key', long, task);
    begun[2]?.land('next');
    expect(await next).toBe('next');
  });

  it('that crashes is told to all, and the next one starts anew', async () => {
    const flights = singleFlight<string>();
    const { begun, task } = tasks();
    const all = [flights.join('key', long, task), flights.join('key', long, task)];
    begun[0]?.crash(new Error('boom'));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = flights.join('key', long, task);
    begun[1]?.land('value');
    expect(await next).toBe('value');
    expect(begun.length).toBe(2);
  });

  it('that never lands is waited for a bounded time; then one of those who waited starts another', async () => {
    const flights = singleFlight<string>();
    const { begun, task } = tasks();
    const first = flights.join('key', 5, task);
    const second = Promise.withResolvers<void>();
    const next = (hasWaited: boolean) => {
      second.resolve();
      return task(hasWaited);
    };
    const waiting = [flights.join('key', long, next), flights.join('key', long, next)];
    await second.promise;
    begun[1]?.land('second');
    expect(await Promise.all(waiting)).toEqual(['second', 'second']);
    expect(begun.map(({ hasWaited }) => hasWaited)).toEqual([false, true]);
    begun[0]?.land('first');
    expect(await first).toBe('first');
  });

  it('that was overtaken or forgotten is not joined, and its end is nothing to the next one', async () => {
    const flights = singleFlight<string>();
    const { begun, task } = tasks();
    const first = flights.join('key', long, task);
    const second = flights.start('key', long, task);
    const third = flights.join('key', long, task);
    begun[0]?.land('first');
    expect(await first).toBe('first');
    const fourth = flights.join('key', long, task);
    flights.forget('key');
    const fifth = flights.join('key', long, task);
    begun[1]?.land('second');
    begun[2]?.land('third');
    expect(await Promise.all([second, third, fourth, fifth])).toEqual(['second', 'second', 'second', 'third']);
    expect(begun.length).toBe(3);
  });

  it('may be waited for as long as there is time', async () => {
    const flights = singleFlight<string>();
    const { begun, task } = tasks();
    const all = [flights.join('key', Number.MAX_SAFE_INTEGER, task), flights.join('key', long, task)];
    // A timer that is set for longer than timers can be would be over at once, before this one.
    await new Promise((resolve) => setTimeout(resolve, 5));
    begun[0]?.land('value');
    expect(await Promise.all(all)).toEqual(['value', 'value']);
    expect(begun.length).toBe(1);
  });
});
