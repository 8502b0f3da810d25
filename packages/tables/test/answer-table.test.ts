import type { CatalogOperation } from '@cellshed/catalog';
import type { Definition, ResultDocument } from '@cellshed/contracts';
import { answerTable, type Names } from '../src/index.ts';
import { known, namesWith } from './catalog.ts';

const cover = { 11: 'Water', 41: 'Forest' };
const area = { table: 'huc', id: '1', name: 'Upper Creek' };

/** The rows as objects, without the columns that are null in all of them. */
function rowsOf(definition: Definition, document: object, names: Names, operation: string) {
  const answers = answerTable([{ operation, definition }], names);
  const rows = [...answers.rowsOf(document as ResultDocument, area)];
  const isUsed = (i: number) => rows.some((row) => row[i] !== null);
  return rows.map((row) =>
    Object.fromEntries(answers.columns.map(({ name }, i) => [name, row[i]]).filter((_, i) => isUsed(i))),
  );
}

const common = { area_table: 'huc', id: '1', name: 'Upper Creek', covered: 0.5, coverage: 'centre' };

describe('the rows of a grouped count', () => {
  const definition = { type: 'groupedCount', rasters: ['cover', 'soil'] } as const;
  const names = namesWith({ cover: { legend: cover }, soil: {} }, [{ name: 'cover_soil', ...definition }]);
  const groups = [
    { values: [11, 2], cells: 1 },
    { values: [41, null], cells: 3 },
  ];
  const rows = (document: object) => rowsOf(definition, document, names, 'cover_soil');

  it('are one for each group, with labels, square metres and per cent', () => {
    const base = { ...common, operation: 'cover_soil' };
    expect(rows({ ...known('cover_soil', definition, 4), groups })).toEqual([
      { ...base, cover: 11, cover_label: 'Water', soil: 2, cells: 1, area_m2: 900, percent: 25 },
      { ...base, cover: 41, cover_label: 'Forest', soil: null, cells: 3, area_m2: 2700, percent: 75 },
    ]);
  });

  it('are one without values for an area without cells', () => {
    expect(rows({ ...known('cover_soil', definition, 0), groups: [] })).toEqual([
      { ...common, operation: 'cover_soil', cells: 0, area_m2: 0 },
    ]);
  });

  it('have the areas that were summed in place of cells, and shares of them', () => {
    const summed = groups.map((group, i) => ({ ...group, squareMetres: [100, 300][i] }));
    const { cellArea: _, ...document } = { ...known('cover_soil', definition, 4), squareMetres: 400, groups: summed };
    expect(rows(document).map(({ area_m2, percent }) => [area_m2, percent])).toEqual([
      [100, 25],
      [300, 75],
    ]);
  });

  it('have no square metres where nobody knows the size of a cell', () => {
    const { cellArea: _, ...document } = { ...known('cover_soil', definition, 4), groups };
    expect(rows(document)[0]).not.toHaveProperty('area_m2');
  });

  it('follow a legend that was edited', () => {
    const edited = namesWith({ cover: { legend: { 41: 'Wood' } }, soil: {} }, [{ name: 'cover_soil', ...definition }]);
    const document = { ...known('cover_soil', definition, 4), groups };
    const labels = rowsOf(definition, document, edited, 'cover_soil').map(({ cover_label }) => cover_label);
    expect(labels).toEqual([null, 'Wood']);
  });

  it('tell of values that the legend leaves out', () => {
    const unlabelled: unknown[] = [];
    const table = answerTable([{ operation: 'cover_soil', definition }], names, (...one) => unlabelled.push(one));
    const odd = [{ values: [12, 1], cells: 4 }];
    expect([
      ...table.rowsOf({ ...known('cover_soil', definition, 4), groups: odd } as ResultDocument, area),
    ]).toHaveLength(1);
    expect(unlabelled).toEqual([['cover', 12]]);
  });
});

describe('the rows of figures', () => {
  it('have averages with the units of the target, and shares of all cells', () => {
    const definition = { type: 'groupedAverage', rasters: ['cover'], target: 'slope' } as const;
    const names = namesWith({ cover: { legend: cover }, slope: { units: 'percent' } }, [
      { name: 'mean', ...definition },
    ]);
    const groups = [{ values: [41], average: 2.5, cells: 2, noData: 1 }];
    expect(rowsOf(definition, { ...known('mean', definition, 3), groups }, names, 'mean')).toEqual([
      {
        ...common,
        ...{ operation: 'mean', cover: 41, cover_label: 'Forest', average: 2.5, units: 'percent' },
        ...{ cells: 2, no_data: 1, area_m2: 1800, percent: 100 },
      },
    ]);
  });

  it('have true areas in columns of their own where they were summed, and shares of them', () => {
    const definition = { type: 'groupedAverage', rasters: ['cover'], target: 'slope', cellAreas: true } as const;
    const groups = [
      {
        values: [11],
        average: 2,
        ...{ cells: 2, noData: 0, squareMetres: 60, noDataSquareMetres: 0, averageByArea: 3 },
      },
      {
        values: [41],
        average: 5,
        ...{ cells: 1, noData: 1, squareMetres: 20, noDataSquareMetres: 20, averageByArea: 5 },
      },
    ];
    const { cellArea: _, ...document } = { ...known('mean', definition, 4), squareMetres: 100, groups };
    const names = namesWith({}, [{ name: 'mean', ...definition }]);
    expect(rowsOf(definition, document, names, 'mean')).toMatchObject([
      { cover: 11, average: 2, average_by_area: 3, area_m2: 60, no_data: 0, no_data_area_m2: 0, percent: 60 },
      { cover: 41, average: 5, average_by_area: 5, area_m2: 20, no_data: 1, no_data_area_m2: 20, percent: 40 },
    ]);
    const columnsOf = (one: Definition) =>
      answerTable([{ operation: 'mean', definition: one }], names).columns.map(({ name }) => name);
    const plain: Definition = { ...definition, cellAreas: false };
    expect(columnsOf(definition).filter((name) => !columnsOf(plain).includes(name))).toEqual([
      'no_data_area_m2',
      'average_by_area',
    ]);
  });

  it('have the areas of each raster of a summary, and of statistics, in any CRS', () => {
    const summary = { type: 'summary', rasters: ['slope'], cellAreas: true } as const;
    const names = namesWith({}, [{ name: 'o', ...summary }]);
    const summaries = [{ raster: 'slope', min: 0, average: 1, max: 2, cells: 3, noData: 1 }];
    expect(rowsOf(summary, { ...known('o', summary, 4), summaries }, names, 'o')).toMatchObject([
      { cells: 4, area_m2: 3600, slope_cells: 3, slope_area_m2: 2700, slope_no_data: 1, slope_no_data_area_m2: 900 },
    ]);
    const statistics = { type: 'statistics', rasters: ['slope'], cellAreas: true } as const;
    const { cellArea: _, ...document } = known('o', statistics, 4);
    const figures = { count: 3, noData: 1, squareMetres: 40, noDataSquareMetres: 10, meanByArea: 2.5, quantiles: [] };
    expect(rowsOf(statistics, { ...document, ...figures }, names, 'o')).toMatchObject([
      { count: 3, no_data: 1, no_data_area_m2: 10, mean_by_area: 2.5, cells: 4, area_m2: 40 },
    ]);
  });

  it('have statistics in one row, quantiles each in a column of its own', () => {
    const definition = { type: 'statistics', rasters: ['slope'], quantiles: [0.25, 1] } as const;
    const names = namesWith({ slope: { units: 'percent' } }, [{ name: 'slopes', ...definition }]);
    const figures = {
      count: 2,
      noData: 1,
      sum: 5,
      mean: 2.5,
      standardDeviation: 0.5,
      values: [{ value: 2, cells: 1 }],
    };
    const quantiles = [
      { quantile: 0.25, value: 2 },
      { quantile: 1, value: 3 },
    ];
    const approximate = { relativeError: 0.01 };
    const document = { ...known('slopes', definition, 3), ...figures, quantiles, approximate };
    expect(rowsOf(definition, document, names, 'slopes')).toEqual([
      {
        ...common,
        ...{ operation: 'slopes', count: 2, no_data: 1, sum: 5, mean: 2.5, standard_deviation: 0.5 },
        ...{ quantile_0_25: 2, quantile_1: 3, relative_error: 0.01, units: 'percent', cells: 3, area_m2: 2700 },
      },
    ]);
  });

  it('have the weighted figures only where there are weights', () => {
    const columnsOf = (definition: Definition) =>
      answerTable([{ operation: 'slopes', definition }], namesWith({}, [])).columns.map(({ name }) => name);
    const plain = { type: 'statistics', rasters: ['slope'] } as const;
    expect(columnsOf(plain)).not.toContain('weighted_mean');
    expect(columnsOf({ ...plain, weights: 'people' })).toContain('weighted_mean');
  });

  it('have a summary in one row, each raster with its columns and units', () => {
    const definition = { type: 'summary', rasters: ['slope', 'height'] } as const;
    const names = namesWith({ slope: {}, height: { units: 'm' } }, [{ name: 'terrain', ...definition }]);
    const summaries = [
      { raster: 'slope', min: 0, average: 1, max: 2, cells: 3, noData: 0 },
      { raster: 'height', min: 5, average: 6, max: 7, cells: 2, noData: 1 },
    ];
    expect(rowsOf(definition, { ...known('terrain', definition, 3), summaries }, names, 'terrain')).toEqual([
      {
        ...common,
        ...{ operation: 'terrain', slope_min: 0, slope_average: 1, slope_max: 2, slope_cells: 3, slope_no_data: 0 },
        ...{ height_min: 5, height_average: 6, height_max: 7, height_cells: 2, height_no_data: 1, height_units: 'm' },
        ...{ cells: 3, area_m2: 2700 },
      },
    ]);
  });
});

describe('rasters in columns', () => {
  const year = { values: ['2001', '2011'] };
  const operation: CatalogOperation = {
    ...{ name: 'cover', type: 'groupedCount', rasters: ['cover_{year}'], parameters: { year } },
  };
  const names = namesWith({ cover_2001: { legend: cover }, cover_2011: { legend: cover }, other: {} }, [operation]);
  const definitionOf = (raster: string) => ({ type: 'groupedCount', rasters: [raster] }) as const;
  const groups = [{ values: [41], cells: 4 }];

  it('of a parameter have one column for all its values, and the parameter has its own', () => {
    const asked = ['cover_2001', 'cover_2011'].map((raster) => ({
      operation: 'cover',
      definition: definitionOf(raster),
    }));
    const answers = answerTable(asked, names);
    const shown = answers.columns.map(({ name }) => name);
    expect(shown.slice(4, 7)).toEqual(['year', 'cover', 'cover_label']);
    const rows = asked.flatMap(({ definition }) => [
      ...answers.rowsOf({ ...known('cover', definition, 4), groups } as ResultDocument, area),
    ]);
    expect(rows.map((row) => row.slice(4, 7))).toEqual([
      ['2001', 41, 'Forest'],
      ['2011', 41, 'Forest'],
    ]);
  });

  it('that a client chose have their own name, and no parameter', () => {
    const definition = definitionOf('other');
    expect(rowsOf(definition, { ...known('cover', definition, 4), groups }, names, 'cover')[0]).toMatchObject({
      other: 41,
    });
    expect(rowsOf(definition, { ...known('cover', definition, 4), groups }, names, 'cover')[0]).not.toHaveProperty(
      'year',
    );
  });

  it('of two parameters keep apart', () => {
    const change: CatalogOperation = {
      ...{ name: 'change', type: 'groupedCount', rasters: ['cover_{from}', 'cover_{to}'] },
      parameters: { from: year, to: year },
    };
    const definition = { type: 'groupedCount', rasters: ['cover_2001', 'cover_2011'] } as const;
    const { columns } = answerTable([{ operation: 'change', definition }], namesWith({}, [change]));
    expect(columns.slice(4, 8).map(({ name }) => name)).toEqual(['from', 'to', 'cover_from', 'cover_to']);
  });

  it('do not take the name of a column that all rows have', () => {
    const definition = { type: 'groupedCount', rasters: ['name'] } as const;
    const { columns } = answerTable([{ operation: 'names', definition }], namesWith({}, []));
    expect(columns.map(({ name }) => name)).toContain('name_raster');
  });

  it('do not take the name of a figure, of units, or of a column of GeoPackage', () => {
    const rasters = ['average', 'units', 'no_data', 'fid', 'area_fid', 'Geom', 'OGC_FID'];
    const definition = { type: 'groupedAverage', rasters, target: 'slope' } as const;
    const names = namesWith({ slope: { units: 'percent' } }, [{ name: 'mean', ...definition }]);
    const groups = [{ values: [1, 2, 3, 4, 5, 6, 7], average: 2.5, cells: 2, noData: 1 }];
    expect(rowsOf(definition, { ...known('mean', definition, 3), groups }, names, 'mean')[0]).toMatchObject({
      ...{ average_raster: 1, units_raster: 2, no_data_raster: 3, fid_raster: 4, area_fid_raster: 5 },
      ...{ Geom_raster: 6, OGC_FID_raster: 7, average: 2.5, no_data: 1, units: 'percent' },
    });
  });

  it('do not take the name of a parameter, nor a parameter that of a figure', () => {
    const change: CatalogOperation = {
      ...{ name: 'change', type: 'groupedAverage', target: 'slope', rasters: ['cover_{cover}', 'soil_{average}'] },
      parameters: { cover: year, average: year },
    };
    const definition = { type: 'groupedAverage', rasters: ['cover_2001', 'soil_2011'], target: 'slope' } as const;
    const groups = [{ values: [1, 2], average: 2.5, cells: 2, noData: 1 }];
    const document = { ...known('change', definition, 3), groups };
    expect(rowsOf(definition, document, namesWith({}, [change]), 'change')[0]).toMatchObject({
      ...{ cover: '2001', average_parameter: '2011', cover_raster: 1, soil: 2, average: 2.5 },
    });
  });

  it('keep apart from labels and from each other, whatever their case', () => {
    const definition = {
      type: 'groupedCount',
      rasters: ['soil', 'soil_label', 'Soil', 'plain', 'plain_label'],
    } as const;
    const names = namesWith({ soil: { legend: { 1: 'Clay' } } }, [{ name: 'soils', ...definition }]);
    const document = { ...known('soils', definition, 2), groups: [{ values: [1, 2, 3, 4, 5], cells: 2 }] };
    expect(rowsOf(definition, document, names, 'soils')[0]).toMatchObject({
      ...{ soil: 1, soil_label: 'Clay', soil_label_raster: 2, Soil_raster: 3, plain: 4, plain_label: 5 },
    });
  });

  it('that a client chose keep apart from those of a parameter', () => {
    const both: CatalogOperation = {
      ...{ name: 'both', type: 'groupedCount', rasters: ['cover_{year}', 'soil'], parameters: { year } },
    };
    const definition = { type: 'groupedCount', rasters: ['cover_2001', 'cover'] } as const;
    const document = { ...known('both', definition, 2), groups: [{ values: [1, 2], cells: 2 }] };
    expect(rowsOf(definition, document, namesWith({}, [both]), 'both')[0]).toMatchObject({
      ...{ year: '2001', cover: 1, cover_raster: 2 },
    });
  });

  it('do not take the name of a column that another operation has', () => {
    const counted = { type: 'groupedCount', rasters: ['units'] } as const;
    const described = { type: 'statistics', rasters: ['slope'] } as const;
    const names = namesWith({ slope: { units: 'percent' } }, []);
    const asked = [counted, described].map((definition) => ({ operation: definition.type, definition }));
    const { columns } = answerTable(asked, names);
    expect(columns.filter(({ name }) => name.startsWith('units'))).toEqual([
      { name: 'units_raster', type: 'number' },
      { name: 'units', type: 'text' },
    ]);
  });
});

describe('several operations', () => {
  it('share the columns that both have, and leave the others empty', () => {
    const a = { type: 'groupedCount', rasters: ['cover'] } as const;
    const b = { type: 'groupedCount', rasters: ['cover', 'soil'] } as const;
    const names = namesWith({ cover: {}, soil: {} }, [
      { name: 'a', ...a },
      { name: 'b', ...b },
    ]);
    const answers = answerTable(
      [
        { operation: 'a', definition: a },
        { operation: 'b', definition: b },
      ],
      names,
    );
    expect(answers.columns.map(({ name }) => name)).toEqual([
      ...['area_table', 'id', 'name', 'operation', 'cover', 'soil'],
      ...['cells', 'area_m2', 'percent', 'covered', 'coverage', 'warnings'],
    ]);
    const [row] = answers.rowsOf({ ...known('a', a, 1), groups: [{ values: [7], cells: 1 }] } as ResultDocument, area);
    expect(row?.slice(3, 6)).toEqual(['a', 7, null]);
  });
});
