import { openPlaces, type Place } from '../../src/reading/places.ts';

/** Places whose time passes by hand. */
function places(count: number, mostWaiting = 10) {
  let time = 0;
  const looks = new Set<() => void>();
  const every = (_milliseconds: number, look: () => void) => {
    looks.add(look);
    return () => void looks.delete(look);
  };
  const { take } = openPlaces({ count, mostWaiting, patienceMilliseconds: 60, now: () => time, every });
  const given: Place[] = [];
  const ask = async (signal?: AbortSignal) => {
    const place = await take(signal);
    given.push(place);
    return place;
  };
  const pass = (milliseconds: number) => {
    time += milliseconds;
    for (const look of looks) look();
  };
  return { ask, given, looks, pass };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('places are given in the order in which they are asked for', async () => {
  const { ask, given, looks } = places(1);
  const first = await ask();
  const [second, third] = [ask(), ask()];
  await nextTurn();
  expect(given).toHaveLength(1);
  first.free();
  (await second).free();
  await third;
  expect(given).toHaveLength(3);
  expect(looks.size).toBe(0);
});

it('a client that leaves while it waits takes no place', async () => {
  const { ask, looks } = places(1, 1);
  const first = await ask();
  const gone = new AbortController();
  const left = ask(gone.signal);
  gone.abort(new Error('the client has gone'));
  await expect(left).rejects.toThrow('the client has gone');
  expect(looks.size).toBe(0);
  const next = ask();
  first.free();
  await next;
  await expect(ask(gone.signal)).rejects.toThrow('the client has gone');
});

it('too many that wait are refused', async () => {
  const { ask } = places(1, 1);
  await ask();
  void ask();
  await expect(ask()).rejects.toThrow('1 requests wait until a table is made for them already: ask again');
});

it('the slowest client loses its place when it had its time, and only while others wait', async () => {
  const { ask, pass } = places(2);
  const [slow, slower] = [await ask(), await ask()];
  slow.waitForClient()();
  const hasRead = slower.waitForClient();
  pass(40);
  hasRead();
  pass(1000);
  slow.waitForClient();
  slower.waitForClient();
  const next = ask();
  pass(19);
  expect([slow.lost.aborted, slower.lost.aborted]).toEqual([false, false]);
  pass(1);
  expect([slow.lost.aborted, slower.lost.aborted]).toEqual([false, true]);
  slower.free();
  await next;
  pass(1000);
  expect(slow.lost.aborted).toBe(false);
});

it('work that waits for no client keeps its place', async () => {
  const { ask, pass } = places(1);
  const busy = await ask();
  void ask();
  pass(1000);
  expect(busy.lost.aborted).toBe(false);
});
