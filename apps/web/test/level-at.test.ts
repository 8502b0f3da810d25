import { levelAt } from '../src/map/level-at.ts';

const box = [-100, 41, -99, 42];
const tables = [
  { id: 'large', box, count: 1 },
  { id: 'medium', box, count: 100 },
  { id: 'small', box, count: 10_000 },
];

it('the nearer one looks, the smaller are the areas that are shown', () => {
  const levels = Array.from({ length: 16 }, (_, zoom) => levelAt(zoom, tables));
  expect(levels.filter((level, zoom) => level !== levels[zoom - 1])).toEqual(['large', 'medium', 'small']);
  expect([levels[0], levels.at(-1)]).toEqual(['large', 'small']);
});

it('areas are shown from where a square as large as the average one has 48 pixels', () => {
  // A degree of longitude has 512 × 2^zoom / 360 pixels, one of latitude at 60° has twice as many.
  const at60 = [
    { id: 'large', box, count: 1 },
    { id: 'small', box: [0, 59.5, 2, 60.5], count: 4 },
  ];
  const zoom = Math.log2((48 * 360) / 512);
  expect([levelAt(zoom - 0.01, at60), levelAt(zoom + 0.01, at60)]).toEqual(['large', 'small']);
});

it('tables without areas are not shown for their size', () => {
  expect(
    levelAt(10, [
      { id: 'large', box, count: 1 },
      { id: 'none', box: undefined, count: 0 },
    ]),
  ).toBe('large');
  expect(levelAt(10, [])).toBeUndefined();
});
