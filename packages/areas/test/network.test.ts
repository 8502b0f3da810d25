import fc from 'fast-check';
import { type Link, readNetwork } from '../src/index.ts';

const networkOf = (links: readonly Link[]) =>
  readNetwork(
    (async function* () {
      yield* links.toSorted(([a], [b]) => (a < b ? -1 : 1));
    })(),
  );

/** Up to 40 areas with any links: trees, several outlets, links to nowhere, and cycles. */
const anyLinks = fc
  .uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 40 })
  .chain((numbers) =>
    fc.tuple(
      fc.constant(numbers.map(String)),
      fc.array(fc.option(fc.nat(45)), { minLength: numbers.length, maxLength: numbers.length }),
    ),
  )
  .map(([ids, to]): Link[] => ids.map((id, i) => [id, to[i] === null ? undefined : (ids[to[i] as number] ?? 'OCEAN')]));

/** The areas on the way down from one, until the way ends or comes back to one. */
function wayDown(id: string, links: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = id; at !== undefined && links.has(at) && !way.includes(at); at = links.get(at))
    way.push(at);
  return way;
}

it('upstream are all areas whose way down passes, by following each', async () => {
  await fc.assert(
    fc.asyncProperty(anyLinks, async (links) => {
      const network = await networkOf(links);
      const below = new Map(links);
      const ids = [...below.keys()].sort();
      const isOnCycle = (id: string) => below.has(id) && wayDown(id, below).some((one) => below.get(one) === id);
      for (const id of ids) {
        const upstream = network.upstreamOf(id);
        if (isOnCycle(id)) expect(upstream).toMatchObject({ path: 'area' });
        else expect(upstream).toEqual(ids.filter((one) => wayDown(one, below).includes(id)));
      }
      expect(network.outlets).toEqual(
        ids.filter((id) => !below.has(below.get(id) ?? '')).map((id) => [id, below.get(id)]),
      );
      expect(new Set(network.cycles.flat())).toEqual(new Set(ids.filter(isOnCycle)));
      for (const cycle of network.cycles)
        expect(cycle.map((id) => below.get(id))).toEqual([...cycle.slice(1), cycle[0]]);
    }),
  );
});

it('names a cycle, and knows only its own areas', async () => {
  const network = await networkOf([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['d', 'd'],
    ['e', 'a'],
  ]);
  expect(network.upstreamOf('b')).toEqual({ path: 'area', problem: 'b drains into itself: a → b → c → a' });
  expect(network.upstreamOf('d')).toEqual({ path: 'area', problem: 'd drains into itself: d → d' });
  expect(network.upstreamOf('e')).toEqual(['e']);
  expect(network.upstreamOf('f')).toBeUndefined();
});

it('follows a chain of 100,000', async () => {
  const id = (place: number) => String(place).padStart(6, '0');
  const links = Array.from({ length: 100_000 }, (_, place): Link => [id(place), place > 0 ? id(place - 1) : 'OCEAN']);
  const network = await networkOf(links);
  expect(network.upstreamOf(id(0))).toHaveLength(100_000);
  expect(network.upstreamOf(id(99_998))).toEqual([id(99_998), id(99_999)]);
});
