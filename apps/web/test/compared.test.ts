import { binsOf, type Range } from '../src/answer/bins.ts';
import { comparedFigures, differenceInWords, sharedOf } from '../src/answer/compared.ts';
import { csvOf } from '../src/answer/csv.ts';
import type { LabelledDocument } from '../src/answer/document.ts';
import { figuresOf } from '../src/answer/figures.ts';
import { sorted } from '../src/answer/row-order.ts';

/** A document of classes with so many cells of 1 km² each. */
function cover(cells: Readonly<Record<string, number>>, more: Partial<LabelledDocument> = {}): LabelledDocument {
  const all = Object.values(cells).reduce((sum, one) => sum + one, 0);
  const groups = Object.entries(cells).map(([label, count]) => ({
    ...{ values: [label === 'no data' ? null : label.charCodeAt(0)], labels: [label], cells: count },
    ...{ squareMetres: 1e6 * count, percent: (100 * count) / all },
  }));
  const squareMetres = 1e6 * all;
  return { operation: 'o', area: 'a/1', rasters: ['cover'], cells: all, covered: 1, squareMetres, groups, ...more };
}

const options = { unit: 'km2', unitTitle: 'km²', fillOf: () => undefined } as const;
const [one, other] = [cover({ Wood: 10, Town: 5 }), cover({ Town: 30, Water: 2 })];
const named = (name: string, document: LabelledDocument) => ({ name, figures: figuresOf(document, options) });

describe('two areas', () => {
  it('have their figures in one order, with the difference of the second from the first', () => {
    const { columns, rows } = comparedFigures([named('A', one), named('B', other)], true);
    expect(columns.map(({ title }) => title)).toEqual(['cover', 'A, km²', 'B, km²', 'Difference']);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['Town', 5, 30, 25],
      ['Wood', 10, 0, -10],
      ['Water', 0, 2, 2],
    ]);
  });

  it('have charts in the same order, and on one scale', () => {
    expect(sharedOf([one, other], 'km2')).toEqual({ order: ['Town', 'Wood', 'Water'], most: 30 });
    expect(sharedOf([one], 'km2')).toBeUndefined();
  });

  it('have measured values in the same bins, and on the same scales', () => {
    const heights = (counts: Readonly<Record<number, number>>): LabelledDocument => ({
      ...one,
      values: Object.entries(counts).map(([value, cells]) => ({ value: Number(value), cells, share: 0 })),
    });
    const [low, high] = [heights({ 3: 5, 4: 1, 12: 7 }), heights({ 290: 2, 399: 40, 392: 3 })];
    const shared = sharedOf([low, high], 'km2');
    expect(shared).toEqual({ order: [], most: 43, range: [3, 399] });
    expect(binsOf(low, 'km2', shared?.range as Range)).toEqual([
      { from: 0, to: 10, amount: 6 },
      { from: 10, to: 20, amount: 7 },
    ]);
    expect(sharedOf([heights({}), heights({})], 'km2')).toBeUndefined();
  });

  it('have what differs most said in shares', () => {
    expect(differenceInWords(one, other)?.replaceAll('\u00a0', ' ')).toBe(
      'They differ most in Wood (67 % and 0 %) and Town (33 % and 94 %).',
    );
    expect(differenceInWords(one, one)).toMatch(/alike/);
  });

  it('are in one file, each row with the name of its area, and no text is a formula', () => {
    expect(csvOf([named('Fork, Upper', one), named('=B', other)], 'area')).toBe(
      'area,cover,km²\r\n"Fork, Upper",Wood,10\r\n"Fork, Upper",Town,5\r\n\'=B,Town,30\r\n\'=B,Water,2\r\n',
    );
  });
});

describe('the rows of a table', () => {
  const numbers = cover({ a: 1 }, { sources: [{ raster: 'cover', title: 'Slope', units: 'percent' }] });
  const slopes = [25, 3, null, 100].map((value, index) => ({
    ...{ values: [value], cells: index + 1, squareMetres: 1e6 * (index + 1), percent: 10 },
  }));
  const { rows, columns } = figuresOf({ ...numbers, groups: slopes }, options);

  it('are in the order of values that are measured, with their unit', () => {
    expect(columns[0]?.title).toBe('Slope');
    expect(rows.map(({ cells }) => cells[0])).toEqual(['3\u00a0%', '25\u00a0%', '100\u00a0%', 'no data']);
  });

  it('are sorted by the numbers that names stand for, and what has none comes last either way', () => {
    const names = (isUp: boolean) => sorted(rows, { column: 0, isUp }).map(({ cells }) => cells[0]);
    expect(names(true)).toEqual(['3\u00a0%', '25\u00a0%', '100\u00a0%', 'no data']);
    expect(names(false)).toEqual(['100\u00a0%', '25\u00a0%', '3\u00a0%', 'no data']);
    expect(sorted(rows, { column: 1, isUp: false }).map(({ cells }) => cells[1])).toEqual([4, 3, 2, 1]);
  });
});
