import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type AreaTable, openAreaTable } from '@catchment/areas';
import type { Catalog, CatalogOperation, CatalogRaster, OpenAreas } from '@catchment/catalog';
import { type ShownAs, shownResults } from '../../src/answers/shown-results.ts';

const file = join(import.meta.dirname, '../../../../packages/areas/test/fixtures/basins.geojson');
const cover: CatalogRaster = {
  name: 'cover',
  url: '/c.tif',
  aliases: [],
  legend: new Map([[41, { label: 'Forest' }]]),
};
const slope: CatalogRaster = {
  name: 'slope',
  url: '/s.tif',
  aliases: [],
  legend: new Map(),
  units: 'percent',
  date: '2019',
};
const operations: CatalogOperation[] = [
  { name: 'cover', type: 'groupedCount', rasters: ['cover'] },
  { name: 'slopes', type: 'statistics', rasters: ['slope'] },
];
const catalog = {
  operations: new Map(operations.map((one) => [one.name, one])),
  rasters: new Map([cover, slope].map((one) => [one.name, one])),
  areas: new Map([['basins', { name: 'basins', source: file, id: 'code' }]]),
} satisfies Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
const tables: Pick<OpenAreas, 'use'> = {
  use: async (name, work) => work(await openAreaTable({ name, path: file, id: 'code', nameProperty: 'label' })),
};

const common = { coverage: 'centre', cellArea: 900, cells: 2, covered: 1 };
const counted = {
  operation: 'cover',
  area: 'basins/020402',
  rasters: ['cover'],
  ...common,
  groups: [{ values: [41], cells: 2 }],
};
const described = {
  ...{ operation: 'slopes', area: 'drawn/00ff', rasters: ['slope'], ...common, count: 2, noData: 0, mean: 1.5 },
  quantiles: [{ quantile: 0.5, value: 1 }],
};

async function shown(form: ShownAs, result: object, isPacked = false): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(result));
  const shelved = isPacked ? { bytes: gzipSync(bytes), encoding: 'gzip' as const } : { bytes, encoding: undefined };
  return Buffer.from(await shownResults(form, shelved, { catalog, tables })).toString();
}

const records = async (result: object) => {
  const [head = '', ...rows] = (await shown('csv', result, true)).trimEnd().split('\r\n');
  return rows.map((row) => {
    const cells = row.split(',');
    return Object.fromEntries(
      head
        .split(',')
        .map((name, i) => [name, cells[i]])
        .filter(([, cell]) => cell !== ''),
    );
  });
};

it('results of several operations in several areas are one table', async () => {
  expect(await records({ results: [counted, described] })).toEqual([
    {
      ...{
        area_table: 'basins',
        id: '020402',
        name: 'Lower Basin',
        operation: 'cover',
        cover: '41',
        cover_label: 'Forest',
      },
      ...{ cells: '2', area_m2: '1800', percent: '100', covered: '1', coverage: 'centre' },
    },
    {
      ...{
        id: 'drawn/00ff',
        operation: 'slopes',
        count: '2',
        no_data: '0',
        mean: '1.5',
        quantile_0_5: '1',
        units: 'percent',
      },
      ...{ cells: '2', area_m2: '1800', covered: '1', coverage: 'centre' },
    },
  ]);
  expect(await records(counted)).toHaveLength(1);
});

it('tables are asked for the names of at most 1,000 areas at once, each area once', async () => {
  const asked: (readonly string[])[] = [];
  const names = async (ids: readonly string[]) => {
    asked.push(ids);
    return new Map(ids.filter((id) => id !== '7').map((id) => [id, `Basin ${id}`]));
  };
  const counting = {
    use: (_name: string, work: (open: AreaTable) => unknown) => work({ names } as unknown as AreaTable),
  };
  const results = Array.from({ length: 1501 }, (_, n) => ({ ...counted, area: `basins/${n}` }));
  results.splice(1, 0, { ...counted, area: 'drawn/1' }, { ...counted, area: 'basins/0' });
  const bytes = Buffer.from(JSON.stringify({ results }));
  const sources = { catalog, tables: counting as unknown as typeof tables };
  const text = Buffer.from(await shownResults('csv', { bytes, encoding: undefined }, sources)).toString();
  expect(asked.map(({ length }) => length)).toEqual([1000, 501]);
  const rows = text.trimEnd().split('\r\n').slice(1);
  expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual(
    results.map(({ area }) => {
      const [table, id = ''] = area.split('/');
      if (table === 'drawn') return ['', area, ''];
      return ['basins', id, id === '7' ? '' : `Basin ${id}`];
    }),
  );
});

it('labelled results have names, and stay one or several', async () => {
  const one = JSON.parse(await shown('labelled', counted));
  expect(one.groups).toEqual([{ values: [41], labels: ['Forest'], cells: 2, squareMetres: 1800 }]);
  const { results } = JSON.parse(await shown('labelled', { results: [counted, described] }));
  expect(results[0]).toEqual(one);
  expect(results[1]).toMatchObject({
    units: 'percent',
    sources: [{ raster: 'slope', date: '2019', units: 'percent' }],
  });
});

it('GeoJSON has the polygons of well-known areas, and none of drawn ones', async () => {
  const { features, sources } = JSON.parse(await shown('geojson', { results: [counted, described] }));
  expect(features.map(({ geometry }: { geometry: { type: string } | null }) => geometry?.type)).toEqual([
    'Polygon',
    undefined,
  ]);
  expect(sources.map(({ raster }: { raster: string }) => raster)).toEqual(['cover', 'slope']);
});

it('results of an operation that is no longer there are refused', async () => {
  await expect(shown('csv', { ...counted, operation: 'gone' })).rejects.toThrow(
    'f: operation gone is not in the catalog any more, expected json',
  );
});
