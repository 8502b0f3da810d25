import { labelOf } from '@catchment/catalog';
import { type ResultDocument, rastersOf } from '@catchment/contracts';
import { type Column, firstColumns, lastColumns, type Row, uniteColumns, type Value } from './columns.ts';
import { figuresIn } from './figures.ts';
import { measured } from './measured.ts';
import { labelColumn, type Names, type Shape, shapesOf, type TabledOperation } from './shape.ts';

/** The area of a result, as rows name it. */
export interface TabledArea {
  /** The area table; null: there is none. */
  readonly table: string | null;
  readonly id: string;
  readonly name?: string | undefined;
}

/** Answers as rows under the same columns. */
export interface AnswerTable {
  readonly columns: readonly Column[];
  /**
   * The rows of a result of one of the operations, made one by one: one for each group, else one. A
   * result without groups has one row without values. Throws for a result of another operation.
   */
  rowsOf(document: ResultDocument, area: TabledArea): IterableIterator<Row>;
}

/**
 * The table of the answers of some operations. A column that an operation does not have is null in
 * its rows. Labels and units are the catalog's as it is now. `onUnlabelled` is told of each value
 * that the legend of its raster leaves out.
 */
export function answerTable(
  asked: readonly TabledOperation[],
  names: Names,
  onUnlabelled?: (raster: string, value: number) => void,
): AnswerTable {
  const all = shapesOf(asked, names);
  const shapes = new Map(
    asked.map(({ operation, definition }, i) => [shapeKey({ operation, ...definition }), all[i] as Shape]),
  );
  const lastNames = new Set(lastColumns.map(({ name }) => name));
  const own = all.flatMap(({ columns }) => columns).filter(({ name }) => !lastNames.has(name));
  const columns = uniteColumns([firstColumns, own, lastColumns]);
  return {
    columns,
    rowsOf: (result, area) => {
      const document = measured(result);
      const shape = shapes.get(shapeKey(document));
      if (!shape) throw new Error(`the table has no columns for operation ${document.operation}`);
      const common = { ...shape.constants, ...commonCells(document, area) };
      const records = shape.isGrouped
        ? groupCells(document, shape, { names, ...(onUnlabelled && { onUnlabelled }) })
        : [figuresIn(document, shape.columnOf)];
      return rowsUnder(columns, common, records);
    },
  };
}

function* rowsUnder(columns: readonly Column[], common: Cells, records: Iterable<Cells>): Generator<Row> {
  for (const record of records) {
    const cells: Cells = { ...common, ...record };
    yield columns.map(({ name }) => cells[name] ?? null);
  }
}

/** The values of a row by the names of their columns. */
export type Cells = Readonly<Record<string, Value>>;

function shapeKey(asked: { readonly operation: string; readonly rasters: readonly string[] }): string {
  return JSON.stringify([asked.operation, rastersOf(asked)]);
}

/** The cells that all rows of a result have, which is measured. */
export function commonCells(document: ResultDocument, { table, id, name }: TabledArea): Cells {
  const { operation, cells, covered, coverage, warnings } = document;
  const { squareMetres = null } = document as { readonly squareMetres?: number };
  return {
    ...{ area_table: table, id, name: name ?? null, operation, cells, covered, coverage },
    area_m2: squareMetres,
    warnings: warnings?.join(' ') ?? null,
  };
}

interface Labelling {
  readonly names: Names;
  readonly onUnlabelled?: (raster: string, value: number) => void;
}

/** The cells of each group of a measured result, in their order; without groups, none once. */
export function* groupCells(document: ResultDocument, { columnOf }: Shape, labelling: Labelling): Generator<Cells> {
  const groups = 'groups' in document ? document.groups : [];
  if (groups.length === 0) yield {};
  for (const group of groups) {
    const { values, ...figures } = group;
    const cells: Record<string, Value> = figuresIn(figures, columnOf);
    for (const [i, value] of values.entries()) {
      const raster = document.rasters[i] as string;
      const column = columnOf(raster);
      cells[column] = value;
      const label = labelIn(raster, value, labelling);
      if (label !== undefined) cells[labelColumn(column)] = label;
    }
    yield cells;
  }
}

/** The label of a value; null: the legend leaves it out, undefined: there is no legend. */
function labelIn(raster: string, value: number | null, { names, onUnlabelled }: Labelling): string | null | undefined {
  const known = names.rasters.get(raster);
  if (!known || known.legend.size === 0) return undefined;
  const label = labelOf(known, value);
  if (label === undefined) onUnlabelled?.(raster, value as number);
  return label ?? null;
}
