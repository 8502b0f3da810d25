import { join } from 'node:path';
import type { Catalog, CatalogOperation, CatalogRaster } from '@cellshed/catalog';
import { tableAreas } from '../../src/tables/table-areas.ts';
import { checkOut, formatOf } from '../../src/tables/table-file.ts';
import { tableOperations } from '../../src/tables/table-operations.ts';
import { unlabelledValues } from '../../src/tables/unlabelled.ts';

const year = { values: ['2001', '2011'] };
const list: CatalogOperation[] = [
  { name: 'cover', type: 'groupedCount', rasters: ['cover_{year}', 'soil'], parameters: { year } },
  { name: 'slopes', type: 'statistics', rasters: ['slope'] },
  { name: 'mine', type: 'linesJoin', rasters: ['soil'] },
];
const raster = (name: string): [string, CatalogRaster] => [
  name,
  { name, url: `/${name}.tif`, aliases: [], legend: new Map(), title: name.toUpperCase() },
];
const catalog: Catalog = {
  path: 'catalog.yaml',
  operations: new Map(list.map((one) => [one.name, one])),
  rasters: new Map(['cover_2001', 'cover_2011', 'soil', 'soil_b', 'slope'].map(raster)),
  areas: new Map([['huc', { name: 'huc', source: '/huc.gpkg', id: 'huc' }]]),
  lines: new Map(),
  places: new Map(),
};
const namesOf = (...args: [string[], Parameters<typeof tableOperations>[1]?]) =>
  tableOperations(args[0], args[1] ?? {}, catalog).map(({ name }) => name);

describe('the operations of a table', () => {
  it('are done with every value of their parameters, each once', () => {
    expect(namesOf(['cover', 'slopes', 'cover'])).toEqual([
      'cover(cover_2001,soil)',
      'cover(cover_2011,soil)',
      'slopes',
    ]);
  });

  it('are done with the values and rasters that a user sets', () => {
    expect(namesOf(['cover', 'slopes'], { parameters: { year: '2011' }, rasters: { soil: 'soil_b' } })).toEqual([
      'cover(cover_2011,soil_b)',
      'slopes',
    ]);
  });

  it('are done with the choices that each can have', () => {
    const chosen = tableOperations(
      ['cover', 'slopes'],
      { choices: { quantiles: [0.5], cellAreas: undefined } },
      catalog,
    );
    expect(chosen.map(({ definition }) => 'quantiles' in definition)).toEqual([false, false, true]);
  });

  it.each<[string, string[], Parameters<typeof tableOperations>[1]]>([
    ['no operation is called "covr"; expected one of cover, slopes, mine', ['covr'], {}],
    ['operation mine joins with lines that come with a request: expected one that needs none', ['mine'], {}],
    [
      'no operation of the table has a parameter "yaer"; expected one of year',
      ['cover'],
      { parameters: { yaer: '1' } },
    ],
    [
      'no operation of the table has a parameter "year"; they have no parameters',
      ['slopes'],
      { parameters: { year: '1' } },
    ],
    ['operation cover: year: is "2002", expected one of 2001, 2011', ['cover'], { parameters: { year: '2002' } }],
    ['no operation of the table has a raster "sand"; expected one of slope', ['slopes'], { rasters: { sand: 'soil' } }],
    [
      'no operation of the table has a choice "quantiles"; expected one of cellAreas',
      ['cover'],
      { choices: { quantiles: [0.5] } },
    ],
  ])('are refused in a sentence: %s', (sentence, names, choice) => {
    expect(() => tableOperations(names, choice, catalog)).toThrow(sentence);
  });
});

describe('the areas of a table', () => {
  const file = join(import.meta.dirname, '../../../../packages/areas/test/fixtures/basins.geojson');

  it('are an area table of the catalog, or a file', () => {
    expect(tableAreas('huc', {}, catalog)).toMatchObject({ table: 'huc', shownAs: 'huc' });
    const { catalog: own, table, shownAs } = tableAreas(file, { idFrom: 'code', nameFrom: 'label' }, catalog);
    expect(shownAs).toBe('basins.geojson');
    expect(own.areas.get(table)).toEqual({ name: 'polygons', source: file, id: 'code', nameProperty: 'label' });
  });

  it.each<[string, string, Parameters<typeof tableAreas>[1]]>([
    ['"hcu" is no area table of the catalog (huc), and no file that ends in .gpkg, .geojson, ', 'hcu', {}],
    ['none.gpkg: there is no such file', 'none.gpkg', {}],
    ['--layer is of a file of polygons, but huc is an area table of the catalog', 'huc', { layer: 'x' }],
  ])('are refused in a sentence: %s', (sentence, text, options) => {
    expect(() => tableAreas(text, options, catalog)).toThrow(sentence);
  });
});

describe('the file of a table', () => {
  it('has a format by its ending', () => {
    expect(['a.csv', 'A.GPKG', 'a.parquet', 'a.geojson'].map((path) => formatOf(path).hasGeometry)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(() => formatOf('a.xlsx')).toThrow(
      '--out is "a.xlsx", expected a name that ends in .csv, .parquet, .geojson, .gpkg',
    );
  });

  it('is not written over, nor where there is no folder', async () => {
    const here = import.meta.filename;
    await expect(checkOut(here, { overwrite: false, inputs: [] })).rejects.toThrow(
      `${here} is there: --overwrite replaces it, or give another name`,
    );
    await checkOut(here, { overwrite: true, inputs: [] });
    await expect(checkOut('/nowhere/a.csv', { overwrite: true, inputs: [] })).rejects.toThrow(
      '/nowhere/a.csv: there is no folder /nowhere',
    );
    await expect(checkOut('/', { overwrite: true, inputs: [] })).rejects.toThrow('/ is no file: give another name');
  });
});

it('values without a label are told once for each raster, in their order', () => {
  const unlabelled = unlabelledValues();
  for (const value of [9, 7, 9, 8]) unlabelled.add('soil', value);
  expect(unlabelled.notes(catalog)).toEqual([
    'raster soil (SOIL): its legend has no label for 7, 8, 9; their labels are empty',
  ]);
});
