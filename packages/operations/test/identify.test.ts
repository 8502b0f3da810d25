import type { AreaTable } from '@cellshed/areas';
import type { Catalog } from '@cellshed/catalog';
import type { Definition } from '@cellshed/contracts';
import { digits, rasterOf } from '../../raster/test/pictures.ts';
import { identifyRequests } from '../src/identify.ts';
import { openKnownOperations } from '../src/known-operations.ts';

const definition = (raster: string): Definition => ({ type: 'groupedCount', rasters: [raster] });
const open = new Map(['a', 'b'].map((name) => [name, rasterOf({ name, rows: digits('12') })]));

/** Sources with one table, and the ids that it was asked for. */
function sourcesOf(ids: readonly string[]) {
  const lookedUp: string[] = [];
  const table = {
    version: '1',
    has: async (id: string) => {
      lookedUp.push(id);
      return ids.includes(id);
    },
  } as unknown as AreaTable;
  const catalog = { operations: new Map(), rasters: new Map(), areas: new Map([['t', {}]]) } as unknown as Catalog;
  const lines = { use: () => Promise.reject(new Error('no lines are asked for')) };
  const operationOf = openKnownOperations(catalog);
  return { lookedUp, sources: { catalog, lines, operationOf, tables: { use: (_name, work) => work(table) } } } as {
    lookedUp: string[];
    sources: Parameters<typeof identifyRequests>[2];
  };
}

const asked = (ids: readonly string[]) =>
  ids.flatMap((id) =>
    ['a', 'b'].map((raster) => ({
      operation: raster,
      definition: definition(raster),
      area: { table: 't', id },
      coverage: 'centre' as const,
    })),
  );

it('an area for which several operations are asked is looked up once, and identified as when each is asked alone', async () => {
  const { sources, lookedUp } = sourcesOf(['1', '2']);
  const requests = asked(['1', '2', '1']);
  const together = await identifyRequests(requests, open, sources);
  expect(lookedUp).toEqual(['1', '2']);
  const alone = await Promise.all(requests.map((one) => identifyRequests([one], open, sources)));
  expect(together).toEqual(alone.flat());
  expect(new Set(alone.flat().map((one) => (one as { key: string }).key)).size).toBe(4);
});

it('an area that the table has not refuses all, and the sentence says which it is', async () => {
  const { sources } = sourcesOf(['1']);
  expect(await identifyRequests(asked(['1', '9']), open, sources)).toEqual({
    path: 't/9, a(a)',
    problem: expect.stringMatching(/^area: table t has no area "9"$/),
  });
});

it('what the catalog says of a raster beside its names makes another key', async () => {
  const { sources } = sourcesOf(['1']);
  const entries = [
    {},
    { band: 2 },
    { nodata: 0 },
    { nodata: 'none' },
    { crs: 'EPSG:5070' },
    { mask: 'none' },
    { sidecars: 'none' },
    { scaled: true },
    { mask: 'none', scaled: true },
  ] as const;
  const keyOf = async (entry: object) => {
    const rasters = new Map([['a', { url: '', name: 'a', aliases: [], legend: new Map(), ...entry }]]);
    const catalog = { ...sources.catalog, rasters } as unknown as Catalog;
    const operationOf = openKnownOperations(catalog);
    const [one] = (await identifyRequests(asked(['1']).slice(0, 1), open, { ...sources, catalog, operationOf })) as {
      key: string;
    }[];
    return one?.key;
  };
  const keys = await Promise.all(entries.map(keyOf));
  expect(new Set(keys).size).toBe(entries.length);
  expect(await keyOf({ title: 'A', units: 'm', scaled: false, band: 1 })).toBe(keys[0]);
});

it('results that were computed by an older version of the algorithm are not looked at any more', async () => {
  const { sources } = sourcesOf(['1']);
  const [one] = (await identifyRequests(asked(['1']).slice(0, 1), open, sources)) as { key: string }[];
  // In versions before 4, lines from either end shared a result, and so did areas wider than half
  // the world.
  expect(one?.key).toMatch(/^geop:t:1:a\(a\):[0-9a-f]{16}\.[0-9a-f]{32}$/);
  expect(one?.key).not.toBe('geop:t:1:a(a):0e62f79057dfa946.5bc0253b1d46cdd55b6fc1afc97899b2');
});
