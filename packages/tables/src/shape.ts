import { contractOf, type Definition, rastersByRole, rastersOf } from '@cellshed/contracts';
import { classColumns } from './class-rows.ts';
import { type ColumnRegister, columnRegister } from './column-register.ts';
import type { Column, Value } from './columns.ts';
import { type ColumnOf, figureColumns } from './figures.ts';
import { rasterNames } from './raster-columns.ts';
import type { Names, TabledOperation } from './tabled-operation.ts';

/** The columns of one operation's answers, but for those that every row has. */
export interface Shape {
  readonly columns: readonly Column[];
  readonly columnOf: ColumnOf;
  /** Whether results have groups, a row each. */
  readonly isGrouped: boolean;
  /** Whether results have a row for each class in their place. */
  readonly isByClass: boolean;
  /** The values that all rows have: parameters and units. */
  readonly constants: Readonly<Record<string, Value>>;
}

/** The shapes of the answers of operations in one table, where no column has two meanings. */
export function shapesOf(asked: readonly TabledOperation[], names: Names): Shape[] {
  const all = asked.map((one) => ({ rows: one.rows, definition: one.definition, ...figuresOf(one, names) }));
  const register = columnRegister();
  for (const { figures, units } of all) {
    for (const name of [...figures.columns.map((column) => column.name), ...Object.keys(units)])
      register.addFigure(name);
  }
  const withParameters = all.map((one) => {
    const given = Object.entries(one.parameters).map(([name, value]) => [register.give(name, 'parameter'), value]);
    return { ...one, parameters: Object.fromEntries(given) as Readonly<Record<string, string>> };
  });
  return withParameters.map(({ rows, definition, parameters, figures, units, columnOf: proposed }) => {
    const { isGrouped } = figures;
    const isByClass = rows === 'classes';
    const columnOf = isGrouped ? valueColumnOf(definition.rasters, names, { proposed, register }) : proposed;
    const values = isGrouped ? definition.rasters.flatMap((raster) => valueColumns(raster, names, columnOf)) : [];
    return {
      columns: [...texts(parameters), ...values, ...figures.columns, ...texts(units)],
      columnOf,
      isGrouped,
      isByClass,
      constants: { ...parameters, ...units },
    };
  });
}

/** The parts of a shape that do not depend on the other operations. */
function figuresOf({ operation, definition, rows }: TabledOperation, names: Names) {
  const { columns, parameters } = rasterNames({ operation, ...definition }, names);
  const byRaster = new Map(rastersOf(definition).map((raster, i) => [raster, columns[i] as string]));
  const columnOf = (raster: string) => byRaster.get(raster) ?? raster;
  const units: Readonly<Record<string, string | null>> = Object.fromEntries(unitsOf(definition, names, columnOf));
  const figures =
    rows === 'classes'
      ? { columns: classColumns(definition, names), isGrouped: false }
      : figureColumns(definition, columnOf);
  return { parameters, columnOf, units, figures };
}

interface Proposal {
  readonly proposed: ColumnOf;
  readonly register: ColumnRegister;
}

/** The columns of the values of rasters: those that are proposed, where nothing else has them. */
function valueColumnOf(rasters: readonly string[], names: Names, { proposed, register }: Proposal): ColumnOf {
  const byRaster = new Map<string, string>();
  const proposals: string[] = [];
  for (const raster of new Set(rasters)) {
    const name = proposed(raster);
    const owner = JSON.stringify([name, proposals.filter((one) => one === name).length]);
    const withColumn = (column: string) => valueColumns(raster, names, () => column).map((one) => one.name);
    byRaster.set(raster, register.give(name, 'raster', { owner, withColumn }));
    proposals.push(name);
  }
  return (raster) => byRaster.get(raster) ?? proposed(raster);
}

/** The column of a raster's labels. */
export function labelColumn(column: string): string {
  return `${column}_label`;
}

/** The column of a raster's values, and that of their labels where it has a legend. */
function valueColumns(raster: string, { rasters }: Names, columnOf: ColumnOf): Column[] {
  const name = columnOf(raster);
  const hasLegend = (rasters.get(raster)?.legend.size ?? 0) > 0;
  return [{ name, type: 'number' }, ...(hasLegend ? [{ name: labelColumn(name), type: 'text' } as const] : [])];
}

/** The units of figures: of the target, of the only raster, or of each. Counts have none. */
function unitsOf(definition: Definition, { rasters }: Names, columnOf: ColumnOf): [string, string | null][] {
  const units = (raster: string) => rasters.get(raster)?.units ?? null;
  const { target } = rastersByRole(definition);
  if (target !== undefined) return [['units', units(target)]];
  const {
    members,
    rasters: [, most],
  } = contractOf(definition.type);
  if ('groups' in members) return [];
  const own = definition.rasters;
  return most === 1
    ? own.map((one) => ['units', units(one)])
    : own.map((one) => [`${columnOf(one)}_units`, units(one)]);
}

function texts(cells: Readonly<Record<string, Value>>): Column[] {
  return Object.keys(cells).map((name) => ({ name, type: 'text' }));
}
