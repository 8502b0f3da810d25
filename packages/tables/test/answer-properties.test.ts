import type { Definition, ResultDocument } from '@cellshed/contracts';
import fc from 'fast-check';
import { answerProperties, answerTable } from '../src/index.ts';
import { known, namesWith } from './catalog.ts';

const legend = (...values: number[]) => Object.fromEntries(values.map((value) => [value, `class ${value}`]));
const names = namesWith(
  { cover: { legend: legend(1, 2.5, -3) }, soil: { legend: legend(0, 1) }, plain: {}, rain: { units: 'mm' } },
  [],
);
const count: Definition = { type: 'groupedCount', rasters: ['cover', 'soil'] };
const average: Definition = { type: 'groupedAverage', rasters: ['cover'], target: 'rain' };
const of = (definition: Definition, document: object) =>
  answerProperties({ operation: 'o', definition }, names).of(document as ResultDocument);

const value = (...values: (number | null)[]) => fc.constantFrom(...values);
/** Groups of a count, some with values that the legends leave out. */
const groups = fc.uniqueArray(
  fc.record({
    values: fc.tuple(value(1, 2.5, -3, 7, null), value(0, 1, 9, null)),
    cells: fc.integer({ min: 1, max: 1e6 }),
  }),
  { selector: ({ values }) => JSON.stringify(values), maxLength: 20 },
);

it('every cell is in one property, that of its values or the others', () => {
  fc.assert(
    fc.property(groups, (some) => {
      const cells = some.reduce((sum, group) => sum + group.cells, 0);
      const document = { ...known('o', count, cells), groups: some };
      const found = of(count, document);
      const isOther = ({ values: [cover, soil] }: (typeof some)[number]) => cover === 7 || soil === 9;
      const text = (one: number | null) =>
        String(one ?? 'no_data')
          .replace('-', 'minus_')
          .replace('.', '_');
      for (const group of some.filter((one) => !isOther(one))) {
        const [cover, soil] = group.values;
        const prefix = `cover_${text(cover)}_soil_${text(soil)}`;
        expect(found[`${prefix}_cells`]).toBe(group.cells);
        expect(found[`${prefix}_area_m2`]).toBe(900 * group.cells);
        expect(found[`${prefix}_percent`]).toBe(100 * (group.cells / cells));
      }
      const others = some.filter(isOther).reduce((sum, group) => sum + group.cells, 0);
      expect([found.other_cells, found.other_area_m2]).toEqual([others, 900 * others]);
      const counted = Object.entries(found).filter(([name]) => name.endsWith('_cells'));
      expect(counted.reduce((sum, [, one]) => sum + (one as number), 0)).toBe(cells);
      expect(found).toMatchObject({ cells, area_m2: 900 * cells, covered: 0.5, coverage: 'centre', warnings: null });
    }),
  );
});

it('the properties are the same whatever the groups, each name once, and null without a result', () => {
  fc.assert(
    fc.property(groups, value(0, 1), (some, which) => {
      const definition = which === 0 ? count : average;
      const own =
        which === 0
          ? some
          : some.map(({ values: [first], ...others }) => ({ ...others, values: [first], average: 1, noData: 2 }));
      const { properties, none, of } = answerProperties({ operation: 'o', definition }, names);
      const listed = properties.map(({ name }) => name);
      expect(new Set(listed).size).toBe(listed.length);
      const found = of({ ...known('o', definition, 9), groups: own } as unknown as ResultDocument);
      expect(Object.keys(found).sort()).toEqual([...listed].sort());
      expect(Object.entries(none)).toEqual(listed.map((name) => [name, null]));
    }),
  );
});

it('averages are null where there is no group, and their counts are 0', () => {
  const document = {
    ...known('o', average, 5),
    groups: [
      { values: [1], average: 7.5, cells: 3, noData: 1 },
      { values: [8], average: 2, cells: 1, noData: 0 },
    ],
  };
  expect(of(average, document)).toMatchObject({
    ...{
      units: 'mm',
      cover_1_average: 7.5,
      cover_1_cells: 3,
      cover_1_no_data: 1,
      cover_1_area_m2: 2700,
      cover_1_percent: 80,
    },
    ...{ cover_2_5_average: null, cover_2_5_cells: 0, cover_2_5_no_data: 0, cover_2_5_area_m2: 0 },
    ...{ other_cells: 1, other_no_data: 0, other_area_m2: 900, other_percent: 20 },
  });
  expect(of(average, document)).not.toHaveProperty('other_average');
});

it('labels are in the titles', () => {
  const { properties } = answerProperties({ operation: 'o', definition: count }, names);
  expect(properties.find(({ name }) => name === 'cover_minus_3_soil_no_data_cells')?.title).toBe(
    'class -3, no data: cells',
  );
});

it('an area without cells has zeros, and no per cent; where the size of cells is not known there are no areas', () => {
  const { cellArea: _, ...document } = known('o', count, 0);
  const found = of(count, { ...document, groups: [] });
  expect(found).toMatchObject({ cells: 0, cover_1_soil_0_cells: 0, cover_1_soil_0_area_m2: null, other_percent: null });
});

it.each([
  ['a raster has no legend', ['plain']],
  ['there are very many combinations', ['cover', 'cover', 'cover', 'cover', 'soil']],
])('the groups are one property where %s', (_, rasters) => {
  const definition: Definition = { type: 'groupedCount', rasters };
  const { properties } = answerProperties({ operation: 'o', definition }, names);
  expect(properties.at(-1)).toEqual({ name: 'groups', type: 'groups' });
  const group = { values: rasters.map(() => 1), cells: 2 };
  expect(of(definition, { ...known('o', definition, 2), groups: [group] }).groups).toEqual([
    expect.objectContaining({ ...group, squareMetres: 1800 }),
  ]);
});

it('what has no groups has the figures of its row in a table', () => {
  const mean: Definition = { type: 'groupedAverage', rasters: [], target: 'rain' };
  const terrain: Definition = { type: 'summary', rasters: ['rain', 'plain'] };
  const one = { min: 1, average: 2, max: 3, cells: 4, noData: 5 };
  for (const [definition, members] of [
    [mean, { groups: [{ values: [], average: 7.5, cells: 3, noData: 6 }] }],
    [
      terrain,
      {
        summaries: [
          { raster: 'rain', ...one },
          { raster: 'plain', ...one },
        ],
      },
    ],
  ] as const) {
    const document = { ...known('o', definition, 9), ...members } as unknown as ResultDocument;
    const table = answerTable([{ operation: 'o', definition }], names);
    const [row = []] = table.rowsOf(document, { table: null, id: '' });
    const cells = Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i]]));
    const { area_table, id, name, operation, percent, ...expected } = cells;
    expect(of(definition, document)).toEqual(expected);
  }
});
