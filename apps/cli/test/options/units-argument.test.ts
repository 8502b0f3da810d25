import type { Catalog } from '@cellshed/catalog';
import { referenceOf, refuseFiles } from '../../src/options/units-argument.ts';

const table = { source: '', id: 'id' };
const catalog = {
  areas: new Map([
    ['huc12', { ...table, name: 'huc12', within: { huc8: 'huc12:8' } }],
    ['huc8', { ...table, name: 'huc8' }],
  ]),
} as unknown as Catalog;

it('reads an area, all upstream of it, or the areas of a table in a larger one', () => {
  expect(referenceOf('huc12/a/b', {}, catalog)).toEqual({ table: 'huc12', id: 'a/b' });
  expect(referenceOf('huc12/01', { upstream: true }, catalog)).toEqual({ table: 'huc12', upstream: '01' });
  const within = referenceOf('huc12', { within: 'huc8/99010101' }, catalog);
  expect(within).toEqual({ table: 'huc12', by: 'huc12:8', value: '99010101' });
});

it.each([
  ['huc12', {}, 'area: is "huc12", expected table/id or a file of polygons'],
  [
    'huc12/01',
    { within: 'huc8/1' },
    'area: is "huc12/01", expected the area table whose areas --within adds up: one of huc12, huc8',
  ],
  [
    'huc8',
    { within: 'huc12/1' },
    '--within is "huc12/1", but the catalog does not say which areas of table huc8 lie in one of table huc12; areas.huc8.within would: { huc12: the property with the id of the larger area }',
  ],
  [
    'huc12',
    { within: 'huc8/1', upstream: true },
    '--within adds up the areas of a larger one, --upstream those that drain into one: expected one of both',
  ],
])('%s with %j is refused', (text, options, sentence) => {
  expect(() => referenceOf(text, options, catalog)).toThrow(sentence);
});

it('a file has nothing upstream', () => {
  const areas = { areas: [{ name: 'field.geojson', area: {} }], notes: [] };
  expect(() => refuseFiles(areas, {})).not.toThrow();
  expect(() => refuseFiles(areas, { upstream: true })).toThrow(
    '--upstream is of areas of a table, but the area is field.geojson',
  );
  expect(() => refuseFiles(areas, { within: 'huc8/1' })).toThrow(
    '--within is of areas of a table, but the area is field.geojson',
  );
});
