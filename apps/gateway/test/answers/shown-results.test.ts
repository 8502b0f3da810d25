import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type AreaTable, openAreaTable, type WellKnownArea } from '@cellshed/areas';
import type { Catalog, CatalogOperation, CatalogRaster, OpenAreas } from '@cellshed/catalog';
import type { RowKind } from '@cellshed/tables';
import type { ShownAs } from '../../src/answers/formats.ts';
import { type ShownSources, shownPieces } from '../../src/answers/shown-results.ts';
import type { AreaNames } from '../../src/processes/area-names.ts';

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
  { name: 'changed', type: 'change', rasters: ['cover', 'slope'] },
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

interface Showing extends Partial<ShownSources> {
  readonly isPacked?: boolean;
  readonly names?: AreaNames;
  readonly rows?: RowKind;
}

async function shown(
  form: ShownAs,
  result: object,
  { isPacked = false, names, rows, ...sources }: Showing = {},
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(result));
  const packed = isPacked ? { bytes: gzipSync(bytes), encoding: 'gzip' as const } : { bytes, encoding: undefined };
  const stored = { ...packed, rows, ...(names && { names: Buffer.from(JSON.stringify(names)) }) };
  const pieces: Uint8Array[] = [];
  const drawnArea = async () => undefined;
  for await (const piece of shownPieces(form, stored, { catalog, tables, drawnArea, ...sources })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const records = async (result: object) => {
  const [head = '', ...rows] = (await shown('csv', result, { isPacked: true })).trimEnd().split('\r\n');
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

it.each(['csv', 'geojson'] as const)('areas are named as their client has named them: %s', async (form) => {
  const onField = { ...described, area: 'drawn/00ff' };
  const results = [counted, onField, counted, onField, counted, onField];
  const names = { each: 2, areas: [{ id: '01', name: 'North field' }, null, { name: 'South' }] };
  const text = await shown(form, { results }, { names });
  expect(form === 'csv' ? namesInCsv(text) : namesInGeoJson(text)).toEqual([
    ...['01', '01'].map((id) => ['', id, 'North field']),
    ...[
      ['basins', '020402', 'Lower Basin'],
      ['', 'drawn/00ff', ''],
    ],
    ...[
      ['basins', '020402', 'South'],
      ['', 'drawn/00ff', 'South'],
    ],
  ]);
});

function namesInCsv(text: string): string[][] {
  const [, ...rows] = text.trimEnd().split('\r\n');
  return rows.map((row) => row.split(',').slice(0, 3));
}

function namesInGeoJson(text: string): string[][] {
  const { features } = JSON.parse(text) as { features: { properties: Record<string, string | null> }[] };
  return features.map(({ properties: { area_table, id, name } }) => [area_table, id, name].map((one) => one ?? ''));
}

it('changes are shown by class where classes are wanted, and other results as ever', async () => {
  const figures = { before: 1, after: 2, kept: 1, gains: 1, losses: 0, net: 1 };
  const changed = {
    ...counted,
    operation: 'changed',
    rasters: ['cover', 'slope'],
    classes: [{ value: 41, ...figures }],
  };
  const [head = '', ...rows] = (await shown('csv', { results: [changed, counted] }, { rows: 'classes' })).split('\r\n');
  const columns = head.split(',');
  const cellsOf = (row: string, ...names: string[]) => names.map((name) => row.split(',')[columns.indexOf(name)]);
  expect(cellsOf(rows[0] as string, 'class', 'class_label', 'gains_cells', 'net_area_m2')).toEqual([
    '41',
    'Forest',
    '1',
    '900',
  ]);
  expect(cellsOf(rows[1] as string, 'class', 'cover', 'cells')).toEqual(['', '41', '2']);
  await expect(shown('csv', counted, { rows: 'classes' })).rejects.toThrow(
    'rows: is classes, but no answer to cover has classes; expected groups',
  );
});

it('results with true areas have their columns', async () => {
  const { cellArea: _, ...document } = described;
  const summed = { ...document, squareMetres: 90, noDataSquareMetres: 0, meanByArea: 1.25 };
  expect(await records(summed)).toMatchObject([
    { area_m2: '90', no_data_area_m2: '0', mean: '1.5', mean_by_area: '1.25' },
  ]);
});

it('tables are asked for the names of at most 200 areas at once, each area once', async () => {
  const asked: (readonly string[])[] = [];
  const names = async (ids: readonly string[]) => {
    asked.push(ids);
    return new Map(ids.filter((id) => id !== '7').map((id) => [id, `Basin ${id}`]));
  };
  const counting = {
    use: (_name: string, work: (open: AreaTable) => unknown) => work({ names } as unknown as AreaTable),
  };
  const results = Array.from({ length: 301 }, (_, n) => ({ ...counted, area: `basins/${n}` }));
  results.splice(1, 0, { ...counted, area: 'drawn/1' }, { ...counted, area: 'basins/0' });
  const text = await shown('csv', { results }, { tables: counting as unknown as typeof tables });
  expect(asked.map(({ length }) => length)).toEqual([198, 103]);
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
  expect(one.groups).toEqual([{ values: [41], labels: ['Forest'], cells: 2, squareMetres: 1800, percent: 100 }]);
  const { results } = JSON.parse(await shown('labelled', { results: [counted, described] }));
  expect(results[0]).toEqual(one);
  expect(results[1]).toMatchObject({
    units: 'percent',
    sources: [{ raster: 'slope', date: '2019', units: 'percent' }],
  });
});

const geometriesIn = (text: string) =>
  JSON.parse(text).features.map(({ geometry }: { geometry: { type: string } | null }) => geometry);
const square = [
  [
    [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 1],
    ],
  ],
];

it('GeoJSON has the polygons of well-known areas, and of drawn ones while they are kept', async () => {
  const lost = { ...described, area: 'drawn/11ff' };
  const results = [
    counted,
    described,
    { ...counted, area: 'basins/gone' },
    lost,
    { ...counted, area: 'basins/nowhere' },
  ];
  const asked: string[] = [];
  const drawnArea = async (fingerprint: string) => {
    asked.push(fingerprint);
    return fingerprint === '00ff' ? Buffer.from(JSON.stringify({ polygons: square, warnings: [] })) : undefined;
  };
  const text = await shown('geojson', { results }, { drawnArea });
  const { polygons } = (await tables.use('basins', (open) => open.get('020402'))) as WellKnownArea;
  expect(geometriesIn(text)).toEqual([
    { type: 'Polygon', coordinates: polygons[0] },
    { type: 'Polygon', coordinates: square[0] },
    ...[null, null, null],
  ]);
  expect(asked).toEqual(['00ff', '11ff']);
  expect(JSON.parse(text).sources.map(({ raster }: { raster: string }) => raster)).toEqual(['cover', 'slope']);
});

it('areas of several tables, or that are not there any more, are not asked for twice', async () => {
  const asked: (readonly string[])[] = [];
  const some: AreaTable['some'] = async (ids) => {
    asked.push(ids);
    return ids.filter((id) => !id.startsWith('gone')).map((id) => ({ id, polygons: square as never, properties: {} }));
  };
  const paging = { use: (_name: string, work: (open: AreaTable) => unknown) => work({ some } as unknown as AreaTable) };
  const areas = ['basins/gone1', 'ponds/1', 'basins/1', 'ponds/2', 'basins/gone2', 'ponds/gone', 'basins/gone3'];
  const names = { ...catalog, areas: new Map([...catalog.areas, ['ponds', {} as never]]) };
  const results = areas.map((area) => ({ ...counted, area }));
  await shown('geojson', { results }, { catalog: names, tables: paging as unknown as typeof tables });
  expect(asked.filter((ids) => ids.includes('1'))).toHaveLength(2);
  expect(asked).toHaveLength(4);
});

it('the polygons of many areas are read by pages, which end where there are many vertices', async () => {
  const asked: (readonly string[])[] = [];
  const ring = Array.from({ length: 40_000 }, (_, i) => [i / 40_000, 0]);
  const some: AreaTable['some'] = async (ids, vertices = 0) => {
    asked.push(ids);
    return ids
      .filter((id) => id !== '2')
      .slice(0, vertices / 50_000)
      .map((id) => ({ id, polygons: [[ring as never]], properties: {} }));
  };
  const paging = { use: (_name: string, work: (open: AreaTable) => unknown) => work({ some } as unknown as AreaTable) };
  const results = ['0', '0', '1', '2', '3', '1'].map((id) => ({ ...counted, area: `basins/${id}` }));
  const text = await shown('geojson', { results }, { tables: paging as unknown as typeof tables });
  expect(geometriesIn(text).map((geometry: unknown) => geometry !== null)).toEqual([
    true,
    true,
    true,
    false,
    true,
    true,
  ]);
  expect(asked).toEqual([
    ['0', '1', '2', '3'],
    ['2', '3'],
    ['1', '2', '3'],
  ]);
});

it('results of an operation that is no longer there are refused', async () => {
  await expect(shown('csv', { ...counted, operation: 'gone' })).rejects.toThrow(
    'f: operation gone is not in the catalog any more, expected json',
  );
});
