import fc from 'fast-check';
import { columnFormat, figure, size, withSign } from '../src/answer/numbers.ts';

const measured = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
const decimalsIn = (text: string) => text.split('.')[1]?.length ?? 0;
const numberIn = (text: string) => Number(text.replaceAll(',', '').replace('\u2212', '-'));

it('a figure has four digits that count, also from a thousand on', () => {
  expect([13_893.673, 5308.416, 807.1, 68.82, 0.2295].map(figure)).toEqual([
    '13,890',
    '5,308',
    '807.1',
    '68.82',
    '0.2295',
  ]);
  expect([86_835, 0, -12, -1.5].map(figure)).toEqual(['86,835', '0', '−12', '−1.5']);
  expect(size(13_893.673 * 4046.8564224, 'acres')).toBe('13,890\u00a0acres');
  fc.assert(
    fc.property(measured, (one) => {
      expect(Math.abs(numberIn(figure(one)) - one)).toBeLessThanOrEqual(one * 5.001e-4);
    }),
  );
});

it('the figures of a column have as many decimals each, and differ from what they are by half of the last', () => {
  fc.assert(
    fc.property(fc.array(measured, { minLength: 1, maxLength: 20 }), (figures) => {
      const format = columnFormat(figures);
      const texts = figures.map(format);
      expect(new Set(texts.map(decimalsIn)).size).toBe(1);
      const step = 10 ** -decimalsIn(texts[0] as string);
      for (const [index, text] of texts.entries()) {
        const own = figures[index] as number;
        if (text.startsWith('<')) expect(own).toBeLessThan(step / 2);
        else expect(Math.abs(numberIn(text) - own)).toBeLessThanOrEqual(step * 0.5001);
      }
    }),
  );
});

it('what is small beside the greatest is said to be less, and cells are whole', () => {
  const figures = [28.776, 8.5391, 0.9, 0.0009, 0];
  expect(figures.map(columnFormat(figures))).toEqual(['28.78', '8.54', '0.90', '< 0.01', '0.00']);
  expect(figures.map(columnFormat(figures, { digits: 3 }))).toEqual(['28.8', '8.5', '0.9', '< 0.1', '0.0']);
  expect([41.8123, 0.004802].map(columnFormat([41.8123, 0.004802], { unit: 'percent' }))).toEqual(['41.8', '< 0.1']);
  expect([73_282.53, 1].map(columnFormat([73_282.53, 1], { unit: 'cells' }))).toEqual(['73,283', '1']);
});

it('a difference has its sign', () => {
  const format = columnFormat([20.4, -3.4, 0]);
  expect([20.4, -3.4, 0, 0.001].map((one) => withSign(format(one), one))).toEqual([
    '+20.40',
    '−3.40',
    '0.00',
    '< 0.01',
  ]);
});
