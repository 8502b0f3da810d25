import fc from 'fast-check';
import { contrast, difference, type Fill, fillsOf, isWeak } from '../src/answer/fills.ts';
import { paintOf } from '../src/answer/patterns.ts';

const [light, dark] = ['#fbfaf7', '#14181d'];
const [ink, inkOnDark] = ['#1d2733', '#e6e9ec'];
const color = fc.integer({ min: 0, max: 0xffffff }).map((one) => `#${one.toString(16).padStart(6, '0')}`);

it('contrast is that of WCAG 2', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#ffffff', '#777777')).toBe(contrast('#777777', '#ffffff'));
});

it('difference is the distance in OKLab', () => {
  expect(difference('#000000', '#ffffff')).toBeCloseTo(1, 5);
  expect(difference('#ff0000', '#ff0000')).toBe(0);
  // L, a, b of red: 0.628, 0.2249, 0.1258.
  expect(difference('#ff0000', '#000000')).toBeCloseTo(Math.hypot(0.628, 0.2249, 0.1258), 3);
});

it('a colour is seen on the paper of each theme, or has an outline in ink that is', () => {
  fc.assert(
    fc.property(color, (one) => {
      for (const paper of [light, dark]) expect(isWeak(one, paper)).toBe(contrast(one, paper) < 3);
    }),
  );
  expect(contrast(ink, light)).toBeGreaterThan(3);
  expect(contrast(inkOnDark, dark)).toBeGreaterThan(3);
});

it('no two classes of a legend look alike: near colours have different patterns', () => {
  const near = color.chain((one) => fc.array(fc.oneof(fc.constant(one), color), { maxLength: 20 }));
  fc.assert(
    fc.property(near, (colors) => {
      const fills = fillsOf(colors);
      expect(fills.map((one) => one.color)).toEqual(colors);
      for (const [i, a] of fills.entries()) {
        for (const b of fills.slice(0, i)) {
          if (difference(a.color, b.color) < 0.05) expect(paintOf(a)).not.toBe(paintOf(b));
          if (difference(a.color, b.color) < 0.05) expect(a.pattern).not.toBe(b.pattern);
        }
      }
      expect((fills[0] as Fill | undefined)?.pattern ?? 0).toBe(0);
    }),
  );
});
