import { cellsIn, equalCounts, equalWithin, fewerWithin } from '../answers.ts';

const ours = { '11,2': 60_000, '41,2': 39_999, '41,3': 1 };

it('equal counts agree, in whatever order', () => {
  expect(equalCounts(ours, { '41,3': 1, '41,2': 39_999, '11,2': 60_000 })).toBeUndefined();
});

it('a cell more, a value more or a value less is a difference', () => {
  expect(equalCounts(ours, { ...ours, '11,2': 60_001 })).toBe('60000 cells of 11,2, the other has 60001');
  expect(equalCounts(ours, { ...ours, '12,2': 1 })).toBe('0 cells of 12,2, the other has 1');
  expect(equalCounts(ours, { '11,2': 60_000, '41,2': 39_999 })).toBe('1 cells of 41,3, the other has 0');
});

it('sums of floats may differ by a share of all cells, and no more', () => {
  const agreement = equalWithin(1e-6);
  expect(agreement(ours, { ...ours, '41,3': 1.09 })).toBeUndefined();
  expect(agreement(ours, { ...ours, '41,3': 1.11 })).toBeDefined();
  expect(agreement(ours, { ...ours, '41,3': 0.89 })).toBeDefined();
});

it('who drops cells may drop a share of all, and must not count more of any value', () => {
  const agreement = fewerWithin(1e-4);
  expect(agreement(ours, { ...ours, '11,2': 59_990 })).toBeUndefined();
  expect(agreement(ours, { ...ours, '11,2': 59_989 })).toBe('11 of 100000 cells are missing');
  expect(agreement(ours, { ...ours, '11,2': 59_995, '41,2': 40_000 })).toBe('39999 cells of 41,2, the other has 40000');
});

it('cells are added up', () => {
  expect(cellsIn(ours)).toBe(100_000);
});
