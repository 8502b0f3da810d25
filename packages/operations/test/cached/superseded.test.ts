import { parseResultKey, type ResultKeyParts } from '@cellshed/cache';
import type { Catalog, CatalogOperation, CatalogRaster } from '@cellshed/catalog';
import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import fc from 'fast-check';
import { digits, rasterOf } from '../../../raster/test/pictures.ts';
import type { CurrentVersions } from '../../src/cached/current-versions.ts';
import { resultStandings } from '../../src/cached/superseded.ts';
import { identifyRequests } from '../../src/identify.ts';
import { openKnownOperations } from '../../src/known-operations.ts';
import { resolveOperation } from '../../src/resolve.ts';

/** A catalog as it is at one time, and the versions of what it names. */
interface World {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas' | 'lines'>;
  readonly versions: Readonly<Record<string, string>>;
}

const rasterNames = ['nlcd', 'soil', 'slope', 'rain_01', 'rain_07'];
const operations: readonly CatalogOperation[] = [
  { name: 'cover', type: 'groupedCount', rasters: ['nlcd'] },
  { name: 'many', type: 'groupedCount', isMany: true, rasters: ['nlcd', 'soil'] },
  { name: 'steep', type: 'groupedAverage', rasters: ['nlcd'], target: 'slope' },
  { name: 'height', type: 'statistics', rasters: ['slope'], weights: 'soil', quantiles: [0.5] },
  { name: 'streams', type: 'linesJoin', rasters: ['nlcd'], lines: 'rivers' },
  { name: 'any_lines', type: 'linesJoin', rasters: ['nlcd'] },
  {
    ...{ name: 'rain', type: 'groupedAverage', rasters: [], target: 'rain_{month}' },
    parameters: { month: { values: ['01', '07'] } },
  },
];

const named = <Item extends { readonly name: string }>(items: readonly Item[]) =>
  new Map(items.map((item) => [item.name, item]));

function worldOf(
  versions: Readonly<Record<string, string>> = {},
  { without = [], others = [] }: { without?: readonly string[]; others?: readonly CatalogOperation[] } = {},
): World {
  const rasters = rasterNames.map((name): CatalogRaster => ({ name, url: name, aliases: [], legend: new Map() }));
  const areas = ['huc12', 'huc8'].map((name) => ({ name, source: name, id: 'id' }));
  const there = <Item extends { readonly name: string }>(items: readonly Item[]) =>
    named(items.filter(({ name }) => !without.includes(name)));
  return {
    catalog: {
      rasters: there(rasters),
      areas: there(areas),
      operations: new Map([...there(operations), ...named(others)]),
      lines: there([{ name: 'rivers', source: 'rivers' }]),
    },
    versions: Object.fromEntries(
      [...rasterNames, 'huc12', 'huc8', 'rivers'].map((name) => [name, versions[name] ?? '1']),
    ),
  };
}

const versionsOf = ({ versions }: World): CurrentVersions => {
  const version = async (name: string) => versions[name] as string;
  return { raster: version, table: version, lines: version, close: async () => {} };
};

async function keyIn({ catalog, versions }: World, request: Request): Promise<string | undefined> {
  const open = new Map(
    rasterNames.map((name) => [name, { ...rasterOf({ name, rows: digits('12') }), version: versions[name] as string }]),
  );
  const use = async (name: string, work: (one: object) => Promise<unknown>) =>
    work({ version: versions[name], has: async () => true });
  const operationOf = openKnownOperations(catalog);
  const sources = { catalog, tables: { use }, lines: { use }, operationOf } as unknown as Parameters<
    typeof identifyRequests
  >[2];
  const identified = await identifyRequests([request], open, sources);
  return isRefusal(identified) ? undefined : identified[0]?.key;
}

async function partsIn(world: World, request: Request): Promise<ResultKeyParts> {
  return parseResultKey((await keyIn(world, request)) as string) as ResultKeyParts;
}

type Wanted = Parameters<typeof resolveOperation>[0] & Pick<Request, 'area' | 'lines'>;

function asked({ area, lines, ...choice }: Wanted, { catalog }: World = worldOf()): Request {
  const resolved = resolveOperation(choice, catalog);
  if (isRefusal(resolved)) throw new Error(refusalText(resolved));
  return { ...resolved, area, ...(lines && { lines }) };
}

const standingIn = (world: World, parts: ResultKeyParts) => resultStandings(world.catalog, versionsOf(world)).of(parts);

const wanted = fc.record({
  choice: fc.oneof(
    fc.record({ operation: fc.constantFrom('cover', 'many', 'steep') }, { noNullPrototype: true }),
    fc.record({ operation: fc.constant('cover'), coverage: fc.constantFrom('centre', 'touched', 'fraction') }),
    fc.record({ operation: fc.constant('cover'), rasters: fc.constantFrom({ nlcd: 'soil' }, { nlcd: 'nlcd' }) }),
    fc.record({
      operation: fc.constant('height'),
      choices: fc.record({ quantiles: fc.constantFrom([0.1], [], [0.5]) }),
    }),
    fc.record({ operation: fc.constant('height'), rasters: fc.constant({ soil: 'rain_01' }) }),
    fc.record({ operation: fc.constant('streams') }),
    fc.record({ operation: fc.constant('any_lines'), lines: fc.constantFrom({ drawn: 'a1' }, { drawn: 'b2' }) }),
    fc.record({ operation: fc.constant('rain'), parameters: fc.constantFrom({ month: '01' }, { month: '07' }) }),
  ),
  area: fc.constantFrom({ table: 'huc12', id: '1' }, { table: 'huc8', id: '1' }, { drawn: 'ab' }),
});
const replaced = fc.dictionary(fc.constantFrom(...rasterNames, 'huc12', 'huc8', 'rivers'), fc.constantFrom('1', '2'), {
  maxKeys: 3,
  noNullPrototype: true,
});

it('a result is superseded exactly when the same request has another key now', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(wanted, replaced, replaced, async ({ choice, area }, before, after) => {
      const request = asked({ ...choice, area } as Wanted);
      const [then, now] = [worldOf(before), worldOf(after)];
      const [key, keyNow] = [await keyIn(then, request), await keyIn(now, request)];
      const standing = await standingIn(now, parseResultKey(key as string) as ResultKeyParts);
      expect(standing).toBe(key === keyNow ? 'current' : 'superseded');
      seen.add(`${standing} ${choice.operation} ${'drawn' in area}`);
    }),
    { numRuns: 1000 },
  );
  // Each operation on both kinds of areas, of both standings.
  expect(seen.size).toBe(4 * operations.length);
});

describe('what is no longer as it was in the catalog', () => {
  const area = { table: 'huc12', id: '1' };
  const cases: readonly [string, Wanted, World, string][] = [
    [
      'an operation of other rasters',
      { operation: 'cover', area },
      worldOf(
        { soil: '2' },
        { others: [{ ...(operations[0] as CatalogOperation), rasters: ['soil'] } as CatalogOperation] },
      ),
      'superseded',
    ],
    [
      'an operation of another type',
      { operation: 'cover', area },
      worldOf({}, { others: [{ name: 'cover', type: 'summary', rasters: ['nlcd'] }] }),
      'superseded',
    ],
    [
      'an operation with other names, lifetimes and quantiles',
      { operation: 'height', area, choices: { quantiles: [0.2] } },
      worldOf(
        {},
        {
          others: [
            {
              ...(operations[3] as CatalogOperation),
              title: 'Height',
              quantiles: [0.9],
              lifetimeMilliseconds: 5,
            } as CatalogOperation,
          ],
        },
      ),
      'current',
    ],
    [
      'an operation that has parameters now',
      { operation: 'cover', area },
      worldOf(
        {},
        {
          others: [
            {
              ...(operations[0] as CatalogOperation),
              rasters: ['rain_{m}'],
              parameters: { m: { values: ['01'] } },
            } as CatalogOperation,
          ],
        },
      ),
      'superseded',
    ],
    [
      'an operation of more rasters',
      { operation: 'cover', rasters: { nlcd: 'soil' }, area },
      worldOf(
        {},
        { others: [{ ...(operations[0] as CatalogOperation), rasters: ['nlcd', 'soil'] } as CatalogOperation] },
      ),
      'superseded',
    ],
    [
      'lines of the catalog, where they came with requests',
      { operation: 'any_lines', area, lines: { drawn: 'a' } },
      worldOf({}, { others: [{ name: 'any_lines', type: 'linesJoin', rasters: ['nlcd'], lines: 'rivers' }] }),
      'superseded',
    ],
    [
      'an operation that has left',
      { operation: 'cover', area },
      worldOf({ nlcd: '2' }, { without: ['cover'] }),
      'unlisted',
    ],
    ['a table that has left', { operation: 'cover', area }, worldOf({ nlcd: '2' }, { without: ['huc12'] }), 'unlisted'],
    [
      'a raster that was chosen and has left',
      { operation: 'cover', rasters: { nlcd: 'soil' }, area },
      worldOf({}, { without: ['soil'] }),
      'unlisted',
    ],
  ];
  it.each(cases)('%s: %j is %s', async (_, choice, now, standing) => {
    expect(await standingIn(now, await partsIn(worldOf(), asked(choice)))).toBe(standing);
  });

  it('the nodata, band or CRS of a raster', async () => {
    const parts = await partsIn(worldOf(), asked({ operation: 'cover', area }));
    for (const override of [{ nodata: 0 }, { band: 2 }, { crs: 'EPSG:5070' }]) {
      const now = worldOf();
      const rasters = new Map([...now.catalog.rasters, ['nlcd', { ...now.catalog.rasters.get('nlcd')!, ...override }]]);
      expect(await standingIn({ ...now, catalog: { ...now.catalog, rasters } }, parts)).toBe('superseded');
    }
  });

  it('a fingerprint of an older Catchment is superseded', async () => {
    const old = { area, operation: 'cover', fingerprint: '0123456789abcdef0123456789abcdef' };
    expect(await standingIn(worldOf(), old)).toBe('superseded');
  });
});

it('results of what cannot be opened are of unknown standing, others not, and each reason is said once', async () => {
  const world = worldOf();
  const versions: CurrentVersions = {
    ...versionsOf(world),
    raster: async (name) => {
      if (name === 'soil') throw new Error('rasters.soil: is missing');
      return '1';
    },
  };
  const standings = resultStandings(world.catalog, versions);
  const area = { table: 'huc12', id: '1' };
  const of = async (operation: string) => standings.of(await partsIn(world, asked({ operation, area })));
  expect([await of('many'), await of('many'), await of('cover')]).toEqual(['unknown', 'unknown', 'current']);
  expect(await of('height')).toBe('unknown');
  expect(standings.problems()).toEqual(['rasters.soil: is missing']);
});

it('each version is asked for once for a thousand results', async () => {
  const world = worldOf();
  const counted = new Map<string, number>();
  const version = async (name: string) => {
    counted.set(name, (counted.get(name) ?? 0) + 1);
    return '1';
  };
  const standings = resultStandings(world.catalog, {
    raster: version,
    table: version,
    lines: version,
    close: async () => {},
  });
  for (let id = 0; id < 1000; id += 1) {
    await standings.of({ area: { table: 'huc12', id: `${id}` }, operation: 'streams', fingerprint: 'x' });
  }
  expect(Object.fromEntries(counted)).toEqual({ nlcd: 1, huc12: 1, rivers: 1 });
});
