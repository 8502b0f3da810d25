import { contractOf, type Definition, type ResultDocument } from '@cellshed/contracts';
import Type, { type TSchema } from 'typebox';
import { type Cells, type Column, snakeCase, type Value } from './columns.ts';
import { type Labelling, labelIn } from './labelling.ts';
import type { Names } from './tabled-operation.ts';

/** The column of a class, and that of its label. */
const [classColumn, labelColumn] = ['class', 'class_label'];

/** The kinds of figures of a class, by their members in measured results. */
const kinds = { cells: 'cells', squareMetres: 'area_m2', percent: 'percent' } as const;

/**
 * The columns of classes: the value with its label, and each figure in cells, in square metres and
 * in per cent of all cells, such as `gains_cells`.
 */
export function classColumns(definition: Definition, names: Names): Column[] {
  const members = contractOf(definition.type).members as Readonly<Record<string, TSchema>>;
  const { items } = members.classes as TSchema & { items: { properties: Readonly<Record<string, TSchema>> } };
  const figures = Object.entries(items.properties).flatMap(([name, schema]) => (Type.IsNumber(schema) ? [name] : []));
  const hasLegend = withLegend(definition.rasters, names) !== undefined;
  return [
    { name: classColumn, type: 'number' },
    ...(hasLegend ? [{ name: labelColumn, type: 'text' } as const] : []),
    ...Object.values(kinds).flatMap((kind) =>
      figures.map((figure) => ({ name: `${snakeCase(figure)}_${kind}`, type: 'number' }) as const),
    ),
  ];
}

type Change = Extract<ResultDocument, { readonly classes: unknown }>;

/** The cells of each class of a measured result, in their order; without classes, none once. */
export function* classCells(document: ResultDocument, labelling: Labelling): Generator<Cells> {
  const { classes, rasters } = document as Change;
  if (classes.length === 0) yield {};
  const raster = withLegend(rasters, labelling.names);
  for (const { value, ...measures } of classes) {
    const label = raster === undefined ? null : (labelIn(raster, value, labelling) ?? null);
    yield { [classColumn]: value, [labelColumn]: label, ...figuresOf(measures) };
  }
}

/** The figures of a class by the names of their columns. */
function figuresOf(measures: object): Record<string, Value> {
  const { squareMetres = {}, percent = {}, ...cells } = measures as Readonly<Record<keyof typeof kinds, object>>;
  const all = Object.entries({ cells, squareMetres, percent } as const).flatMap(([kind, figures]) =>
    Object.entries(figures).map(([name, figure]): [string, Value] => [
      `${snakeCase(name)}_${kinds[kind as keyof typeof kinds]}`,
      figure as number,
    ]),
  );
  return Object.fromEntries(all);
}

/** The first raster that has a legend: all have the same classes. */
export function withLegend(rasters: readonly string[], { rasters: known }: Names): string | undefined {
  return rasters.find((raster) => known.get(raster)?.legend.size);
}
