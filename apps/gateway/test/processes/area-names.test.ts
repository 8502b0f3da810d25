import { nameOfFeature } from '../../src/processes/area-names.ts';

const feature = (members: object, properties: object | null = {}) => ({
  ...{ type: 'Feature', geometry: null, properties },
  ...members,
});

it.each([
  [
    'its id and its name',
    feature({ id: 'f1' }, { name: 'North field', title: 'Other' }),
    { id: 'f1', name: 'North field' },
  ],
  ['a number, and its title', feature({ id: 7 }, { title: 'South' }), { id: '7', name: 'South' }],
  ['its property id, where it has no other', feature({}, { id: 0 }), { id: '0' }],
  ['its own id before the property', feature({ id: 'own' }, { id: 'other' }), { id: 'own' }],
  ['its id alone', feature({ id: 'f1' }, null), { id: 'f1' }],
  [
    'those of the only feature of a collection',
    { type: 'FeatureCollection', features: [feature({ id: 'f1' })] },
    { id: 'f1' },
  ],
  ['a text with half a character', feature({ id: 'a\ud800' }), { id: 'a\ufffd' }],
])('an area has %s', (_, area, name) => {
  expect(nameOfFeature(area)).toEqual(name);
});

it.each([
  ['has none', feature({})],
  ['has others than text and numbers', feature({ id: { a: 1 } }, { name: ['x'], title: null, id: true })],
  ['has very long ones', feature({ id: 'x'.repeat(201) })],
  ['has ones with line breaks', feature({ id: 'a\r\nb' }, { name: '\0' })],
  ['has empty ones', feature({ id: '' }, { name: '' })],
  ['has lists of properties', feature({}, ['name'])],
  ['is several features', { type: 'FeatureCollection', features: [feature({ id: 'a' }), feature({ id: 'b' })] }],
  ['is no list of features', { type: 'FeatureCollection', features: 'a' }],
  ['is a polygon', { type: 'Polygon', id: 'a', coordinates: [] }],
  ['is a well-known area', 'huc/1'],
])('an area has no name where it %s', (_, area) => {
  expect(nameOfFeature(area)).toBeUndefined();
});
