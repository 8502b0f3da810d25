import { inputValue } from '../../src/processes/input-value.ts';

const base = 'https://example.org/catchment';
const read = (input: unknown) => inputValue(input, { path: 'inputs.area', base });
const items = `${base}/api/collections/huc12/items`;

it('a value may stand as it is or in a member of its own', () => {
  const polygon = { type: 'Polygon', coordinates: [], value: 'of a GeoJSON object with more members' };
  expect(read('huc12/01')).toBe('huc12/01');
  expect(read(polygon)).toBe(polygon);
  expect(read({ value: polygon, mediaType: 'application/geo+json' })).toBe(polygon);
  expect([read(null), read([1]), read({})]).toEqual([null, [1], {}]);
});

it('a link to an area of this gateway is that area', () => {
  expect(read({ href: `${items}/02`, type: 'application/geo+json' })).toBe('huc12/02');
  expect(read({ href: `${items}/01` })).toBe('huc12/01');
  expect(read({ href: `${items}/a%2Fb%C3%A9` })).toBe('huc12/a/bé');
});

it.each([
  'http://169.254.169.254/latest',
  `${items}/01?x`,
  `${items}`,
  `${base}.evil.org/api/collections/a/items/b`,
  7,
])('no other link is followed: %s', (href) => {
  expect(() => read({ href })).toThrow(/^inputs\.area\.href: is .*, expected a link such as https:\/\/example\.org/);
});
