import { budgetOf } from '@cellshed/budget';
import fc from 'fast-check';
import { orientation } from '../../src/edges/orientation.ts';

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
    expect(orientation(0, 0, 2 ** -600, 2 ** -600, 2 ** -601, 2 ** -601)).toBe(0);
    expect(orientation(0, 0, 2 ** 500, 2 ** 500, 2 ** 499, 2 ** 499 * (1 + 2 ** -52))).toBeGreaterThan(0);
  });

  it('has the sign that whole numbers have, on a line, beside it by next to nothing, and anywhere', () => {
    const whole = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    const few = fc.integer({ min: -3, max: 3 });
    const unit = 2 ** -20;
    fc.assert(
      fc.property(
        fc.tuple(whole, whole, fc.nat(2 ** 24), fc.nat(2 ** 24), fc.nat(64), fc.nat(64), few, few),
        ([ax, ay, dx, dy, far, near, missX, missY]) => {
          const corners = [
            ax,
            ay,
            ax + dx * far,
            ay + dy * far,
            ax + dx * near + missX,
            ay + dy * near + missY,
          ] as const;
          const [a, b, c, d, e, f] = corners.map(BigInt) as [bigint, bigint, bigint, bigint, bigint, bigint];
          const exact = (c - a) * (f - b) - (e - a) * (d - b);
          const [x1, y1, x2, y2, x, y] = corners.map((one) => one * unit) as [
            number,
            number,
            number,
            number,
            number,
            number,
          ];
          expect(Math.sign(orientation(x1, y1, x2, y2, x, y)) + 0).toBe(exact > 0n ? 1 : exact < 0n ? -1 : 0);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('spends only for what one rounded product does not tell, and more for what no double tells', () => {
    const spent = (...[ax, ay, bx, by, px, py]: [number, number, number, number, number, number]) => {
      const budget = budgetOf(1e6);
      expect(orientation(ax, ay, bx, by, px, py, budget)).toBe(0);
      return 1e6 - budget.left;
    };
    expect(spent(0.1, 5.3, 7, 5.3, 2, 5.3)).toBe(0);
    expect(spent(0.5, 0.5, 3.5, 4.5, 6.5, 8.5)).toBe(25);
    expect(spent(0, 2 ** 60, 2 ** -20, 2 ** 60, 2 ** -21, 2 ** 60)).toBe(0);
    expect(spent(-(2 ** 60), -(2 ** 60), 1, 1, 2, 2)).toBe(25);
    expect(spent(-(2 ** 60), -(2 ** 60), 2 ** -500, 2 ** -500, 2, 2)).toBe(100);
  });
});
