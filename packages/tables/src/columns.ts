import type { Polygons } from '@cellshed/areas';

/** A value in a row; null: there is none. */
export type Value = string | number | null;

/** The values of a row by the names of their columns. */
export type Cells = Readonly<Record<string, Value>>;

/** The values of a row, in the order of the columns. */
export type Row = readonly Value[];

/** A row, and where its area is, for formats that have geometries. */
export interface TableRow {
  readonly values: Row;
  /** In longitude and latitude; the same list for all rows of an area. */
  readonly polygons?: Polygons | undefined;
}

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'number';
}

/** The columns with which every row begins. */
export const firstColumns: readonly Column[] = [
  { name: 'area_table', type: 'text' },
  { name: 'id', type: 'text' },
  { name: 'name', type: 'text' },
  { name: 'operation', type: 'text' },
];

/** The columns with which every row ends. */
export const lastColumns: readonly Column[] = [
  { name: 'cells', type: 'number' },
  { name: 'area_m2', type: 'number' },
  { name: 'percent', type: 'number' },
  { name: 'covered', type: 'number' },
  { name: 'coverage', type: 'text' },
  { name: 'warnings', type: 'text' },
];

/** The columns that a GeoPackage adds of its own. */
const geoPackageNames = ['fid', 'area_fid', 'geom', 'ogc_fid'];

const fixedNames = new Set([...[...firstColumns, ...lastColumns].map(({ name }) => name), ...geoPackageNames]);

/**
 * A name of the catalog as a column. One that every row has, or that is taken, is told apart by
 * what it names.
 */
export function columnName(
  name: string,
  what: 'raster' | 'parameter',
  isTaken: (column: string) => boolean = () => false,
): string {
  const isFree = !fixedNames.has(name.toLowerCase()) && !isTaken(name);
  return isFree ? name : columnName(`${name}_${what}`, what, isTaken);
}

/** `standardDeviation` as `standard_deviation`; square metres are `area_m2`. */
export function snakeCase(member: string): string {
  const known = inSnakeCase.get(member);
  if (known !== undefined) return known;
  const short = member.replace(/squareMetres$/, 'area_m2').replace(/SquareMetres$/, 'Area_m2');
  const name = short.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  inSnakeCase.set(member, name);
  return name;
}

/** The members of results, which are few: each row has the same. */
const inSnakeCase = new Map<string, string>();

/** The columns of several lists, each name once, in the order in which they first come. */
export function uniteColumns(lists: Iterable<readonly Column[]>): Column[] {
  const byName = new Map<string, Column>();
  for (const columns of lists)
    for (const column of columns) if (!byName.has(column.name)) byName.set(column.name, column);
  return [...byName.values()];
}
