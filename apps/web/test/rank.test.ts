import type { LabelledDocument } from '../src/answer/document.ts';
import { measuresOf, placed, rankOf } from '../src/answer/rank.ts';

const nothing = { operation: 'o', area: 'a/1', cells: 100, covered: 1, squareMetres: 90_000 };

const share = (value: number, more: readonly number[] = []) => {
  return { type: 'number', 'x-figure': 'percent', 'x-values': [value, ...more] };
};

const group = (label: string, value: number | null, cells: number) => {
  return { values: [value], labels: [label], cells, squareMetres: 900 * cells, percent: cells };
};

describe('the figures by which areas are ranked', () => {
  it('are the shares of classes, the largest first, and of those with one name before a comma', () => {
    const document: LabelledDocument = {
      ...{ ...nothing, rasters: ['cover'] },
      groups: [group('Wood', 3, 30), group('Town, low', 1, 20), group('Town, high', 2, 10), group('no data', null, 40)],
    };
    const properties = { c1: share(1), c2: share(2), c3: share(3), c3_cells: { type: 'number', 'x-figure': 'cells' } };
    expect(measuresOf(document, properties)).toEqual([
      { label: 'Wood', properties: ['c3'], units: '%' },
      { label: 'Town, low', properties: ['c1'], units: '%' },
      { label: 'Town, high', properties: ['c2'], units: '%' },
      { label: 'Town (all)', properties: ['c1', 'c2'], units: '%' },
    ]);
  });

  it('add up what a class meets in another raster', () => {
    const groups = [
      { ...group('Wood', 3, 60), values: [3, 1], labels: ['Wood', 'A'] },
      { ...group('Wood', 3, 40), values: [3, 2], labels: ['Wood', 'B'] },
    ];
    const properties = { a: share(3, [1]), b: share(3, [2]), other: share(4, [1]) };
    const measures = measuresOf({ ...nothing, rasters: ['cover', 'soil'], groups }, properties);
    expect(measures).toEqual([{ label: 'Wood', properties: ['a', 'b'], units: '%' }]);
  });

  it('are none where answers are a list', () => {
    const document = { ...nothing, rasters: ['slope'], groups: [group('3', 3, 100)] };
    expect(measuresOf(document, { groups: { type: 'array' } })).toEqual([]);
  });
});

describe('the place of an area', () => {
  const area = (name: string, one: number | null, two: number | null) => {
    return { area: `huc/${name}`, name, properties: { one, two } };
  };
  const areas = [area('a', 1, 1), area('b', 3, 2), area('c', 5, 0), area('d', null, null), area('e', 9, 9)];
  const all = placed(areas, { label: 'x', properties: ['one', 'two'], units: '%' });

  it('follows from the sum of its properties, and what is not known comes last', () => {
    expect(all.map(({ name, figure }) => [name, figure])).toEqual([
      ['e', 18],
      ['b', 5],
      ['c', 5],
      ['a', 2],
      ['d', undefined],
    ]);
  });

  it('is the same for equal figures, and none where the figure is not known', () => {
    expect(['e', 'b', 'c', 'a', 'd'].map((name) => rankOf(`huc/${name}`, all))).toEqual([1, 2, 2, 4, undefined]);
  });
});
