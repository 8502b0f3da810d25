import { inHalves } from '../src/in-halves.ts';

/** Works on numbers. Together they may not exceed a sum, and 13 makes all of them fail. */
async function workedOn(items: readonly number[], most: number): Promise<readonly string[]> {
  const done: string[] = [];
  const work = inHalves(items, {
    together: async (some) => (some.length > most || some.includes(13) ? undefined : some.join('+')),
    alone: async (one) => (one === 13 ? '13 failed' : String(one)),
  });
  for await (const one of work) done.push(one);
  return done;
}

it('items are worked on together where they can be', async () => {
  expect(await workedOn([1, 2, 3], 3)).toEqual(['1+2+3']);
  expect(await workedOn([1], 3)).toEqual(['1']);
  expect(await workedOn([], 3)).toEqual([]);
});

it('items that fail together are worked on in halves, in their order', async () => {
  expect(await workedOn([1, 2, 3, 4, 5], 3)).toEqual(['1+2+3', '4+5']);
  expect(await workedOn([1, 2, 3, 4, 5], 1)).toEqual(['1', '2', '3', '4', '5']);
});

it('an item that fails is found, and harms no other', async () => {
  expect(await workedOn([1, 2, 3, 13, 5, 6, 7, 8], 8)).toEqual(['1+2', '3', '13 failed', '5+6+7+8']);
});
