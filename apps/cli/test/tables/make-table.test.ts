import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadCatalog } from '@cellshed/catalog';
import { openOperations } from '@cellshed/operations';
import type { TableToWrite } from '@cellshed/tables';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { countHere } from '../../src/count-here.ts';
import { askedUnits } from '../../src/tables/asked-units.ts';
import { makeTable, type TableWork } from '../../src/tables/make-table.ts';
import { type PolygonFileOptions, tableAreas } from '../../src/tables/table-areas.ts';
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

async function make(out: string, more: Partial<TableWork> = {}) {
  const catalog = await loadCatalog(catalogPath);
  const areas = more.areas ?? tableAreas(file('squares.geojson'), { nameFrom: 'title' }, catalog);
  return makeTable({
    ...{ out: file(out), format: formatOf(out), catalogPath, signal: new AbortController().signal, threads: 1 },
    ...{ areas, units: askedUnits({}, areas, []) },
    operations: tableOperations(['ab'], {}, catalog),
    ...more,
  });
}

/** Makes a table that overwrites, and stops it at a row. */
async function stopAfterRows(out: string, most: number): Promise<void> {
  const stop = async (_: string, { rows }: TableToWrite) => {
    let n = 0;
    for await (const _ of rows) if (++n >= most) break;
    throw new Error('stopped at a row');
  };
  const format = { ...formatOf(out), write: stop };
  await expect(make(out, { format, overwrite: true })).rejects.toThrow('stopped at a row');
}

/** The files that a table has left in the folder. */
const filesOf = (out: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith(out))
    .sort();

function rowsOf(name: string) {
  const db = new DatabaseSync(file(name), { readOnly: true });
  try {
    return db.prepare('SELECT * FROM answers').all();
  } finally {
    db.close();
  }
}

const linesOf = (name: string) => readFileSync(file(name), 'utf8').trimEnd().split('\r\n');

describe('a table of many areas', () => {
  it('has the groups of each area as it has them alone, by ascending id, and tells which areas failed', async () => {
    const summary = await make('all.csv');
    expect(summary).toMatchObject({ outcome: 'done', areas: 61, results: 60, failed: 1 });
    expect(summary.failures[0]).toMatchObject({ area: 'squares.geojson/wrong', operation: 'ab' });
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
      choices: [{ operation: 'ab' }],
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

  it.each(['csv', 'parquet', 'geojson', 'gpkg'])(
    'counts nothing again when the disk is full after the last row of a .%s',
    async (ending) => {
      const out = `full.${ending}`;
      const format = formatOf(out);
      const fullDisk = async (path: string, table: TableToWrite) => {
        await format.write(path, table);
        copyFileSync(path, file(`whole.${ending}`));
        throw new Error('no space left on device');
      };
      await expect(make(out, { format: { ...format, write: fullDisk } })).rejects.toThrow('no space left');
      expect(filesOf(out)).toEqual([`${out}.results`, `${out}.results.progress`]);
      // Counted again, the table would have other values.
      writeConstantRaster(file('a.tif'), { ...a, value: 3 });
      const summary = await make(out);
      writeConstantRaster(file('a.tif'), a);
      expect(summary).toMatchObject({ outcome: 'done', areas: 61, results: 60, failed: 1 });
      expect(filesOf(out)).toEqual([out]);
      const [resumed, whole] = [out, `whole.${ending}`].map((name) => readFileSync(file(name)));
      if (ending !== 'gpkg') expect(resumed?.equals(whole as Buffer)).toBe(true);
      else expect(rowsOf(out)).toEqual(rowsOf('whole.gpkg'));
    },
  );

  it('goes on with results that answer the same question also when it overwrites', async () => {
    writeFileSync(file('over.csv'), 'an old table');
    await stopAfterRows('over.csv', 5);
    const kept = readFileSync(file('over.csv.results'), 'utf8');
    expect(kept.trimEnd().split('\n').length).toBeGreaterThan(1);
    await stopAfterRows('over.csv', 0);
    expect(readFileSync(file('over.csv.results'), 'utf8')).toBe(kept);
    expect(readFileSync(file('over.csv'), 'utf8')).toBe('an old table');
    await make('over.csv', { overwrite: true });
    expect(linesOf('over.csv')).toEqual(linesOf('all.csv'));
    expect(filesOf('over.csv')).toEqual(['over.csv']);
  });

  it('begins anew only when it overwrites results of another question', async () => {
    await stopAfterRows('other.csv', 5);
    const id = ['n0*'];
    await expect(make('other.csv', { id })).rejects.toThrow(
      'was begun with something else, as where was null, now it is',
    );
    await make('other.csv', { id, overwrite: true });
    expect(
      new Set(
        linesOf('other.csv')
          .slice(1)
          .map((line) => line.split(',')[1]),
      ).size,
    ).toBe(10);
  });

  it('goes on only with results of the same areas', async () => {
    await stopAfterRows('moved.csv', 5);
    const catalog = await loadCatalog(catalogPath);
    const other = (name: string, options: PolygonFileOptions) =>
      make('moved.csv', { areas: tableAreas(file(name), { nameFrom: 'title', ...options }, catalog) });
    const begun = `${file('moved.csv.results')} was begun with something else, as`;
    await expect(other('squares.geojson', { idFrom: 'title' })).rejects.toThrow(
      `${begun} areas.idFrom was "id", now it is "title": overwrite it, or give another name`,
    );
    await expect(other('squares.geojson', { nameFrom: 'id' })).rejects.toThrow(`${begun} areas.nameFrom was "title"`);
    copyFileSync(file('squares.geojson'), file('copy.geojson'));
    await expect(other('copy.geojson', {})).rejects.toThrow(`${begun} areas.source was "${file('squares.geojson')}"`);
    await other('squares.geojson', { idFrom: 'id' });
    expect(linesOf('moved.csv')).toEqual(linesOf('all.csv'));
  });

  it('of a file that is wrong is refused in one sentence with its path', async () => {
    const catalog = await loadCatalog(catalogPath);
    const of = (name: string, text: string) => {
      writeFileSync(file(name), text);
      return make('wrong.csv', { areas: tableAreas(file(name), {}, catalog) });
    };
    const collection = (id: number | null, crs: object = {}) =>
      JSON.stringify({ type: 'FeatureCollection', ...crs, features: [{ ...square('a', 0), id, properties: {} }] });
    await expect(of('broken.geojson', '{')).rejects.toThrow(new RegExp(`^${file('broken.geojson')}: `));
    await expect(of('nameless.geojson', collection(null))).rejects.toThrow(
      new RegExp(
        `^${file('nameless.geojson')}: feature 0: id is missing, expected an id: text, .*; --id-from names the property$`,
      ),
    );
    const layers = join(import.meta.dirname, '../../../../packages/areas/test/fixtures/basins.gpkg');
    await expect(make('wrong.csv', { areas: tableAreas(layers, {}, catalog) })).rejects.toThrow(
      /basins\.gpkg: --layer is missing, expected one of /,
    );
    const other = { crs: { type: 'name', properties: { name: 'EPSG:1' } } };
    await expect(of('unknown.geojson', collection(1, other))).rejects.toThrow(
      new RegExp(`^${file('unknown.geojson')}: crs `),
    );
    await expect(make('wrong.csv', { id: ['nothing*'] })).rejects.toThrow(
      /^squares\.geojson has no area that is asked for$/,
    );
  });

  it('of areas in metres without a CRS tells where it would be named', async () => {
    const catalog = await loadCatalog(catalogPath);
    const far = square('far', 0).geometry.coordinates[0]?.map(([x = 0, y = 0]) => [1e6 + x, 1e6 + y]);
    const feature = { ...square('far', 0), geometry: { type: 'Polygon', coordinates: [far] } };
    writeFileSync(file('metres.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    const { failures } = await make('metres.csv', { areas: tableAreas(file('metres.geojson'), {}, catalog) });
    expect(failures).toEqual([
      {
        ...{ area: 'metres.geojson/far', operation: 'ab' },
        reason: expect.stringMatching(/^area far: ring 0, position 0 has longitude .* \(.*: name their crs\)$/),
      },
    ]);
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
