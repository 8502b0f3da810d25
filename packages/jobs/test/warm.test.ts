import type { Request } from '@cellshed/contracts';
import { type Background, membersOf, type Outcome, type Warmed, type WarmItem, warm } from '@cellshed/jobs';

const request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' } as const;

async function* passesOf(items: readonly WarmItem[], size = 250) {
  for (let at = 0; at < items.length; at += size) {
    const some = items.slice(at, at + size);
    yield { items: async () => some };
  }
}

/**
 * The outcome of a result that is never in the cache, when the test alone reports its computation.
 */
async function warmed(outcome: Outcome | undefined): Promise<Warmed[]> {
  const background = { ask: async () => ['1'], leave: async () => undefined };
  const computations = { areOver: async () => [true], outcomes: async () => [outcome] };
  const ended: Warmed[] = [];
  const items = [{ name: 'landcover huc12/1', key: 'k', fingerprint: 'f', request }];
  const endings = { wait: async () => undefined };
  const dependencies = { background, computations, endings, isThere: async () => false };
  const { signal } = new AbortController();
  await warm(passesOf(items), dependencies, { atOnce: 1, onEnd: (one) => void ended.push(one), signal });
  return ended;
}

it('a result whose computation is dismissed again and again fails with that reason', async () => {
  const reason = 'its computation was dismissed by others';
  const ended = await warmed({ outcome: 'cancelled' });
  expect(ended).toEqual([{ name: 'landcover huc12/1', outcome: 'failed', reason }]);
});

it('a result that is computed and not kept fails with that reason', async () => {
  const reason = 'it was computed, but the cache does not keep it';
  const ended = await warmed(undefined);
  expect(ended).toEqual([{ name: 'landcover huc12/1', outcome: 'failed', reason }]);
});

describe('many results', () => {
  const names = Array.from({ length: 600 }, (_, n) => String(n).padStart(3, '0'));

  /**
   * Computations that end at once, but refuse to sweep more than so many, or one of the bad ones;
   * and the sizes of those begun.
   */
  async function sweeping({ most = Infinity, bad = [] as string[], there = [] as string[], atOnce = 1 }) {
    const ended: Warmed[] = [];
    const begun: string[][] = [];
    const results = new Map<string, Outcome>();
    const ask: Background['ask'] = async ({ keys, isSwept, part }) => {
      const members: readonly Request[] = membersOf(part(keys.map((_, i) => i)).request);
      const ids = members.map(({ area }) => (area as { id: string }).id);
      begun.push(ids);
      const isBad = ids.some((id) => bad.includes(id));
      if (isSwept && (isBad || ids.length > most))
        results.set(String(begun.length), { outcome: 'refused', problem: 'no' });
      else if (isBad) results.set(String(begun.length), { outcome: 'failed', reason: `area ${ids[0]} is wrong` });
      else results.set(String(begun.length), { outcome: 'done', cache: 'miss', cells: ids.length });
      return [String(begun.length)];
    };
    const items = names.map((name) => {
      return { name, key: `k${name}`, fingerprint: 'f', request: { ...request, area: { table: 't', id: name } } };
    });
    await warm(
      passesOf(items),
      {
        background: { ask, leave: async () => undefined },
        computations: {
          areOver: async (ids) => ids.map(() => true),
          outcomes: async (ids) => ids.map((id) => results.get(id)),
        },
        endings: { wait: async () => undefined },
        isThere: async (key) => there.includes(key),
      },
      { atOnce, onEnd: (one) => void ended.push(one), signal: new AbortController().signal },
    );
    return { ended, begun, sizes: begun.map((ids) => ids.length) };
  }

  it('are swept by hundreds, without those that are there', async () => {
    const { ended, sizes } = await sweeping({ there: ['k007'] });
    expect(sizes).toEqual([249, 250, 100]);
    expect(ended.map(({ name }) => name).sort()).toEqual(names);
    const outcomes = ended.filter(({ outcome }) => outcome === 'there');
    expect(outcomes.map(({ name }) => name)).toEqual(['007']);
  });

  it('that are too large to be swept by so many are by fewer, without trying that each time', async () => {
    const { ended, sizes } = await sweeping({ most: 40 });
    // Halved until it fits; the next pass begins there.
    expect(sizes.slice(0, 4)).toEqual([250, 125, 63, 32]);
    expect(sizes.slice(1).filter((size) => size > 40).length).toBeLessThan(8);
    expect(ended.every(({ outcome }) => outcome === 'computed')).toBe(true);
    expect(ended.map(({ name }) => name).sort()).toEqual(names);
  });

  it('that fail are told apart from their neighbours, with their reasons', async () => {
    const { ended, sizes } = await sweeping({ bad: ['003', '300'], atOnce: 4 });
    const failed = ended.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toEqual([
      { name: '003', outcome: 'failed', reason: 'area 003 is wrong' },
      { name: '300', outcome: 'failed', reason: 'area 300 is wrong' },
    ]);
    expect(ended.map(({ name }) => name).sort()).toEqual(names);
    expect(sizes.length).toBeLessThan(40);
  });
});
