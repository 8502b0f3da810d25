import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog } from '@catchment/catalog';
import { openOperations } from '@catchment/operations';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { countHere } from '../../src/count-here.ts';
import { makeTable } from '../../src/tables/make-table.ts';
import { tableAreas } from '../../src/tables/table-areas.ts';
import { formatOf } from '../../src/tables/table-file.ts';
import { tableOperations } from '../../src/tables/table-operations.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-table-'));
const file = (name: string) => join(folder, name);
const catalogPath = file('catalog.yaml');
/** Raster b lies on a half of a, so that results have several groups. */
const a = { across: 4, down: 4, originX: -30_015, originY: 1_500_015, value: 1 };
const ids = Array.from({ length: 60 }, (_, n) => `n${String((n * 7) % 60).padStart(2, '0')}`);

beforeAll(() => {
  writeConstantRaster(file('a.tif'), a);
  writeConstantRaster(file('b.tif'), { ...a, across: 2, value: 2 });
  const wrong = { ...square('wrong', 3), geometry: { type: 'Polygon', coordinates: [[[0, 0]]] } };
  const features = [...ids.map((id, n) => square(id, n)), wrong];
  writeFileSync(file('squares.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeLegend('Field');
});
afterAll(() => rmSync(folder, { recursive: true }));

function square(id: string, n: number) {
  const [x, y] = [-96.3 + (n % 10) * 0.05, 36.05 + Math.floor(n / 10) * 0.04];
  const ring = [
    [x, y],
    [x + 0.048, y],
    [x + 0.04, y + 0.034],
    [x, y + 0.038],
    [x, y],
  ];
  return {
    type: 'Feature',
    properties: { id, title: `Area ${id}` },
    geometry: { type: 'Polygon', coordinates: [ring] },
  };
}

function writeLegend(label: string): void {
  writeFileSync(
    catalogPath,
    `rasters: { a: { url: a.tif, version: "1", legend: { 1: ${label} } }, b: { url: b.tif, version: "1" } }\n` +
      'operations: { ab: { type: groupedCount, rasters: [a, b] } }\n',
  );
}

async function make(out: string, more: { readonly signal?: AbortSignal; readonly id?: readonly string[] } = {}) {
  const catalog = await loadCatalog(catalogPath);
  return makeTable({
    ...{ out: file(out), format: formatOf(out), catalogPath, signal: new AbortController().signal, threads: 1 },
    areas: tableAreas(file('squares.geojson'), { nameFrom: 'title' }, catalog),
    operations: tableOperations(['ab'], {}, catalog),
    ...more,
  });
}

const linesOf = (name: string) => readFileSync(file(name), 'utf8').trimEnd().split('\r\n');

describe('a table of many areas', () => {
  it('has the groups of each area as it has them alone, by ascending id, and tells which areas failed', async () => {
    const summary = await make('all.csv');
    expect(summary).toMatchObject({ outcome: 'done', areas: 61, results: 60, failed: 1 });
    expect(summary.failures[0]).toMatchObject({ area: 'polygons/wrong', operation: 'ab' });
    const [head, ...rows] = linesOf('all.csv');
    expect(head).toBe('area_table,id,name,operation,a,a_label,b,cells,area_m2,percent,covered,coverage,warnings');
    const catalog = await loadCatalog(catalogPath);
    const areas = tableAreas(file('squares.geojson'), { nameFrom: 'title' }, catalog);
    await using opened = new AsyncDisposableStack();
    const operations = opened.adopt(await openOperations({ catalogPath, catalog: areas.catalog }), (one) =>
      one.close(),
    );
    const sorted = ids.toSorted();
    const documents = await countHere(operations, {
      choice: { operation: 'ab' },
      areas: sorted.map((id) => ({ table: areas.table, id })),
      ...{ lines: undefined, onTiles: () => undefined },
    });
    const expected = documents.flatMap(({ cells, covered, ...document }, i) => {
      if (!('groups' in document)) throw new Error('expected groups');
      return document.groups.map((group) => {
        const [x, y] = group.values;
        const label = x === 1 ? 'Field' : 'no data';
        const size = [group.cells, group.cells * 900, 100 * (group.cells / cells), covered];
        return ['squares.geojson', sorted[i], `Area ${sorted[i]}`, 'ab', x, label, y, ...size, 'centre', null].join(
          ',',
        );
      });
    });
    expect(rows).toEqual(expected);
    expect(existsSync(file('all.csv.results'))).toBe(false);
  });

  it('goes on where it was stopped, and shows labels as they are then', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const stopped = await make('again.csv', { signal: stop.signal });
    expect(stopped.outcome).toBe('stopped');
    expect([existsSync(file('again.csv')), existsSync(file('again.csv.part'))]).toEqual([false, false]);
    expect(existsSync(file('again.csv.results'))).toBe(true);
    writeLegend('Meadow');
    expect((await make('again.csv')).outcome).toBe('done');
    expect(linesOf('again.csv')).toEqual(linesOf('all.csv').map((line) => line.replace('Field', 'Meadow')));
    writeLegend('Field');
  });

  it('has the polygons of the areas in formats that have geometries', async () => {
    await make('some.geojson', { id: ['n0*'] });
    const { features } = JSON.parse(readFileSync(file('some.geojson'), 'utf8'));
    const own = JSON.parse(readFileSync(file('squares.geojson'), 'utf8')).features;
    expect(new Set(features.map(({ properties }: { properties: { id: string } }) => properties.id)).size).toBe(10);
    for (const { geometry, properties } of features) {
      const { geometry: expected } = own.find(
        (one: { properties: { id: string } }) => one.properties.id === properties.id,
      );
      expect(geometry).toEqual(expected);
    }
  });
});
