import { nameGiver, stemOf, titleOf } from '../../src/init/names.ts';

it.each([
  ['NLCD_2021 Land-Cover', 'nlcd_2021_land-cover'],
  ['2021', 'data_2021'],
  ['Höhe (m)', 'hohe_m'],
  ['--', 'data'],
  ['x'.repeat(70), 'x'.repeat(63)],
])('%s is named %s', (text, name) => {
  expect(nameGiver()(text)).toBe(name);
});

it('each name is given once', () => {
  const give = nameGiver(['drawn']);
  expect(['a', 'A', 'drawn', 'a', 'y'.repeat(70), 'y'.repeat(70)].map(give)).toEqual([
    ...['a', 'a_2', 'drawn_2', 'a_3', 'y'.repeat(63)],
    `${'y'.repeat(61)}_2`,
  ]);
});

it.each([
  ['data/land.cover.tif', 'land.cover'],
  ['https://host/a/soil.tif?key=a/b.tif', 'soil'],
  ['s3://bucket/soil.tiff', 'soil'],
])('%s is called %s', (location, stem) => {
  expect(stemOf(location)).toBe(stem);
});

it('titles are words', () => {
  expect(titleOf('land_cover-2021')).toBe('Land cover 2021');
});
