import { exponentOf, median, numberText, tableText } from '../findings.ts';

it('a table has names on the left, numbers on the right, and nothing where there is nothing', () => {
  const rows = [
    ['numpy', 1234.5, undefined],
    ['ours', 0.01234, 12],
  ];
  expect(tableText({ columns: ['', 'ms', 'cells'], rows })).toBe(
    [
      '|       |     ms | cells |',
      '| ----- | -----: | ----: |',
      '| numpy |  1,235 |       |',
      '| ours  | 0.0123 |    12 |',
    ].join('\n'),
  );
});

it.each([
  [0.98765, '0.988'],
  [12.345, '12.3'],
  [99.96, '100'],
  [123.4, '123'],
  [7, '7'],
  [1_234_567.8, '1,234,568'],
])('%d is shown as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

it('the median is in the middle', () => {
  expect(median([10, 1, 2])).toBe(2);
  expect(median([10, 1, 2, 3])).toBe(2.5);
});

it('the exponent is the power with which time grows', () => {
  const power = (exponent: number) => [1e5, 2e6, 4e7, 2.5e8].map((cells) => [cells, 3 * cells ** exponent] as const);
  expect(exponentOf(power(0.5))).toBeCloseTo(0.5);
  expect(exponentOf(power(1))).toBeCloseTo(1);
});

it('a time that strays moves the exponent by as much as least squares say', () => {
  expect(
    exponentOf([
      [1, 1],
      [10, 100],
      [100, 100],
    ]),
  ).toBeCloseTo(1);
});
