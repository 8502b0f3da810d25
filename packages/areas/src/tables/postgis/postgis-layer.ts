import type { Crs } from '@cellshed/crs';
import type { Bbox } from '../../table.ts';
import type { IdColumn } from './ids.ts';

/** A table of a PostGIS database. An expression is SQL over the table as `t`, with quoted names. */
export interface PostgisLayer {
  /** The table's name in SQL. */
  readonly table: string;
  /** The table's name in messages. */
  readonly title: string;
  /**
   * The schema of PostGIS, as SQL writes it before the names of its functions, types and operators.
   */
  readonly ext: string;
  readonly id: IdColumn;
  /** An expression: text or null. */
  readonly name: string;
  /** An expression: the column, a geography as geometry. */
  readonly geometry: string;
  /** An expression: the column as it is stored. */
  readonly stored: string;
  readonly srid: number;
  /**
   * The CRS of the geometries. Absent for longitude and latitude, and for a CRS that only the
   * database understands.
   */
  readonly crs?: Crs | undefined;
  /** Whether coordinates are longitude and latitude already. */
  readonly isLonLat: boolean;
  /** Whether the geometries have an index. */
  readonly isIndexed: boolean;
  /** A box around all geometries, where an index provides one. */
  readonly extent?: Bbox;
  /** All columns that may be read and can be written as JSON. */
  readonly properties: readonly string[];
  /** An expression for each of these: its value as text, whole numbers in decimals, or null. */
  readonly texts: ReadonlyMap<string, string>;
  /** The reason why rows do not tell which transaction wrote them, after the table's name. */
  readonly silence: string | undefined;
  /** A collation for letters beyond ASCII, as SQL writes it, if there is one. */
  readonly collation: string;
}
