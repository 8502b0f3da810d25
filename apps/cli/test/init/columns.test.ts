import { inOrderOfIds, inOrderOfNames } from '../../src/init/columns.ts';

const first = (properties: Readonly<Record<string, unknown>>, table?: string) =>
  inOrderOfIds([properties], { table, usualId: 'fid' });

it.each([
  [{ tohuc: '2', huc12: '1', name: 'a' }, undefined, 'huc12'],
  [{ objectid: 7, areasqkm: 1.5, GEOID: '31001', NAME: 'Adams' }, undefined, 'GEOID'],
  [{ code: 'x', basins: 'b1' }, 'Basins', 'basins'],
  [{ name: 'a', kind: 'wet' }, undefined, 'kind'],
  [{ name: 'a', area: 1.5 }, undefined, 'fid'],
  [{ id: 1.5, name: 'a' }, undefined, 'fid'],
])('of %j, the id is first looked for in its likeliest column', (properties, table, expected) => {
  expect(first(properties, table)[0]).toBe(expected);
});

it('names are ids at last', () => {
  expect(first({ name: 'a' })).toEqual(['fid', 'name']);
});

it('the name is a text that is called so', () => {
  expect(inOrderOfNames([{ gnis_name: 'G', Name: 'N', kind: 'k' }])[0]).toBe('Name');
  expect(
    inOrderOfNames([
      { name: null, gnis_name: null },
      { name: null, gnis_name: 'G' },
    ]),
  ).toEqual(['gnis_name']);
  expect(inOrderOfNames([{ title: 4, kind: 'k' }])).toEqual([]);
  expect(
    inOrderOfNames([
      { HU_10_NAME: 'Creek', HU_12_NAME: 'Upper Creek' },
      { HU_10_NAME: 'Creek', HU_12_NAME: 'Lower Creek' },
    ]),
  ).toEqual(['HU_12_NAME', 'HU_10_NAME']);
});
