import type { ResultKeyParts, ResultSelection } from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import { isRefusal, refusalText } from '@cellshed/contracts';
import { type ResultFilters, selectResults, selectResultsToRemove } from '../../src/cached/result-filters.ts';
import type { Standing } from '../../src/cached/superseded.ts';

const raster = (name: string, aliases: string[] = []) => ({ name, aliases, url: `/${name}.tif`, legend: new Map() });
const operation = (name: string, rasters: string[]) => ({ name, type: 'groupedCount' as const, rasters });
const table = (name: string) => ({ name, source: `/${name}.gpkg`, id: 'id' });
const byName = <Item extends { readonly name: string }>(...items: Item[]) =>
  new Map(items.map((one) => [one.name, one]));

const catalog: Pick<Catalog, 'rasters' | 'operations' | 'areas'> = {
  rasters: byName(raster('nlcd', ['nlcd-2019']), raster('soil'), raster('slope'), raster('unused')),
  operations: byName(
    operation('nlcd', ['nlcd']),
    operation('nlcd_soil', ['nlcd', 'soil']),
    operation('slope_soil', ['slope', 'soil']),
  ),
  areas: byName(table('huc8'), table('huc12')),
};

const names = [
  'nlcd',
  'nlcd_soil',
  'slope_soil',
  'gone',
  'gone(slope)',
  'nlcd(soil)',
  'groupedCount(nlcd,slope)',
  'nlcd_soil(nlcd,unused)',
];

/** With the operations that a test picks of these names. */
function shown(selection: ReturnType<typeof selectResults>): object {
  if (!('operations' in selection) || typeof selection.operations !== 'function') return selection;
  return { ...selection, operations: names.filter(selection.operations) };
}

describe('the results that are selected', () => {
  it.each<readonly [ResultFilters, object]>([
    [{}, {}],
    [{ raster: [], table: [], area: [], operation: [], drawn: false }, {}],
    [{ drawn: true }, { drawn: true }],
    [{ table: ['huc12', 'huc8'] }, { tables: ['huc12', 'huc8'] }],
    [{ operation: ['gone'] }, { operations: ['gone', 'gone(slope)'] }],
    [{ raster: ['soil'] }, { operations: ['nlcd_soil', 'slope_soil', 'nlcd(soil)'] }],
    [
      { raster: ['nlcd-2019'] },
      { operations: ['nlcd', 'nlcd_soil', 'groupedCount(nlcd,slope)', 'nlcd_soil(nlcd,unused)'] },
    ],
    [
      { raster: ['unused', 'slope'] },
      { operations: ['slope_soil', 'gone(slope)', 'groupedCount(nlcd,slope)', 'nlcd_soil(nlcd,unused)'] },
    ],
    [{ raster: ['soil'], operation: ['nlcd_soil', 'nlcd'] }, { operations: ['nlcd_soil', 'nlcd(soil)'] }],
    [{ raster: ['soil'], operation: ['gone'] }, { operations: [] }],
    [
      { area: ['huc12/0204', 'huc8/a/b'] },
      {
        areas: [
          { table: 'huc12', id: '0204' },
          { table: 'huc8', id: 'a/b' },
        ],
      },
    ],
    [{ area: ['drawn/ab12'] }, { areas: [{ drawn: 'ab12' }] }],
    [
      { area: ['huc12/0204 upstream'] },
      {
        areas: [
          { table: 'huc12', id: '0204 upstream' },
          { table: 'huc12', upstream: '0204' },
        ],
      },
    ],
    [
      { area: ['huc12/state=PA'] },
      {
        areas: [
          { table: 'huc12', id: 'state=PA' },
          { table: 'huc12', by: 'state', value: 'PA' },
        ],
      },
    ],
    [
      { area: ['huc12/a=1, b:8=2'] },
      {
        areas: [
          { table: 'huc12', id: 'a=1, b:8=2' },
          { table: 'huc12', by: 'a', value: '1, b:8=2' },
          { table: 'huc12', by: 'a', value: '1', within: { by: 'b:8', value: '2' } },
        ],
      },
    ],
    [
      { area: ['drawn/ab12', 'huc12/0204'], drawn: true },
      { areas: [{ drawn: 'ab12' }, { table: 'huc12', id: '0204' }], drawn: true },
    ],
    [
      { area: ['drawn/ab12', 'huc12/0204'], table: ['huc12'] },
      { areas: [{ drawn: 'ab12' }, { table: 'huc12', id: '0204' }], tables: ['huc12'] },
    ],
    [
      { raster: ['slope'], table: ['huc12'], area: ['huc12/0204'] },
      {
        operations: ['slope_soil', 'gone(slope)', 'groupedCount(nlcd,slope)'],
        tables: ['huc12'],
        areas: [{ table: 'huc12', id: '0204' }],
      },
    ],
  ])('of %j are %j', (filters, selection) => {
    expect(shown(selectResults(filters, catalog))).toEqual(selection);
  });

  it('are only those that were superseded, of those that the other filters name', async () => {
    const of = async ({ fingerprint }: Pick<ResultKeyParts, 'fingerprint'>) => fingerprint as Standing;
    const { where, ...rest } = selectResults({ superseded: true, table: ['huc8'] }, catalog, { of }) as ResultSelection;
    expect(rest).toEqual({ tables: ['huc8'] });
    const asked = ['superseded', 'current', 'unlisted', 'unknown'].map((fingerprint) =>
      where?.({ area: { table: 'huc8', id: '1' }, operation: 'nlcd', fingerprint }),
    );
    expect(await Promise.all(asked)).toEqual([true, false, false, false]);
    expect(selectResultsToRemove({ superseded: true }, catalog, { of })).toEqual({ where: expect.any(Function) });
    expect(selectResults({ superseded: true }, undefined)).toEqual({
      path: 'superseded',
      problem: expect.stringMatching(/^only the catalog knows/),
    });
  });

  it('may be of a table that has left the catalog, where no catalog is asked', () => {
    const filters = { table: ['huc10', 'drawn'], area: ['huc10/01'] };
    expect(selectResults({ table: ['huc10', 'drawn'] }, undefined)).toEqual({ tables: ['huc10', 'drawn'] });
    expect(selectResults(filters, undefined)).toEqual({
      tables: ['huc10', 'drawn'],
      areas: [{ table: 'huc10', id: '01' }],
    });
  });
});

/** The sentence of a refusal. */
const textOf = (answer: object) => (isRefusal(answer) ? refusalText(answer) : answer);

describe('refused is', () => {
  const problems: readonly [title: string, filters: ResultFilters, problem: string][] = [
    [
      'an unknown raster',
      { raster: ['nlcd', 'nlcd2'] },
      'raster: the catalog has no raster called "nlcd2"; expected one of nlcd, soil, slope, unused',
    ],
    [
      'an unknown table',
      { table: ['huc12', 'huc10'] },
      'table: the catalog has no area table called "huc10"; expected one of huc8, huc12',
    ],
    [
      'an area of an unknown table',
      { area: ['huc10/01'] },
      'table: the catalog has no area table called "huc10"; expected one of huc8, huc12',
    ],
    [
      'drawn areas as a table',
      { table: ['drawn'] },
      'table: the catalog has no area table called "drawn"; expected one of huc8, huc12 (areas that clients drew are in no table: ask for drawn)',
    ],
    [
      'an area without an id',
      { area: ['huc12/'] },
      'area: is "huc12/", expected table/id, or drawn/ and the hash of a drawn area',
    ],
    [
      'an area without a table',
      { area: ['huc12/01', '/01'] },
      'area: is "/01", expected table/id, or drawn/ and the hash of a drawn area',
    ],
    [
      'an area without a slash',
      { area: ['0204'] },
      'area: is "0204", expected table/id, or drawn/ and the hash of a drawn area',
    ],
    [
      'drawn areas of a table',
      { drawn: true, table: ['huc12'] },
      'drawn: a drawn area is in no table, so no result fits drawn and table',
    ],
    [
      'drawn areas that are well-known ones',
      { drawn: true, area: ['huc12/01'] },
      'drawn: none of the areas named is a drawn one, so no result fits drawn and area',
    ],
    [
      'an area of another table',
      { table: ['huc8'], area: ['huc12/01', 'drawn/ab'] },
      'area: none of the areas named is in huc8, so no result fits table and area',
    ],
    [
      'an empty operation',
      { operation: ['nlcd', ''] },
      'operation of a key is "", expected non-empty well-formed text',
    ],
    [
      'half a character',
      { operation: ['\ud800'] },
      'operation of a key is "\\ud800", expected non-empty well-formed text',
    ],
  ];
  it.each(problems)('%s', (_title, filters, problem) => {
    expect(textOf(selectResults(filters, catalog))).toBe(problem);
    expect(textOf(selectResultsToRemove(filters, catalog))).toBe(problem);
  });

  it('an id too long for any key', () => {
    expect(selectResults({ area: [`huc12/${'1'.repeat(2000)}`] }, catalog)).toEqual({
      problem: expect.stringMatching(/^a key has 2\d\d\d characters, expected at most 1024: geop:huc12:111/),
    });
  });

  it('a raster, where no catalog is asked', () => {
    expect(selectResults({ raster: ['nlcd'] }, undefined)).toEqual({
      path: 'raster',
      problem: 'only the catalog knows which operations use "nlcd"; name the operations instead',
    });
  });

  it('a removal of nothing in particular, and one of all and something', () => {
    expect(selectResultsToRemove({}, catalog)).toEqual({
      problem: 'nothing is named; expected raster, table, area, operation, drawn, superseded or all',
    });
    expect(selectResultsToRemove({ table: [], drawn: false, all: false }, catalog)).toHaveProperty('problem');
    expect(selectResultsToRemove({ superseded: true, all: true }, catalog, { of: async () => 'current' })).toEqual({
      path: 'all',
      problem: 'means every result, so nothing else may be named beside it',
    });
    for (const filters of [
      { raster: ['nlcd'] },
      { table: ['huc8'] },
      { area: ['huc8/1'] },
      { operation: ['a'] },
      { drawn: true },
    ]) {
      expect(selectResultsToRemove({ ...filters, all: true }, catalog)).toEqual({
        path: 'all',
        problem: 'means every result, so nothing else may be named beside it',
      });
      expect(selectResultsToRemove(filters, catalog)).not.toHaveProperty('problem');
    }
    expect(selectResultsToRemove({ all: true }, catalog)).toEqual({});
  });
});
