import { labelOf } from '@catchment/catalog';
import type { Definition, ResultDocument } from '@catchment/contracts';
import { type Cells, commonCells, groupCells } from './answer-table.ts';
import { type Column, lastColumns, type Value } from './columns.ts';
import { figuresIn, type GroupFigure, groupFigures } from './figures.ts';
import { measured } from './measured.ts';
import { type Names, type Shape, shapesOf, type TabledOperation } from './shape.ts';
import { shownDocument } from './shown-document.ts';

/** A property of areas that is read from their answers. */
export interface AnswerProperty {
  readonly name: string;
  /** `groups`: the list of groups, as in a labelled answer. */
  readonly type: Column['type'] | 'groups';
  /** The meaning in words, where the name has only numbers. */
  readonly title?: string;
}

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
 * The most combinations of values that have properties of their own. With more, or where a raster
 * has no legend, groups are one property.
 */
const mostCombinations = 200;

/**
 * The properties of the answers to an operation. Groups have a property for each figure and each
 * combination of the values in legends, such as `landcover_11_soil_2_cells`; what has other values
 * is added up in `other_cells` and the like.
 */
export function answerProperties(asked: TabledOperation, names: Names): AnswerProperties {
  const [shape] = shapesOf([asked], names) as [Shape];
  const { definition } = asked;
  const isPlain = !shape.isGrouped || definition.rasters.length === 0;
  const own = isPlain ? plainProperties(shape, names) : groupedProperties(definition, shape, names);
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

interface Own extends Pick<AnswerProperties, 'properties'> {
  /** The properties of a result, which comes measured and as it is. */
  of(document: ResultDocument, result: ResultDocument): Readonly<Record<string, unknown>>;
}

const totals: readonly AnswerProperty[] = lastColumns.filter(({ name }) => name !== 'percent');

function totalsOf(document: ResultDocument): Record<string, Value> {
  const cells = commonCells(document, { table: null, id: '' });
  return Object.fromEntries(totals.map(({ name }) => [name, cells[name] ?? null]));
}

/** The figures of answers that have no groups, or one for all cells. */
function plainProperties(shape: Shape, names: Names): Own {
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

function groupedProperties(definition: Definition, shape: Shape, names: Names): Own {
  const combinations = combinationsOf(definition, names);
  if (!combinations) {
    return {
      properties: [{ name: 'groups', type: 'groups' }],
      of: (_document, result) => ({ groups: (shownDocument(result, names) as { groups?: unknown }).groups ?? [] }),
    };
  }
  const columns = definition.rasters.map(shape.columnOf);
  const figures = [...groupFigures(definition).filter(({ name }) => !sizes.some((one) => one.name === name)), ...sizes];
  const added = figures.filter(({ isCount }) => isCount);
  const known = combinations.map((values) => ({ values, prefix: prefixOf(columns, values) }));
  const prefixes = new Map(known.map(({ values, prefix }) => [JSON.stringify(values), prefix]));
  const properties = known.flatMap(({ values, prefix }) => {
    const labels = labelsOf(definition, values, names);
    return figures.map(({ name }) => ({ name: prefix + name, type: 'number', title: `${labels}: ${name}` }) as const);
  });
  const others = added.map(({ name }) => ({ name: other + name, type: 'number' }) as const);
  return {
    properties: [...properties, ...others],
    of: (document) => {
      const nothing = nothingIn(document, figures);
      const found: Record<string, Value> = { ...withPrefix(other, nothing, added) };
      for (const { prefix } of known) Object.assign(found, withPrefix(prefix, nothing, figures));
      const cells = [...groupCells(document, shape, { names })];
      for (const [i, { values }] of groupsOf(document).entries()) {
        const [prefix, group] = [prefixes.get(JSON.stringify(values)), cells[i] as Cells];
        if (prefix !== undefined) Object.assign(found, withPrefix(prefix, group, figures));
        else for (const { name } of added) found[other + name] = sum(found[other + name], group[name]);
      }
      return found;
    },
  };
}

function withPrefix(prefix: string, cells: Cells, figures: readonly GroupFigure[]): Cells {
  return Object.fromEntries(figures.map(({ name }) => [prefix + name, cells[name] ?? null]));
}

/** The figures of every group in a table; they are 0 where there is no such group. */
const sizes: readonly GroupFigure[] = [
  { name: 'area_m2', isCount: true },
  { name: 'percent', isCount: true },
];

const other = 'other_';

/** The figures of a group that a result does not have. */
function nothingIn(document: ResultDocument, figures: readonly GroupFigure[]): Cells {
  const total = commonCells(document, { table: null, id: '' });
  const isKnown = (name: string) => {
    if (name.endsWith('area_m2')) return total.area_m2 !== null;
    return name === 'percent' ? document.cells > 0 : true;
  };
  return Object.fromEntries(figures.map(({ name, isCount }) => [name, isCount && isKnown(name) ? 0 : null]));
}

function sum(a: Value | undefined, b: Value | undefined): number | null {
  return typeof a === 'number' && typeof b === 'number' ? a + b : null;
}

function groupsOf(document: ResultDocument): readonly { readonly values: readonly (number | null)[] }[] {
  return 'groups' in document ? document.groups : [];
}

/** All combinations of values in legends; undefined: a legend is missing, or there are too many. */
function combinationsOf({ rasters }: Definition, names: Names): (number | null)[][] | undefined {
  let combinations: (number | null)[][] = [[]];
  for (const raster of rasters) {
    const legend = names.rasters.get(raster)?.legend;
    if (!legend?.size || combinations.length * (legend.size + 1) > mostCombinations) return undefined;
    combinations = combinations.flatMap((values) => [...legend.keys(), null].map((value) => [...values, value]));
  }
  return combinations;
}

/** `landcover_11_soil_no_data_` */
function prefixOf(columns: readonly string[], values: readonly (number | null)[]): string {
  return columns.map((column, i) => `${column}_${valueText(values[i] ?? null)}_`).join('');
}

function valueText(value: number | null): string {
  return value === null ? 'no_data' : String(value).replace('-', 'minus_').replace('.', '_');
}

function labelsOf({ rasters }: Definition, values: readonly (number | null)[], names: Names): string {
  return rasters
    .map((raster, i) => {
      const known = names.rasters.get(raster);
      return (known && labelOf(known, values[i] ?? null)) ?? String(values[i]);
    })
    .join(', ');
}
