import type { ChangeResult } from '@cellshed/contracts';
import type { GroupedCounts } from '@cellshed/raster';
import fc from 'fast-check';
import { change } from '../src/methods/change.ts';

type Value = number | null;
type Cell = readonly [before: Value, after: Value, parts: number];

/** The cells of an area, one group for each: parts are shares of a cell, in 2 ** -32. */
const whole = 2 ** 32;
const value = fc.constantFrom<Value>(1, 2, 2.5, 3, null);
const cells = fc.array(fc.tuple(value, value, fc.constantFrom(whole, whole, 1, 1000, whole - 1)));
const definition = { type: 'change', rasters: ['old', 'new'] } as const;

function counted(all: readonly Cell[]): GroupedCounts {
  return change.merge(
    all.map(([before, after, parts]) => {
      const count = parts === whole ? { cells: 1 } : { cells: 0, parts };
      return { ...count, groups: [{ values: [before, after], ...count }] };
    }),
  );
}

const described = (all: readonly Cell[]) => change.describe(counted(all), definition, 'fraction');

/** The share of cells for which something holds, summed one by one. */
function sumWhere(all: readonly Cell[], holds: (before: Value, after: Value) => boolean): number {
  return all.reduce((sum, [before, after, parts]) => (holds(before, after) ? sum + parts : sum), 0) / whole;
}

describe('the change of an area', () => {
  it('is the joint count, and what each value gains and loses, by sums over the cells themselves', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const { groups, classes } = described(all);
        for (const {
          values: [from, to],
          cells: size,
        } of groups)
          expect(size).toBe(sumWhere(all, (before, after) => before === from && after === to));
        const values = [...new Set(all.flatMap(([before, after]) => [before, after]))];
        const ordered = values.sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
        expect(classes).toEqual(
          ordered.map((one) => {
            const gains = sumWhere(all, (before, after) => before !== one && after === one);
            const losses = sumWhere(all, (before, after) => before === one && after !== one);
            return {
              value: one,
              before: sumWhere(all, (before) => before === one),
              after: sumWhere(all, (_, after) => after === one),
              kept: sumWhere(all, (before, after) => before === one && after === one),
              ...{ gains, losses, net: gains - losses },
            };
          }),
        );
      }),
    );
  });

  it('balances: all gains are all losses, and every cell is before and after', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const { cells: size, classes } = described(all);
        const sum = (figure: keyof Omit<ChangeResult['classes'][number], 'value' | 'squareMetres'>) =>
          classes.reduce((total, one) => total + one[figure], 0);
        expect([sum('before'), sum('after'), sum('net')]).toEqual([size, size, 0]);
        expect(sum('gains')).toBe(sum('losses'));
      }),
    );
  });
});
