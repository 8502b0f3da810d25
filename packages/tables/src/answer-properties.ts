import type { ResultDocument } from '@cellshed/contracts';
import { commonCells, groupCells } from './answer-table.ts';
import { classCells, withLegend } from './class-rows.ts';
import { lastColumns, type Value } from './columns.ts';
import { figuresIn, type GroupFigure, groupFigures } from './figures.ts';
import { measured } from './measured.ts';
import { type AnswerProperty, type OwnProperties, propertiesByValue, type ValueParts } from './properties-by-value.ts';
import { type Shape, shapesOf } from './shape.ts';
import type { Names, TabledOperation } from './tabled-operation.ts';

/** The answers to one operation as properties of areas: one object for each area. */
export interface AnswerProperties {
  /** They follow from operation and catalog alone, so all areas have the same. */
  readonly properties: readonly AnswerProperty[];
  /** The properties of a result. */
  of(document: ResultDocument): Readonly<Record<string, unknown>>;
  /** The properties of an area without a result: all are null. */
  readonly none: Readonly<Record<string, null>>;
}

/**
 * The properties of the answers to an operation. Groups have a property for each figure and each
 * combination of the values in legends, such as `landcover_11_soil_2_cells`; what has other values
 * is added up in `other_cells` and the like.
 */
export function answerProperties(asked: TabledOperation, names: Names): AnswerProperties {
  const [shape] = shapesOf([asked], names) as [Shape];
  const own = ownProperties(asked, shape, names);
  const constants = Object.keys(shape.constants).map((name): AnswerProperty => ({ name, type: 'text' }));
  const properties = [...constants, ...totals, ...own.properties];
  return {
    properties,
    none: Object.fromEntries(properties.map(({ name }) => [name, null])),
    of: (result) => {
      const document = measured(result);
      return { ...shape.constants, ...totalsOf(document), ...own.of(document, result) };
    },
  };
}

function ownProperties(asked: TabledOperation, shape: Shape, names: Names): OwnProperties {
  if (shape.isByClass) return propertiesByValue(classParts(asked, shape, names), names);
  const isPlain = !shape.isGrouped || asked.definition.rasters.length === 0;
  return isPlain ? plainProperties(shape, names) : propertiesByValue(groupParts(asked, shape, names), names);
}

const totals: readonly AnswerProperty[] = lastColumns.filter(({ name }) => name !== 'percent');

function totalsOf(document: ResultDocument): Record<string, Value> {
  const cells = commonCells(document, { table: null, id: '' });
  return Object.fromEntries(totals.map(({ name }) => [name, cells[name] ?? null]));
}

/** The figures of answers that have no groups, or one for all cells. */
function plainProperties(shape: Shape, names: Names): OwnProperties {
  const { constants, columns } = shape;
  const figures = columns.filter(({ name }) => !(name in constants) && !lastColumns.some((one) => one.name === name));
  return {
    properties: figures,
    of: (document) => {
      const [cells = {}] = shape.isGrouped
        ? groupCells(document, shape, { names })
        : [figuresIn(document, shape.columnOf)];
      const own = figures.map(({ name }) => [name, cells[name] ?? null]);
      // As in a table: of averages, the cells with data.
      const { cells: known, area_m2 } = { ...totalsOf(document), ...cells };
      return { ...Object.fromEntries(own), cells: known, area_m2 };
    },
  };
}

/** Groups, by the values of their rasters. */
function groupParts({ definition }: TabledOperation, shape: Shape, names: Names): ValueParts {
  const { rasters } = definition;
  const own = groupFigures(definition).filter(({ name }) => !sizes.some((one) => one.name === name));
  return {
    member: 'groups',
    rasters,
    columns: rasters.map(shape.columnOf),
    figures: [...own, ...sizes],
    valuesIn: (document) => ('groups' in document ? document.groups.map(({ values }) => values) : []),
    cellsIn: (document) => [...groupCells(document, shape, { names })],
  };
}

/** The figures of every group in a table; they are 0 where there is no such group. */
const sizes: readonly GroupFigure[] = [
  { name: 'area_m2', isCount: true },
  { name: 'percent', isCount: true },
];

/** Classes of what has changed, by their value: all rasters have the same, and one has a legend. */
function classParts({ definition: { rasters } }: TabledOperation, shape: Shape, names: Names): ValueParts {
  const own = shape.columns.filter(({ name, type }) => type === 'number' && name !== 'class');
  const raster = withLegend(rasters, names);
  return {
    member: 'classes',
    rasters: raster === undefined ? [] : [raster],
    columns: ['class'],
    figures: own.map(({ name }) => ({ name, isCount: true })),
    valuesIn: (document) => ('classes' in document ? document.classes.map(({ value }) => [value]) : []),
    cellsIn: (document) => [...classCells(document, { names })],
  };
}
