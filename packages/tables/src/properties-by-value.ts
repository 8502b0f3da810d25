import { labelOf } from '@cellshed/catalog';
import type { ResultDocument } from '@cellshed/contracts';
import { commonCells } from './answer-table.ts';
import type { Cells, Column, Value } from './columns.ts';
import type { GroupFigure } from './figures.ts';
import { shownDocument } from './shown-document.ts';
import type { Names } from './tabled-operation.ts';

/** A property of areas that is read from their answers. */
export interface AnswerProperty {
  readonly name: string;
  /** `groups`: the list of groups, as in a labelled answer. */
  readonly type: Column['type'] | 'groups';
  /** The meaning in words, where the name has only numbers. */
  readonly title?: string;
  /** The figure and the values of rasters that the property is of, where the name has them. */
  readonly figure?: string;
  readonly values?: readonly (number | null)[];
}

/** The parts of results that have a row each in tables, and are told apart by values. */
export interface ValueParts {
  /** The member of results that lists them. */
  readonly member: 'groups' | 'classes';
  /** The rasters whose legends have the values. */
  readonly rasters: readonly string[];
  /** The names of the values, in the order of the rasters. */
  readonly columns: readonly string[];
  readonly figures: readonly GroupFigure[];
  /** The values of each part of a measured result. */
  valuesIn(document: ResultDocument): readonly (readonly (number | null)[])[];
  /** The cells of each part, in the same order. */
  cellsIn(document: ResultDocument): readonly Cells[];
}

/** The properties of answers that only their operation has. */
export interface OwnProperties {
  readonly properties: readonly AnswerProperty[];
  /** The properties of a result, which comes measured and as it is. */
  of(document: ResultDocument, result: ResultDocument): Readonly<Record<string, unknown>>;
}

/**
 * The most combinations of values that have properties of their own. With more, or where a raster
 * has no legend, groups are one property.
 */
const mostCombinations = 200;

/**
 * A property for each figure and each combination of values that legends have; the parts with other
 * values are added up in properties of their own. Without legends, or with very many combinations,
 * the parts are one property: a list.
 */
export function propertiesByValue(parts: ValueParts, names: Names): OwnProperties {
  const { member, figures, columns } = parts;
  const combinations = combinationsOf(parts, names);
  if (!combinations) {
    const listIn = (result: ResultDocument) => (shownDocument(result, names) as { [member]?: unknown })[member] ?? [];
    return {
      properties: [{ name: member, type: 'groups' }],
      of: (_document, result) => ({ [member]: listIn(result) }),
    };
  }
  const added = figures.filter(({ isCount }) => isCount);
  const known = combinations.map((values) => ({ values, prefix: prefixOf(columns, values) }));
  const prefixes = new Map(known.map(({ values, prefix }) => [JSON.stringify(values), prefix]));
  const properties = known.flatMap(({ values, prefix }) => {
    const labels = labelsOf(parts, values, names);
    return figures.map(
      ({ name }) =>
        ({ name: prefix + name, type: 'number', title: `${labels}: ${name}`, figure: name, values }) as const,
    );
  });
  const others = added.map(({ name }) => ({ name: other + name, type: 'number' }) as const);
  return {
    properties: [...properties, ...others],
    of: (document) => {
      const nothing = nothingIn(document, figures);
      const found: Record<string, Value> = {};
      for (const { prefix } of known) Object.assign(found, withPrefix(prefix, nothing, figures));
      Object.assign(found, withPrefix(other, nothing, added));
      const cells = parts.cellsIn(document);
      for (const [i, values] of parts.valuesIn(document).entries()) {
        const [prefix, part] = [prefixes.get(JSON.stringify(values)), cells[i] as Cells];
        if (prefix !== undefined) Object.assign(found, withPrefix(prefix, part, figures));
        else for (const { name } of added) found[other + name] = sum(found[other + name], part[name]);
      }
      return found;
    },
  };
}

function withPrefix(prefix: string, cells: Cells, figures: readonly GroupFigure[]): Cells {
  return Object.fromEntries(figures.map(({ name }) => [prefix + name, cells[name] ?? null]));
}

const other = 'other_';

/** The figures of a part that a result does not have. */
function nothingIn(document: ResultDocument, figures: readonly GroupFigure[]): Cells {
  const total = commonCells(document, { table: null, id: '' });
  const isKnown = (name: string) => {
    if (name.endsWith('area_m2')) return total.area_m2 !== null;
    return name.endsWith('percent') ? document.cells > 0 : true;
  };
  return Object.fromEntries(figures.map(({ name, isCount }) => [name, isCount && isKnown(name) ? 0 : null]));
}

function sum(a: Value | undefined, b: Value | undefined): number | null {
  return typeof a === 'number' && typeof b === 'number' ? a + b : null;
}

/** All combinations of values in legends; undefined: a legend is missing, or there are too many. */
function combinationsOf({ rasters, columns }: ValueParts, names: Names): (number | null)[][] | undefined {
  if (rasters.length < columns.length) return undefined;
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

function labelsOf({ rasters }: ValueParts, values: readonly (number | null)[], names: Names): string {
  return rasters
    .map((raster, i) => {
      const known = names.rasters.get(raster);
      return (known && labelOf(known, values[i] ?? null)) ?? String(values[i]);
    })
    .join(', ');
}
