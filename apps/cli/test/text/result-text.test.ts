import type { Catalog } from '@cellshed/catalog';
import type { ResultDocument } from '@cellshed/contracts';
import { alignedAtPoint, columnOfNumbers, numberText } from '../../src/text/number-text.ts';
import { resultText, type TextOptions } from '../../src/text/result-text.ts';

const raster = { url: '', aliases: [], legend: new Map() };
const soils = new Map([
  [1, { label: 'A: high infiltration' }],
  [2, { label: 'B: moderate infiltration' }],
]);
const catalog = {
  rasters: new Map([
    ['nlcd', { ...raster, name: 'nlcd', title: 'Land cover', legend: new Map([[11, { label: 'Open Water' }]]) }],
    ['soil', { ...raster, name: 'soil', title: 'Hydrologic soil group', legend: soils }],
    ['height', { ...raster, name: 'height', title: 'Elevation', units: 'm' }],
  ]),
  operations: new Map([['nlcd_soil', { name: 'nlcd_soil', title: 'Land cover by soil group' }]]),
} as unknown as Catalog;

const known = { area: 'huc12/1', coverage: 'centre', cellArea: 900, cells: 1250, covered: 1 } as const;

function linesOf(result: object, options: Partial<TextOptions> = {}): string[] {
  return resultText(result as ResultDocument, { width: 80, catalog, ...options }).split('\n');
}

const counts = {
  operation: 'nlcd_soil',
  ...known,
  rasters: ['nlcd', 'soil'],
  groups: [
    { values: [11, 1], cells: 50 },
    { values: [11, null], cells: 1150 },
    { values: [42, 2], cells: 50 },
  ],
};

describe('values that are as they are stored', () => {
  const summary = {
    operation: 'terrain',
    ...known,
    rasters: ['height'],
    summaries: [{ raster: 'height', min: 1, average: 2, max: 3, cells: 1250, noData: 0 }],
  };
  const told = (scale: number, offset: number, applied = false) =>
    linesOf({ ...summary, scales: [{ raster: 'height', scale, offset, applied }] }, { width: 200 })[2];

  it('are told, and how they become values in units', () => {
    const sentence = (formula: string) =>
      `Elevation: values are as stored; in units they are value × ${formula} (scaled: true in the catalog)`;
    expect(told(0.1, -273.15)).toBe(sentence('0.1 − 273.15'));
    expect(told(2, 5)).toBe(sentence('2 + 5'));
    expect(told(0.5, 0)).toBe(sentence('0.5'));
    expect(told(0.5, 0, true)).toBe('');
  });
});

describe('true areas', () => {
  it('are in the head and in a column of averages, with the average by area', () => {
    const group = { values: [], average: 2, cells: 3, noData: 1, squareMetres: 2e6, averageByArea: 1.5 };
    const document = { ...known, cellArea: undefined, squareMetres: 3e6, operation: 'mean', target: 'height' };
    expect(linesOf({ ...document, rasters: [], groups: [group] }).slice(1)).toEqual([
      '1,250 cells (3.00 km²)',
      'average of Elevation, m',
      '',
      'average, m  by area  cells   km²  no data',
      '         2  1.50000      3  2.00        1',
    ]);
  });
});

describe('true areas of a summary', () => {
  it('are in square kilometres, and that of all cells is in the head', () => {
    const areas = { squareMetres: 2e6, noDataSquareMetres: 5e5, averageByArea: 1.5 };
    const summaries = [{ raster: 'height', min: 1, average: 2, max: 3, cells: 3, noData: 1, ...areas }];
    const document = { ...known, cellArea: undefined, squareMetres: 2.5e6, operation: 'range', rasters: ['height'] };
    expect(linesOf({ ...document, summaries }, { width: 100 }).slice(1)).toEqual([
      '1,250 cells (2.50 km²)',
      '',
      'raster     units  min  average  max  cells  no data   km²  no data km²  average by area',
      'Elevation  m        1        2    3      3        1  2.00         0.50              1.5',
    ]);
  });
});

describe('counts', () => {
  it('are a row for each combination with its labels, the largest first', () => {
    expect(linesOf(counts)).toEqual([
      'Land cover by soil group in huc12/1',
      '1,250 cells (1.13 km²)',
      '',
      'Land cover     Hydrologic soil group       cells   km²     %',
      '11 Open Water  no data                     1,150  1.03  92.0',
      '11 Open Water  1 A: high infiltration         50  0.04   4.0',
      '42             2 B: moderate infiltration     50  0.04   4.0',
    ]);
  });

  it('fit into a narrow terminal by shorter labels', () => {
    const lines = linesOf(counts, { width: 45 });
    expect(lines.slice(3, 5)).toEqual([
      'Land cover    Hydrologic …  cells   km²     %',
      '11 Open Wat…  no data       1,150  1.03  92.0',
    ]);
    expect(lines.filter((line) => line.length > 45)).toEqual([]);
  });

  it('without a catalog are of names and values', () => {
    expect(linesOf(counts, { catalog: undefined }).slice(0, 5)).toEqual([
      'nlcd_soil in huc12/1',
      '1,250 cells (1.13 km²)',
      '',
      'nlcd  soil     cells   km²     %',
      '11    no data  1,150  1.03  92.0',
    ]);
  });

  it('say how many rows are left out, what the user calls the area, and what is remarkable about it', () => {
    const warnings = ['ring 0 crosses itself'];
    const partly = { ...counts, covered: 0.5, coverage: 'touched', cellArea: undefined, warnings };
    expect(linesOf(partly, { mostRows: 1, area: 'field.geojson' })).toEqual([
      'Land cover by soil group in field.geojson',
      '1,250 cells, all that are touched, 50.0 % of the area is on the rasters',
      'ring 0 crosses itself',
      '',
      'Land cover     Hydrologic soil group  cells     %',
      '11 Open Water  no data                1,150  92.0',
      '… and 2 more combinations',
    ]);
  });

  it('of shares have two decimals', () => {
    const shared = { ...counts, coverage: 'fraction', cells: 1200.25, groups: [{ values: [11, 1], cells: 1200.25 }] };
    expect(linesOf(shared).slice(1)).toEqual([
      '1,200.25 cells (1.08 km²), by their shares',
      '',
      'Land cover     Hydrologic soil group      cells   km²      %',
      '11 Open Water  1 A: high infiltration  1,200.25  1.08  100.0',
    ]);
  });

  it('on lines say so, and none are none', () => {
    const none = { ...counts, lines: 'streams', coverage: 'lines', cells: 0, covered: 0, groups: [] };
    expect(linesOf(none).slice(1)).toEqual([
      '0 cells (0.00 km²) on lines, 0.0 % of the area is on the rasters',
      '',
      'no cells',
    ]);
  });
});

it('averages have the units of what is averaged, and as many decimals as each other', () => {
  const groups = [
    { values: [11], average: 7, cells: 10, noData: 40 },
    { values: [42], average: 1234.56789, cells: 1100, noData: 0 },
    { values: [null], average: null, cells: 0, noData: 100 },
  ];
  expect(linesOf({ operation: 'mean', ...known, rasters: ['nlcd'], target: 'height', groups })).toEqual([
    'mean in huc12/1',
    '1,250 cells (1.13 km²)',
    'average of Elevation, m',
    '',
    'Land cover     average, m  cells  no data',
    '42               1,234.57  1,100        0',
    'no data              none      0      100',
    '11 Open Water        7.00     10       40',
  ]);
});

it('an average of all is one row', () => {
  const groups = [{ values: [], average: 360.66267, cells: 1250, noData: 0 }];
  const result = { operation: 'mean', ...known, rasters: [], target: 'nlcd', groups };
  expect(linesOf(result).slice(2)).toEqual([
    'average of Land cover',
    '',
    'average  cells  no data',
    '360.663  1,250        0',
  ]);
});

describe('summaries', () => {
  const summaries = [
    { raster: 'height', min: 166, average: 360.66267, max: 468.5, cells: 1200, noData: 50 },
    { raster: 'nlcd', min: null, average: null, max: null, cells: 0, noData: 1250 },
  ];
  const summary = { operation: 'terrain', ...known, rasters: ['height', 'nlcd'], summaries };

  it('are a row for each raster with its units, decimal points beneath each other', () => {
    expect(linesOf(summary).slice(3)).toEqual([
      'raster      units   min   average     max  cells  no data',
      'Elevation   m       166   360.663   468.5  1,200       50',
      'Land cover         none  none      none        0    1,250',
    ]);
  });

  it('have no column of units where none are known', () => {
    expect(linesOf(summary, { catalog: undefined })[3]).toMatch(/^raster +min/);
  });
});

const statistics = {
  operation: 'stats',
  ...known,
  rasters: ['soil'],
  count: 1250,
  noData: 0,
  sum: 2400,
  mean: 1.92,
  min: 1,
  max: 2,
  range: 1,
  variance: 0.0736,
  standardDeviation: 0.2712931993,
  coefficientOfVariation: 0.1412985413,
  median: 2,
  quantiles: [
    { quantile: 0.05, value: 1 },
    { quantile: 0.1, value: 1.5 },
  ],
  mode: 2,
  minority: 1,
  variety: 2,
  values: [
    { value: 1, cells: 100, share: 0.08 },
    { value: 2, cells: 1150, share: 0.92 },
  ],
};

describe('statistics', () => {
  it('are a row for each figure and quantile, then one for each value, that of most cells first', () => {
    expect(linesOf(statistics).slice(2)).toEqual([
      'statistics of Hydrologic soil group',
      '',
      'cells with data           1,250',
      'no data                       0',
      'sum                       2,400',
      'mean                          1.92',
      'variance                      0.0736',
      'standard deviation            0.271293',
      'coefficient of variation      0.141299',
      'min                           1',
      'median                        2',
      'max                           2',
      'range                         1',
      'quantile 0.05                 1',
      'quantile 0.1                  1.5',
      'mode                          2',
      'minority                      1',
      'variety                       2',
      '',
      'Hydrologic soil group       cells     %',
      '2 B: moderate infiltration  1,150  92.0',
      '1 A: high infiltration        100   8.0',
    ]);
  });

  it('with weights have figures and a column of these', () => {
    const weighted = { weight: 90.5, weightedSum: 12, weightedMean: null };
    const values = statistics.values.map((one) => ({ ...one, weight: one.value / 4 }));
    const lines = linesOf({ ...statistics, weights: 'height', ...weighted, values });
    expect(lines[2]).toBe('statistics of Hydrologic soil group; weights are Elevation, m');
    expect(lines.slice(20)).toEqual([
      'weight                       90.5',
      'weighted sum                 12',
      'weighted mean              none',
      '',
      'Hydrologic soil group       cells     %    weight',
      '2 B: moderate infiltration  1,150  92.0  0.500000',
      '1 A: high infiltration        100   8.0  0.250000',
    ]);
  });

  it('list the twenty values of most cells', () => {
    const values = Array.from({ length: 23 }, (_, value) => ({ value, cells: 100 - value, share: 0.01 }));
    const lines = linesOf({ ...statistics, values });
    expect(lines.slice(-3)).toEqual([
      '18                             82  1.0',
      '19                             81  1.0',
      '… and 3 more values',
    ]);
  });

  it('say how good they are where there were too many values', () => {
    const { values, ...others } = { ...statistics, mode: null, approximate: { relativeError: 2 ** -13 } };
    const lines = linesOf(others);
    expect(lines[3]).toBe('too many values to keep them all: median and quantiles are good to 0.012 %');
    expect(lines.at(-3)).toMatch(/^mode +none$/);
    expect(lines.at(-1)).toMatch(/^variety/);
  });

  it('of no data say only that', () => {
    const names = ['sum', 'mean', 'min', 'max', 'range', 'variance', 'standardDeviation', 'coefficientOfVariation'];
    const nothing = Object.fromEntries([...names, 'median', 'mode', 'minority', 'variety'].map((name) => [name, null]));
    const quantiles = [{ quantile: 0.5, value: null }];
    expect(linesOf({ ...statistics, ...nothing, count: 0, noData: 7, quantiles, values: [] }).slice(3)).toEqual([
      '',
      'cells with data  0',
      'no data          7',
    ]);
  });
});

it('no line of words is longer than the terminal is wide', () => {
  const lines = linesOf({ ...statistics, operation: 'elevation_where_people_live' }, { width: 30 });
  expect(lines.slice(0, 4)).toEqual([
    'elevation_where_people_live in',
    'huc12/1',
    '1,250 cells (1.13 km²)',
    'statistics of Hydrologic soil',
  ]);
  expect(lines.filter((line) => line.length > 35)).toEqual([]);
  const narrow = { width: 32, area: 'xx' };
  expect(linesOf({ ...statistics, operation: 'elevation_where_people_live' }, narrow)[1]).toBe('xx');
});

describe('numbers', () => {
  it.each([
    [null, 'none'],
    [0, '0'],
    [-1234567, '-1,234,567'],
    [360.66267058, '360.663'],
    [31309168.904855765, '31,309,168.9'],
    [0.20077781, '0.200778'],
    [0.0001234567, '0.000123457'],
    [0.0000115161, '1.15161e-5'],
    [1e21, '1.00000e+21'],
    [-3.4028234663852886e38, '-3.40282e+38'],
  ])('%s is %s', (value, text) => expect(numberText(value)).toBe(text));

  it('of a column are whole, or have the same decimals', () => {
    expect(columnOfNumbers([1, 20000, null])).toEqual(['1', '20,000', 'none']);
    expect(columnOfNumbers([1, 0.25])).toEqual(['1.00000', '0.25000']);
    expect(columnOfNumbers([12345.678, 1])).toEqual(['12,345.68', '1.00']);
    expect(columnOfNumbers([])).toEqual([]);
  });

  it('stand with their decimal points in one column', () => {
    expect(alignedAtPoint(['12', '1.25', '3.5', 'none'])).toEqual(['12   ', '1.25', '3.5 ', 'none   ']);
    expect(alignedAtPoint(['12', '7'])).toEqual(['12', '7']);
  });
});
