import { equalCounts } from '../answers.ts';
import { disagreements, ratiosTable } from '../kernel.ts';
import { ourNames, rival, type Tool } from '../kernel-tools.ts';
import type { Outcome, Outcomes } from '../measured.ts';

const outcome = (milliseconds: number, counts: Outcome['counts'] = { '11': 5 }): Outcome => ({
  cells: 5,
  milliseconds,
  peakMebibytes: 100,
  counts,
});
const tool = (name: string): Tool => ({
  name,
  isOurs: false,
  command: { args: [] },
  agrees: { with: 'ours', rule: equalCounts },
});

it('an answer that is not equal is told, with area and tool', () => {
  const outcomes: Outcomes = (name, polygon) => outcome(1, { '11': name === 'other' && polygon === 'huc8_1' ? 6 : 5 });
  expect(disagreements([tool('other'), tool('third')], outcomes)).toEqual([
    'HUC-8: ours counts 5 cells of 11, the other has 6 (other)',
  ]);
});

it('what has no answer agrees with everything', () => {
  const outcomes: Outcomes = (name) => (name === 'other' ? { problem: 'it crashed' } : outcome(1));
  expect(disagreements([tool('other')], outcomes)).toEqual([]);
});

it('each mode is compared with the rival that keeps as much as it does; a mode that is not there leaves its targets', () => {
  const times: Readonly<Record<string, number>> = {
    [rival.opened]: 30,
    [rival.kept]: 20,
    [ourNames.decode]: 10,
    [ourNames.kept]: 4,
  };
  const outcomes: Outcomes = (name) => (times[name] ? outcome(times[name]) : { problem: 'it is not there yet' });
  expect(ratiosTable(outcomes).rows.map((row) => row.slice(2))).toEqual([
    ['3.00 (3)', '3.00 (3)', '3.00 (3)', '3.00 (3.5)'],
    ['5.00 (3)', '5.00 (4)', '5.00 (4.5)', '5.00 (4.5)'],
    ['(7)', '(12)', '(25)', '(50)'],
    ['(12)', '(20)', '(35)', '(80)'],
  ]);
});
