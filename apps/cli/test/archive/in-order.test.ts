import fc from 'fast-check';
import { inOrder } from '../../src/archive/in-order.ts';

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('gives results on in the order of the items, whichever ends first, within its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 8 }),
      async (scheduler, count, atOnce, window) => {
        const items = Array.from({ length: count }, (_, n) => n);
        let running = 0;
        let begun = 0;
        let given = 0;
        const work = async (n: number) => {
          running += 1;
          begun += 1;
          expect(running).toBeLessThanOrEqual(atOnce);
          // One may be on its way to the caller.
          expect(begun - given).toBeLessThanOrEqual(window + 1);
          const result = await scheduler.schedule(Promise.resolve(n * 10));
          running -= 1;
          return result;
        };
        const results: number[] = [];
        const all = (async () => {
          for await (const result of inOrder(items, work, { atOnce: () => atOnce, window: () => window })) {
            given += 1;
            results.push(result);
          }
        })();
        await scheduler.waitFor(all);
        expect(results).toEqual(items.map((n) => n * 10));
      },
    ),
  );
});

/** Work that ends when the test says so. */
function manual() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const work = (n: number) =>
    new Promise<number>((resolve, reject) => {
      begun.push(n);
      ends.set(n, { resolve: () => resolve(n), reject });
    });
  const settle = async (n: number, error?: Error) => {
    if (error) ends.get(n)?.reject(error);
    else ends.get(n)?.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, work, settle };
}

const five = [1, 2, 3, 4, 5];

it('begins as many as may be at once, and the next as one ends, though the caller waits for the first', async () => {
  const { begun, work, settle } = manual();
  const results = inOrder(five, work, { atOnce: () => 2, window: () => 4 });
  const first = results.next();
  await settle(0);
  expect(begun).toEqual([1, 2]);
  await settle(2);
  expect(begun).toEqual([1, 2, 3]);
  await settle(3);
  await settle(4);
  // The window is full: 1 is not done, 2 to 4 wait for it.
  expect(begun).toEqual([1, 2, 3, 4]);
  await settle(1);
  expect((await first).value).toBe(1);
  expect(begun).toEqual(five);
});

it('throws the error of one that fails after the results before it, and begins no other', async () => {
  const { begun, work, settle } = manual();
  const results = inOrder(five, work, { atOnce: () => 2, window: () => 5 });
  const first = results.next();
  await settle(0);
  await settle(2, new Error('the second failed'));
  await settle(1);
  expect((await first).value).toBe(1);
  await expect(results.next()).rejects.toThrow('the second failed');
  expect(begun).toEqual([1, 2]);
  expect((await results.next()).done).toBe(true);
});

it('begins no other when the caller stops', async () => {
  const { begun, work, settle } = manual();
  const results = inOrder(five, work, { atOnce: () => 1, window: () => 5 });
  const first = results.next();
  await settle(0);
  await settle(1);
  await first;
  await results.return(undefined);
  await settle(2);
  expect(begun).toEqual([1, 2]);
});

it('of no items is nothing', async () => {
  expect(await collect(inOrder([], async () => 1, { atOnce: () => 1, window: () => 1 }))).toEqual([]);
});
