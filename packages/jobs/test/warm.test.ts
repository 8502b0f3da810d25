import { type Computations, type Warmed, warm } from '@catchment/jobs';

const request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' } as const;

/** What becomes of a result that the cache never has, when nothing but this is heard of its computation. */
async function warmed(computations: Pick<Computations, 'begin' | 'state'>): Promise<Warmed[]> {
  const ended: Warmed[] = [];
  const items = async function* () {
    yield { name: 'landcover huc12/1', key: 'k', request };
  };
  const endings = { wait: async () => undefined };
  const dependencies = { computations, endings, isThere: async () => false, inFlight: 1 };
  const { signal } = new AbortController();
  await warm(items(), dependencies, { onEnd: (one) => void ended.push(one), signal });
  return ended;
}

const state = async () => ({ state: 'gone' as const });

it('a result whose computation is being dismissed all the while fails with that reason', async () => {
  const reason = 'its computation was dismissed by others and has not stopped yet';
  const ended = await warmed({ begin: async () => undefined, state });
  expect(ended).toEqual([{ name: 'landcover huc12/1', outcome: 'failed', reason }]);
});

it('a result that is computed and not kept fails with that reason', async () => {
  const reason = 'it was computed, but the cache does not keep it';
  const ended = await warmed({ begin: async () => '1', state });
  expect(ended).toEqual([{ name: 'landcover huc12/1', outcome: 'failed', reason }]);
});
