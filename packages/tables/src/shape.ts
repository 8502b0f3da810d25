import type { Catalog } from '@catchment/catalog';
import { contractOf, type Definition, rastersByRole, rastersOf } from '@catchment/contracts';
import { type Column, columnName, type Value } from './columns.ts';
import { type ColumnOf, figureColumns } from './figures.ts';
import { rasterNames } from './raster-columns.ts';

/** The part of a catalog that gives rasters their titles, values their labels. */
export type Names = Pick<Catalog, 'operations' | 'rasters'>;

/** An operation of the catalog, and what is computed. */
export interface TabledOperation {
  readonly operation: string;
  readonly definition: Definition;
}

/** The columns of one operation's answers, but for those that every row has. */
export interface Shape {
  readonly columns: readonly Column[];
  readonly columnOf: ColumnOf;
  /** Whether results have groups, a row each. */
  readonly isGrouped: boolean;
  /** The values that all rows have: parameters and units. */
  readonly constants: Readonly<Record<string, Value>>;
}

/** The shape of an operation's answers. */
export function shapeOf({ operation, definition }: TabledOperation, names: Names): Shape {
  const named = rasterNames({ operation, ...definition }, names);
  const byRaster = new Map(rastersOf(definition).map((raster, i) => [raster, named.columns[i] as string]));
  const columnOf = (raster: string) => byRaster.get(raster) ?? raster;
  const figures = figureColumns(definition, columnOf);
  const parameters = Object.fromEntries(
    Object.entries(named.parameters).map(([name, value]) => [columnName(name, 'parameter'), value]),
  );
  const units = Object.fromEntries(unitsOf(definition, names, columnOf));
  const values = figures.isGrouped ? definition.rasters.flatMap((raster) => valueColumns(raster, names, columnOf)) : [];
  return {
    columns: [...texts(parameters), ...values, ...figures.columns, ...texts(units)],
    columnOf,
    isGrouped: figures.isGrouped,
    constants: { ...parameters, ...units },
  };
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
