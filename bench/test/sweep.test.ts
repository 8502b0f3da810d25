import { differences, type SweepMeasured } from '../sweep.ts';

const measured = (results: SweepMeasured['results']): SweepMeasured => ({
  seconds: 1,
  cpuSeconds: 1,
  peakMebibytes: 1,
  results,
});
const theirs = measured({ a: { '11,2': 5 }, b: { '11,2': 7, '41,255': 1 } });

it('equal answers to all areas have no differences', () => {
  expect(differences({ name: 'ours', runs: [theirs] }, theirs)).toEqual([]);
});

it('a wrong count, an area without answer and one too many are told', () => {
  const ours = measured({ a: { '11,2': 4 }, c: { '11,2': 1 } });
  expect(differences({ name: 'ours', runs: [ours] }, theirs)).toEqual([
    'area a: ours counts 4 cells of 11,2, the other has 5',
    'area c: ours counts 1 cells of 11,2, the other has 0',
    'area b: ours counts 0 cells of 11,2, the other has 7',
  ]);
});
