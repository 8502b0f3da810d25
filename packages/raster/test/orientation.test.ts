import { orientation } from '../src/orientation.ts';

describe('orientation', () => {
  it('is exact for positions so near a line that rounding turns the sign', () => {
    for (let i = 0; i < 64; i++) {
      for (let j = 0; j < 64; j++) {
        const side = orientation(0.5 + i * 2 ** -53, 0.5 + j * 2 ** -53, 12, 12, 24, 24);
        expect(Math.sign(side)).toBe(Math.sign(j - i) + 0);
      }
    }
  });

  it('holds for the largest and the smallest numbers together', () => {
    expect(Math.sign(orientation(0, 0, 2 ** 60, 2 ** 60, 2 ** 59, 2 ** 59))).toBe(0);
    expect(Math.sign(orientation(0, Number.MIN_VALUE, 2 ** 60, 2 ** 60, 2 ** 59, 2 ** 59))).toBe(-1);
    expect(Math.sign(orientation(0, -Number.MIN_VALUE, 2 ** 60, 2 ** 60, 2 ** 59, 2 ** 59))).toBe(1);
  });
});
