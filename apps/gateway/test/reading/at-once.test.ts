import { atOnce } from '../../src/reading/at-once.ts';

const never = new AbortController().signal;

/** Tasks that end when they are told to. */
function tasks(most: number, mostWaiting: number) {
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const inTurn = atOnce({ most, mostWaiting, refuse: () => new Error('too many') });
  const ask = (signal = never) => {
    const number = ends.length;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    ends.push((error) => (error ? reject(error) : resolve(number)));
    const task = () => {
      begun.push(number);
      return promise;
    };
    return inTurn(task, signal);
  };
  return { begun, ends, ask };
}

it('runs some at a time, the others in their order', async () => {
  const { begun, ends, ask } = tasks(2, 10);
  const all = [ask(), ask(), ask(), ask()];
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
});

it('refuses those beyond the ones that may wait, and takes others later', async () => {
  const { ends, ask } = tasks(1, 1);
  const [first, second] = [ask(), ask()];
  await expect(ask()).rejects.toThrow('too many');
  ends[0]?.();
  await first;
  const fourth = ask();
  for (const end of ends) end();
  expect(await Promise.all([second, fourth])).toEqual([1, 3]);
});

it('a task that is given up while it waits never runs, and takes no place', async () => {
  const { begun, ends, ask } = tasks(1, 1);
  const [stop, reason] = [new AbortController(), new Error('gone')];
  const first = ask();
  const waiting = ask(stop.signal);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(ask(stop.signal)).rejects.toBe(reason);
  const last = ask();
  for (const end of ends) end();
  await Promise.all([first, last]);
  expect(begun).toEqual([0, 3]);
});

it('a task that fails makes room like any other', async () => {
  const { ends, ask } = tasks(1, 1);
  const [first, second] = [ask(), ask()];
  ends[0]?.(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  ends[1]?.();
  expect(await second).toBe(1);
});
