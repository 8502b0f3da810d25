import { firingSpans, stepSeconds } from '../day-findings.ts';
import { rateAt } from '../day-traffic.ts';

/** The times of values, as numbers of steps, and the spans in which an alert fires. */
const spansOf = (steps: readonly number[], heldSteps: number) =>
  firingSpans(
    { metric: { queue: 'count' }, values: steps.map((step) => [step * stepSeconds, '1']) },
    heldSteps * stepSeconds,
  ).map(({ labels, from, to }) => [labels, from / stepSeconds, to / stepSeconds]);

it('an alert fires once its condition has held for its time, and until it does not', () => {
  expect(spansOf([1, 2, 3, 4, 8, 9, 12, 13, 14], 2)).toEqual([
    ['count', 3, 4],
    ['count', 14, 14],
  ]);
  expect(spansOf([5], 0)).toEqual([['count', 5, 5]]);
  expect(spansOf([], 0)).toEqual([]);
});

it('more is asked in the morning than at night, and most at noon', () => {
  expect([rateAt(0), rateAt(6.5), rateAt(8), rateAt(12.2), rateAt(23.99)].map(Math.round)).toEqual([1, 3, 6, 60, 1]);
});
