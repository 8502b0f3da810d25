import { type ResultDocument, rastersOf } from '@cellshed/contracts';
import { classCells } from './class-rows.ts';
import { type Cells, type Column, firstColumns, lastColumns, type Row, uniteColumns, type Value } from './columns.ts';
import { figuresIn } from './figures.ts';
import { type Labelling, labelIn } from './labelling.ts';
import { measured } from './measured.ts';
import { labelColumn, type Shape, shapesOf } from './shape.ts';
import type { Names, TabledOperation } from './tabled-operation.ts';

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
   * The rows of a result of one of the operations, made one by one: one for each group or class,
   * else one. A result without any has one row without values. Throws for a result of another
   * operation.
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
      const labelling = { names, ...(onUnlabelled && { onUnlabelled }) };
      return rowsUnder(columns, common, recordsOf(document, shape, labelling));
    },
  };
}

function recordsOf(document: ResultDocument, shape: Shape, labelling: Labelling): Iterable<Cells> {
  if (shape.isByClass) return classCells(document, labelling);
  return shape.isGrouped ? groupCells(document, shape, labelling) : [figuresIn(document, shape.columnOf)];
}

function* rowsUnder(columns: readonly Column[], common: Cells, records: Iterable<Cells>): Generator<Row> {
  for (const record of records) {
    const cells: Cells = { ...common, ...record };
    yield columns.map(({ name }) => cells[name] ?? null);
  }
}

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
