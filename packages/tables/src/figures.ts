import { type Choice, contractOf, type Definition, rastersByRole } from '@cellshed/contracts';
import Type, { type TSchema } from 'typebox';
import { type Column, snakeCase, type Value } from './columns.ts';

/** The columns of an operation's figures. */
export interface FigureColumns {
  readonly columns: readonly Column[];
  /** Whether the results have groups, a row each. */
  readonly isGrouped: boolean;
}

/** The name in columns of a raster, by its name in results. */
export type ColumnOf = (raster: string) => string;

/**
 * The columns of an operation's figures, as the contract of its type lists the members of results:
 * numbers, lists of groups with `values`, lists with a `raster` each, and quantiles. Other lists
 * are left out.
 */
export function figureColumns(definition: Definition, columnOf: ColumnOf): FigureColumns {
  const { members } = contractOf(definition.type);
  const isThere = hasFigure(definition);
  const names: string[] = [];
  let isGrouped = false;
  for (const [member, schema] of Object.entries(members as Readonly<Record<string, TSchema>>)) {
    const items = itemsOf(schema);
    if (isFigure(schema)) {
      if (isThere(member, schema)) names.push(snakeCase(member));
    } else if (Type.IsObject(schema)) names.push(...figureNames(schema.properties, isThere));
    else if ('values' in items) {
      isGrouped = true;
      names.push(...figureNames(items, isThere));
    } else if ('raster' in items) {
      for (const raster of definition.rasters)
        names.push(...figureNames(items, isThere).map((name) => `${columnOf(raster)}_${name}`));
    } else if ('quantile' in items && 'quantiles' in definition) {
      names.push(...(definition.quantiles ?? []).map(quantileName));
    }
  }
  return { isGrouped, columns: names.map((name) => ({ name, type: 'number' })) };
}

/** A figure that each group of a result has. */
export interface GroupFigure {
  /** The name of its column. */
  readonly name: string;
  /** It is a count of cells: it adds up over groups, and is never null. */
  readonly isCount: boolean;
}

/** The figures of the groups in results of a definition; none: they have no groups. */
export function groupFigures(definition: Definition): GroupFigure[] {
  const members = contractOf(definition.type).members as Readonly<Record<string, TSchema>>;
  const isThere = hasFigure(definition);
  const groups = Object.values(members)
    .map(itemsOf)
    .find((items) => 'values' in items);
  return Object.entries(groups ?? {}).flatMap(([name, schema]) =>
    isFigure(schema) && isThere(name, schema) ? [{ name: snakeCase(name), isCount: Type.IsNumber(schema) }] : [],
  );
}

/** The figures of a result or of one of its groups, by the names of their columns. */
export function figuresIn(members: object, columnOf: ColumnOf): Record<string, Value> {
  const figures: Record<string, Value> = {};
  for (const [member, value] of Object.entries(members)) {
    if (typeof value === 'number' || value === null) figures[snakeCase(member)] = value;
    else if (Array.isArray(value)) for (const one of value) Object.assign(figures, listed(one, columnOf));
    else if (typeof value === 'object') Object.assign(figures, figuresIn(value, columnOf));
  }
  return figures;
}

function listed(one: unknown, columnOf: ColumnOf): Record<string, Value> {
  if (typeof one !== 'object' || one === null) return {};
  const { raster, quantile, value, ...others } = one as Readonly<Record<string, unknown>>;
  if (typeof quantile === 'number') return { [quantileName(quantile)]: value as Value };
  if (typeof raster !== 'string') return {};
  const own = Object.entries(figuresIn(others, columnOf));
  return Object.fromEntries(own.map(([name, figure]) => [`${columnOf(raster)}_${name}`, figure]));
}

/** `quantile_0_25` */
function quantileName(quantile: number): string {
  return `quantile_${String(quantile).replace('.', '_')}`;
}

type HasFigure = (member: string, schema: TSchema) => boolean;

/**
 * Tells whether results have a figure: one that is optional only with the choice that adds it, or
 * with weights.
 */
function hasFigure(definition: Definition): HasFigure {
  const { weights } = rastersByRole(definition);
  const choices = Object.entries<Choice>(contractOf(definition.type).choices);
  const added = new Map(choices.flatMap(([name, { adds = [] }]) => adds.map((member) => [member, name] as const)));
  return (member, schema) => {
    if (!Type.IsOptional(schema)) return true;
    const choice = added.get(member);
    return choice === undefined ? weights !== undefined : Boolean(definition[choice as keyof Definition]);
  };
}

function figureNames(members: Readonly<Record<string, TSchema>>, isThere: HasFigure): string[] {
  return Object.entries(members).flatMap(([name, schema]) =>
    isFigure(schema) && isThere(name, schema) ? [snakeCase(name)] : [],
  );
}

function itemsOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return Type.IsArray(schema) && Type.IsObject(schema.items) ? schema.items.properties : {};
}

function isFigure(schema: TSchema): boolean {
  return Type.IsNumber(schema) || (Type.IsUnion(schema) && schema.anyOf.some((one) => Type.IsNumber(one)));
}
