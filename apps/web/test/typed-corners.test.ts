import { typedCorners } from '../src/ask/typed-corners.ts';

it('corners are read one a line, however they are parted', () => {
  const text = '-75.5, 40.2\n −75.4 40.2\n\n-75.4;40.3\n-75.5,40.2\n';
  expect(typedCorners(text)).toEqual([
    [-75.5, 40.2],
    [-75.4, 40.2],
    [-75.4, 40.3],
  ]);
});

it.each([
  ['-75.5, 40.2\n-75.4, 40.2', 'An area has at least three corners.'],
  ['-75.5, 40.2\nnorth\n-75.4, 40.2', 'Line 2 is “north”; expected a longitude and a latitude, as −75.5, 40.2.'],
  ['-75.5, 40.2\n-75.4, 140.2\n1, 2', 'Line 2 is “-75.4, 140.2”'],
  ['190, 2\n1, 2\n1, 3', 'Line 1 is “190, 2”'],
  ['1, 2, 3\n1, 2\n1, 3', 'Line 1 is “1, 2, 3”'],
])('%j is refused with a sentence', (text, sentence) => {
  expect(() => typedCorners(text)).toThrow(sentence);
});
