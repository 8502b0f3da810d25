import type { CatalogOperation } from '@cellshed/catalog';
import { isRefusal, type ResultDocument } from '@cellshed/contracts';
import { answerProperties, answerTable, namesVersion, type TabledOperation, withRows } from '../src/index.ts';
import { known, namesWith } from './catalog.ts';

const definition = { type: 'change', rasters: ['old', 'new'] } as const;
const legend = { 11: 'Water', 41: 'Forest' };
const names = namesWith({ old: {}, new: { legend } }, [{ name: 'changed', ...definition }]);
const area = { table: 'huc', id: '1' };

const turnover = (before: number, after: number, kept: number) => {
  const [gains, losses] = [after - kept, before - kept];
  return { before, after, kept, gains, losses, net: gains - losses };
};
const document = {
  ...known('changed', definition, 4),
  groups: [],
  classes: [
    { value: 11, ...turnover(1, 2, 1) },
    { value: 41, ...turnover(3, 1, 1) },
    { value: null, ...turnover(0, 1, 0) },
  ],
} as unknown as ResultDocument;

const byClass = (asked: TabledOperation[] = [{ operation: 'changed', definition }]) =>
  withRows(asked, 'classes') as TabledOperation[];

function rows(result: ResultDocument, asked = byClass(), shownNames = names) {
  const table = answerTable(asked, shownNames);
  const all = [...table.rowsOf(result, area)];
  return all.map((row) => Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i]])));
}

describe('rows of classes', () => {
  it('have the value with its label, and each figure in cells, square metres and per cent', () => {
    const [water, forest, none] = rows(document);
    expect(water).toEqual({
      ...{ area_table: 'huc', id: '1', name: null, operation: 'changed', class: 11, class_label: 'Water' },
      ...{ before_cells: 1, after_cells: 2, kept_cells: 1, gains_cells: 1, losses_cells: 0, net_cells: 1 },
      ...{ before_area_m2: 900, after_area_m2: 1800, kept_area_m2: 900 },
      ...{ gains_area_m2: 900, losses_area_m2: 0, net_area_m2: 900 },
      ...{ before_percent: 25, after_percent: 50, kept_percent: 25 },
      ...{ gains_percent: 25, losses_percent: 0, net_percent: 25 },
      ...{ cells: 4, area_m2: 3600, percent: null, covered: 0.5, coverage: 'centre', warnings: null },
    });
    expect(forest).toMatchObject({ class: 41, class_label: 'Forest', losses_cells: 2, net_percent: -50 });
    expect(none).toMatchObject({ class: null, class_label: 'no data', gains_cells: 1 });
  });

  it('have the areas that were summed in place of cells, and per cents of them', () => {
    const [first] = 'classes' in document ? document.classes : [];
    const { cellArea: _, ...others } = document;
    const classes = [{ ...first, squareMetres: { ...turnover(1, 2, 1), before: 30 } }];
    const [row] = rows({ ...others, squareMetres: 60, classes } as unknown as ResultDocument);
    expect(row).toMatchObject({ before_cells: 1, before_area_m2: 30, before_percent: 50, area_m2: 60 });
  });

  it('are one without values where there are no classes, and without labels where there is no legend', () => {
    const [row, ...more] = rows({ ...document, classes: [] } as unknown as ResultDocument);
    expect([row?.class, row?.before_cells, row?.cells, more]).toEqual([null, null, 4, []]);
    expect(rows(document, byClass(), namesWith({}, []))[0]).not.toHaveProperty('class_label');
  });

  it('leave groups of other operations as they are, and are refused where no answer has classes', () => {
    const count = { operation: 'count', definition: { type: 'groupedCount', rasters: ['new'] } } as const;
    const asked = byClass([count, { operation: 'changed', definition }]);
    expect(asked.map(({ rows: kind }) => kind)).toEqual([undefined, 'classes']);
    const columns = answerTable(asked, names).columns.map(({ name }) => name);
    expect(columns).toEqual(expect.arrayContaining(['new', 'new_label', 'class', 'gains_cells']));
    const refused = withRows([count], 'classes');
    expect(refused).toEqual({
      path: 'rows',
      problem: 'is classes, but no answer to count has classes; expected groups',
    });
    expect(isRefusal(withRows([count], 'groups'))).toBe(false);
  });

  it('keep apart from a parameter that is called class, and have a version of their own', () => {
    const operation: CatalogOperation = {
      ...{ name: 'changed', type: 'change', rasters: ['{class}', 'new'], parameters: { class: { values: ['old'] } } },
    };
    const [row] = rows(document, byClass(), namesWith({ new: { legend } }, [operation]));
    expect(row).toMatchObject({ class: 11, class_parameter: 'old' });
    const [asked] = byClass() as [TabledOperation];
    expect(namesVersion(asked, names)).not.toBe(namesVersion({ operation: 'changed', definition }, names));
  });
});

describe('classes as properties of areas', () => {
  const [asked] = byClass() as [TabledOperation];

  it('have the figures of each value in the legend; others are added up, all in the order of the list', () => {
    const odd = { value: 7, ...turnover(2, 1, 0) };
    const more = {
      ...document,
      classes: [...('classes' in document ? document.classes : []), odd, { ...odd, value: 8 }],
    };
    const { properties, none, of } = answerProperties(asked, names);
    const found = of(more as ResultDocument);
    expect(Object.keys(found)).toEqual(properties.map(({ name }) => name));
    expect(Object.keys(none)).toEqual(Object.keys(found));
    expect(found).toMatchObject({
      ...{ cells: 4, class_11_gains_cells: 1, class_11_net_area_m2: 900, class_41_net_percent: -50 },
      ...{ class_no_data_gains_cells: 1, other_before_cells: 4, other_losses_percent: 100 },
    });
    expect(properties.find(({ name }) => name === 'class_41_gains_cells')?.title).toBe('Forest: gains_cells');
  });

  it('are 0 where an area does not have them, and a list without a legend', () => {
    const { of } = answerProperties(asked, names);
    expect(of({ ...document, classes: [] } as unknown as ResultDocument)).toMatchObject({
      ...{ class_11_gains_cells: 0, class_11_gains_area_m2: 0, class_11_gains_percent: 0 },
    });
    const plain = answerProperties(asked, namesWith({}, []));
    expect(plain.properties.at(-1)).toEqual({ name: 'classes', type: 'groups' });
    expect(plain.of(document).classes).toHaveLength(3);
  });
});
