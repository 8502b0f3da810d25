import type { ResultDocument } from '@cellshed/contracts';
import { plainTables } from '../../src/text/plain-tables.ts';

const catalog = {
  operations: new Map(),
  rasters: new Map([
    ['nlcd', { title: 'Land cover', legend: new Map([[11, { label: 'Open Water' }]]) }],
    ['height', { title: 'Elevation', units: 'm', legend: new Map() }],
  ]),
};

/** A result of any type: only the members that some type has are shown. */
const tablesOf = (members: object) =>
  plainTables({ operation: 'a', rasters: ['nlcd'], cells: 3, ...members } as unknown as ResultDocument, catalog);

it('figures are a table, their names in words', () => {
  expect(tablesOf({ mean: 1.5, standardDeviation: null })).toEqual([
    {
      head: ['', ''],
      labels: 1,
      rows: [
        ['mean', '1.5 '],
        ['standard deviation', 'none  '],
      ].map(([name, text]) => [name, expect.stringContaining((text as string).trim())]),
      noun: 'figures',
    },
  ]);
});

it('a value is one of the raster beside it, and has its label', () => {
  const [table] = tablesOf({
    summaries: [
      { raster: 'nlcd', value: 11, share: 0.5, cells: 1000, noData: 0 },
      { raster: 'height', value: null, share: 0, cells: 0, noData: 3 },
    ],
  });
  expect(table).toEqual({
    head: ['raster', 'units', 'value', 'share', 'cells', 'no data'],
    labels: 3,
    rows: [
      ['Land cover', '', '11 Open Water', '0.5', '1,000', '0'],
      ['Elevation', 'm', 'no data', expect.stringMatching(/^0 *$/), '0', '3'],
    ],
    noun: 'rasters',
  });
});

it('values without a raster beside them are those of the rasters, in their order', () => {
  expect(tablesOf({ groups: [{ values: [11], cells: 2 }] })).toEqual([
    { head: ['Land cover', 'cells'], labels: 1, rows: [['11 Open Water', '2']], noun: 'rows' },
  ]);
  expect(tablesOf({ values: [{ value: 11, cells: 2 }] })).toEqual([
    { head: ['Land cover', 'cells'], labels: 1, rows: [['11 Open Water', '2']], noun: 'rows' },
  ]);
});

it('what is no member of any type is not shown, nor an empty list', () => {
  expect(tablesOf({ other: 1, groups: [] })).toEqual([]);
});
