import { isRefusal } from '@cellshed/contracts';
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

it('goes down from what is above, with few sums at a time', async () => {
  const chosenIn = (links: readonly Link[]) => fc.subarray(links.map(([id]) => id));
  const cases = anyLinks.chain((links) => fc.tuple(fc.constant(links), chosenIn(links)));
  await fc.assert(
    fc.asyncProperty(cases, async ([links, chosen]) => {
      const network = await networkOf(links);
      const below = new Map(links);
      const order = network.upstreamFirst([...chosen, 'nowhere']);
      const expected = chosen.flatMap((id) => {
        const upstream = network.upstreamOf(id);
        if (upstream === undefined) throw new Error(`no area ${id}`);
        expect(network.cycleOf(id)).toEqual(isRefusal(upstream) ? upstream : undefined);
        return isRefusal(upstream) ? [] : upstream;
      });
      expect(order.map(([id]) => id).sort()).toEqual([...new Set(expected)].sort());
      const added = new Map<string, number>();
      for (const [i, [id, downstream]] of order.entries()) {
        expect(downstream).toBe(below.has(below.get(id) ?? '') ? below.get(id) : undefined);
        const above = links.filter(([, to]) => to === id);
        expect([id, added.get(id) ?? 0]).toEqual([id, above.length]);
        added.delete(id);
        const isAmong = order.slice(i).some(([one]) => one === downstream);
        if (downstream !== undefined && isAmong) added.set(downstream, (added.get(downstream) ?? 0) + 1);
        expect(added.size).toBeLessThanOrEqual(Math.log2(order.length) + 1);
      }
    }),
  );
});

it.each([
  ['a chain', (place: number) => place - 1],
  ['a comb', (place: number) => (place % 2 === 0 ? place - 2 : place - 1)],
  ['a full binary tree', (place: number) => (place === 0 ? -1 : (place - 1) >> 1)],
])('goes down %s of 100,000 in time', async (_, below) => {
  const id = (place: number) => String(place).padStart(6, '0');
  const links = Array.from({ length: 100_000 }, (_, place): Link => [id(place), id(below(place))]);
  const order = (await networkOf(links)).upstreamFirst([id(0)]);
  const open = new Set<string>();
  let most = 0;
  for (const [one, downstream] of order) {
    open.delete(one);
    if (downstream !== undefined) open.add(downstream);
    most = Math.max(most, open.size);
  }
  expect([order.length, order.at(-1), open.size]).toEqual([100_000, [id(0), undefined], 0]);
  expect(most).toBeLessThanOrEqual(18);
});
