import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog } from '@cellshed/catalog';
import { openOperations } from '@cellshed/operations';
import type { TableToWrite } from '@cellshed/tables';
import { boxRing } from '../../../../test/box-ring.ts';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { countHere } from '../../src/count-here.ts';
import { referenceOf } from '../../src/options/units-argument.ts';
import { askedUnits, type UnitsOptions } from '../../src/tables/asked-units.ts';
import { makeTable, type TableWork } from '../../src/tables/make-table.ts';
import { tableAreas } from '../../src/tables/table-areas.ts';
import { formatOf } from '../../src/tables/table-file.ts';
import { tableOperations } from '../../src/tables/table-operations.ts';
import { summaryText } from '../../src/tables/table-summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-upstream-'));
const file = (name: string) => join(folder, name);
const catalogPath = file('catalog.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

/** d and e drain into c, c and b into a; f into nowhere; g and h into each other, i into g. */
const links = { a: 'SEA', b: 'a', c: 'a', d: 'c', e: 'c', f: null, g: 'h', h: 'g', i: 'g' };
const upstream = { a: 'abcde', b: 'b', c: 'cde', d: 'd', e: 'e', f: 'f', i: 'i' };

beforeAll(() => {
  const raster = { across: 4, down: 4, originX: -30_015, originY: 1_500_015, value: 1 };
  writeConstantRaster(file('a.tif'), raster);
  writeConstantRaster(file('b.tif'), { ...raster, across: 2, value: 2 });
  const features = Object.entries(links).map(([id, to], n) => {
    const [x, y] = [-96.25 + (n % 5) * 0.05, 36.05 + Math.floor(n / 5) * 0.04];
    const geometry = { type: 'Polygon', coordinates: [boxRing(x, y, x + 0.04 + n / 1000, y + 0.03)] };
    return { type: 'Feature', properties: { id, to, part: id < 'd' ? 'x1' : 'x2' }, geometry };
  });
  writeFileSync(file('squares.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif, version: "1" }, b: { url: b.tif, version: "1" } }\noperations:\n' +
      '  count: { type: groupedCount, rasters: [a, b] }\n  mean: { type: groupedAverage, rasters: [], target: b }\n' +
      '  figures: { type: statistics, rasters: [b] }\n' +
      'areas:\n  squares: { source: squares.geojson, id: id, downstream: to, within: { parts: part } }\n' +
      '  alone: { source: squares.geojson, id: id }\n  parts: { source: squares.geojson, id: id }\n',
  );
});

type More = Partial<TableWork> & UnitsOptions & { readonly table?: string; readonly names?: readonly string[] };

async function make(out: string, { table = 'squares', names = ['count', 'mean'], ...more }: More = {}) {
  const catalog = await loadCatalog(catalogPath);
  const areas = tableAreas(table, {}, catalog);
  const operations = tableOperations(names, {}, catalog);
  return makeTable({
    ...{ out: file(out), format: formatOf(out), catalogPath, signal: new AbortController().signal, threads: 1 },
    ...{ areas, operations, units: askedUnits(more, areas, operations) },
    ...more,
  });
}

type Row = Readonly<Record<string, string>>;
function rowsOf(name: string): Row[] {
  const [head = '', ...lines] = readFileSync(file(name), 'utf8').trimEnd().split('\r\n');
  const columns = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) => [columns[i] ?? '', field])));
}

it('each total is the sum of the rows of all areas that drain into it, and of its own', async () => {
  await make('each.csv');
  const summary = await make('totals.csv', { upstream: true });
  const [each, totals] = [rowsOf('each.csv'), rowsOf('totals.csv')];
  const ids = [...new Set(totals.map(({ id }) => id))];
  expect(ids.toSorted()).toEqual(Object.keys(upstream));
  expect(ids.indexOf('a')).toBeGreaterThan(ids.indexOf('c'));
  for (const [id, units] of Object.entries(upstream)) {
    const own = each.filter((row) => units.includes(row['id'] as string));
    const sum = (some: readonly Row[], figure: (row: Row) => number) => some.reduce((all, row) => all + figure(row), 0);
    const cells = (row: Row) => Number(row['cells']);
    for (const b of ['2', '']) {
      const of = (rows: readonly Row[]) => rows.filter((row) => row['operation'] === 'count' && row['b'] === b);
      const total = of(totals).filter((row) => row['id'] === id);
      expect(sum(total, cells)).toBe(sum(of(own), cells));
    }
    const [mean] = totals.filter((row) => row['id'] === id && row['operation'] === 'mean');
    expect(mean).toMatchObject({ area_table: 'squares upstream', average: mean?.['cells'] === '0' ? '' : '2' });
  }
  expect(summary).toMatchObject({ areas: 9, united: 7, results: 14, failed: 4 });
  expect(summary.outlets).toEqual({ areas: 2, first: ['a (into SEA)', 'f'] });
  expect(summary.failures[0]).toEqual({
    ...{ area: 'squares upstream/g', operation: 'count' },
    reason: 'g drains into itself: g → h → g',
  });
  const [first, outlets] = summaryText(summary).split('\n');
  expect(first).toMatch(/^.* rows of 9 areas with all upstream of 7 × 2 operations, /);
  expect(outlets).toBe('2 outlets, which drain into nothing of the table: a (into SEA), f');
});

it('a count of an area with all upstream, or of those in a larger one, is the same sum', async () => {
  const catalog = await loadCatalog(catalogPath);
  await using opened = new AsyncDisposableStack();
  const operations = opened.adopt(await openOperations({ catalogPath, catalog }), (one) => one.close());
  const areas = [
    referenceOf('squares/c', { upstream: true }, catalog),
    referenceOf('squares', { within: 'parts/x1' }, catalog),
    referenceOf('squares/b', {}, catalog),
  ];
  const asked = { areas, lines: undefined, onTiles: () => undefined };
  const documents = await countHere(operations, { choices: [{ operation: 'count' }], ...asked });
  const cellsOf = (rows: readonly Row[], ids: string) =>
    rows
      .filter(({ id = '', operation }) => operation === 'count' && ids.includes(id))
      .map(({ cells }) => Number(cells));
  const total = (cells: readonly number[]) => cells.reduce((sum, one) => sum + one, 0);
  const [each, totals] = [rowsOf('each.csv'), rowsOf('totals.csv')];
  expect(documents.map(({ area, cells }) => [area, cells])).toEqual([
    ['squares/c upstream', total(cellsOf(totals, 'c'))],
    ['squares/part=x1', total(cellsOf(each, 'abc'))],
    ['squares/b', total(cellsOf(each, 'b'))],
  ]);
  await expect(countHere(operations, { choices: [{ operation: 'figures' }], ...asked })).rejects.toThrow(
    /upstream: statistics do not add up/,
  );
});

it('only totals that are asked for are given, and all that they need is counted', async () => {
  expect(await make('c.csv', { upstream: true, id: ['c'] })).toMatchObject({ areas: 1, united: 3, failed: 0 });
  expect(rowsOf('c.csv')).toEqual(rowsOf('totals.csv').filter(({ id }) => id === 'c'));
});

it('a table of totals is gone on with, to the same bytes', async () => {
  for (const most of [0, 4, 9]) {
    const write = async (_: string, { rows }: TableToWrite) => {
      let n = 0;
      for await (const _row of rows) if (++n > most) break;
      throw new Error('stopped at a row');
    };
    await expect(make('again.csv', { upstream: true, format: { ...formatOf('again.csv'), write } })).rejects.toThrow(
      'stopped at a row',
    );
  }
  await expect(make('again.csv')).rejects.toThrow('was begun with something else, as areas.downstream was "to"');
  await make('again.csv', { upstream: true });
  expect(readFileSync(file('again.csv'))).toEqual(readFileSync(file('totals.csv')));
});

it('the geometry of a total is that of its area', async () => {
  await make('totals.geojson', { upstream: true, names: ['mean'] });
  const { features } = JSON.parse(readFileSync(file('totals.geojson'), 'utf8'));
  const source = JSON.parse(readFileSync(file('squares.geojson'), 'utf8')).features;
  const geometries = (some: readonly { properties: { id: string }; geometry: unknown }[]) =>
    new Map(some.map(({ properties: { id }, geometry }) => [id, geometry]));
  const own = geometries(source);
  expect(features).toHaveLength(7);
  for (const [id, geometry] of geometries(features)) expect(geometry).toEqual(own.get(id));
});

it('areas within a larger one are those whose property names it', async () => {
  const idsIn = (name: string) => [...new Set(rowsOf(name).map(({ id }) => id))];
  await make('within.csv', { within: 'parts/x1', names: ['count'] });
  expect(idsIn('within.csv')).toEqual(['a', 'b', 'c']);
  await make('within-upstream.csv', { within: 'parts/x1', id: ['!b'], upstream: true, names: ['count'] });
  expect(idsIn('within-upstream.csv')).toEqual(['c', 'a']);
  await make('within-by.csv', { within: 'parts/x2', by: 'to', names: ['count'] });
  expect(idsIn('within-by.csv')).toEqual(['c', 'g', 'h']);
});

it.each<[string, More, RegExp]>([
  [
    'a table without links',
    { upstream: true, table: 'alone' },
    /^--upstream: areas of table alone do not name the next one downstream \(areas\.alone\.downstream in the catalog\)$/,
  ],
  [
    'an operation that does not add up',
    { upstream: true, names: ['figures'] },
    /^--upstream: operation figures: statistics do not add up, as /,
  ],
  ['both', { upstream: true, by: 'to' }, /^--by unites areas, and --upstream adds up .*: expected one of both$/],
  ['no larger area', { within: 'x1' }, /^--within is "x1", expected table\/id of a larger area$/],
  [
    'another larger table',
    { within: 'alone/a' },
    /^--within is "alone\/a", but the catalog does not say which areas of table squares lie in one of table alone \(areas\.squares\.within\); expected one of parts$/,
  ],
  ['a larger area without any', { within: 'parts/x3' }, /^--within: no area of table squares has part="x3"$/],
  [
    'a property that is not there',
    { by: 'state' },
    /^--by is "state", which no area has; expected one of id, to, part$/,
  ],
])('%s is refused', async (_, more, sentence) => {
  await expect(make('refused.csv', more)).rejects.toThrow(sentence);
});
