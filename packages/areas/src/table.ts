import type { Area, Polygons } from './area.ts';

/** West, south, east, north, in degrees. */
export type Bbox = readonly [number, number, number, number];

/** What an area table tells of an area beside its geometry. */
export interface AreaRecord {
  readonly id: string;
  readonly name?: string;
  /** As the source has them, in values that JSON can express. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface WellKnownArea extends AreaRecord, Area {}

/** An area in a list: not checked for crossings. */
export interface ListedArea extends AreaRecord {
  readonly polygons: Polygons;
  /** Absent where there are no polygons. */
  readonly bbox?: Bbox;
  /** Why `get` would throw; there are no polygons then. */
  readonly problem?: string;
}

export interface AreaQuery {
  readonly limit: number;
  readonly offset: number;
  /**
   * The page ends before the area with which its areas would have more vertices together; at least
   * one is in it.
   */
  readonly vertices?: number | undefined;
  /**
   * Areas that meet or touch this box; a west greater than the east spans the antimeridian. An area
   * whose bounding box alone does is found as well, but perhaps not where its table is indexed in a
   * projected CRS. One whose geometry is wrong may be missing.
   */
  readonly bbox?: Bbox | undefined;
  /**
   * Areas whose id begins with this or whose name contains it, whatever the case; every character
   * stands for itself.
   */
  readonly q?: string | undefined;
}

export interface AreaPage {
  /** How many areas match in all. */
  readonly matched: number;
  /** Those of this page, by ascending id: the next one begins after these. */
  readonly items: readonly ListedArea[];
}

/**
 * A collection of well-known areas. Ids are text, unique, not empty; a number in the source is
 * written in decimals. They ascend by UTF-16 code unit. Whatever a table answers belongs to its
 * `version`: when the source changes it goes on answering from what it has read, or throws a
 * ChangedTableError, and is to be opened anew. Errors say table, id and what is wrong; an
 * UnreachableTableError is one that waiting may cure.
 */
export interface AreaTable {
  readonly name: string;
  /**
   * Changes when the source does: given by the operator, or seen in the source itself. Fit for a
   * file name.
   */
  readonly version: string;
  /**
   * The version that the source has now; that of a database may be some time old, as the options
   * say. Throws if it cannot be reached.
   */
  currentVersion(): Promise<string>;
  /**
   * What an operator should know, in sentences, such as that the source names no CRS. Warnings of
   * each area repeat them.
   */
  readonly notes: readonly string[];
  /** Whether there is an area with exactly this id; its geometry is not looked at. */
  has(id: string): Promise<boolean>;
  /**
   * The area with exactly this id. Throws an UnusableAreaError if its geometry is missing or wrong,
   * naming ring and position.
   */
  get(id: string): Promise<WellKnownArea | undefined>;
  list(query: AreaQuery): Promise<AreaPage>;
  /**
   * The ids of all areas whose bounding box is this one, and perhaps of a few whose box is nearly
   * this one, in a table whose own coordinates are longitude and latitude. Those of other tables
   * need not be found.
   */
  withBox(bbox: Bbox): Promise<readonly string[]>;
  /** All ids, ascending, in bounded memory beyond what the table holds anyway. */
  ids(): AsyncIterable<string>;
  /**
   * A box around all areas, perhaps larger than need be. Absent where there are none, or finding it
   * means reading all of a database's.
   */
  extent(): Promise<Bbox | undefined>;
  /** May be called twice; nothing else may be called after it. */
  close(): Promise<void>;
}

/** Where an area table is and what in it is what. */
export interface AreaTableOptions {
  /** As in the catalog and in `huc12/020402031008`. */
  readonly name: string;
  /** A file, or a database as a URL (`postgresql://user@host/database`). */
  readonly path: string;
  /**
   * The property that holds the id. In GeoJSON `id` is also the feature's own member, which then
   * goes first.
   */
  readonly id: string;
  /** The property that holds the name for people. */
  readonly nameProperty?: string | undefined;
  /**
   * The layer of a file, needed where it has several; the table of a database, as `table` or
   * `schema.table`.
   */
  readonly table?: string | undefined;
  /**
   * The column that holds the geometry, in a database. Default: `geom`, or the only one there is.
   */
  readonly geometry?: string | undefined;
  /** In place of what the source itself shows: the operator's word that the areas are the same. */
  readonly version?: string | undefined;
  /**
   * For how long a database is not asked again whether the table has changed. Default: one minute.
   * A file is looked at each time.
   */
  readonly recheckMilliseconds?: number | undefined;
  /** The time in milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** An area is there, and its geometry is missing or wrong. */
export class UnusableAreaError extends Error {
  override readonly name = 'UnusableAreaError';
  readonly area: AreaRecord;
  constructor(message: string, area: AreaRecord) {
    super(message);
    this.area = area;
  }
}

/** The source no longer holds what was read when the table was opened: it is to be opened anew. */
export class ChangedTableError extends Error {
  override readonly name = 'ChangedTableError';
}

/** A database is away, or took too long: trying later may cure it. */
export class UnreachableTableError extends Error {
  override readonly name = 'UnreachableTableError';
  readonly publicMessage = 'the database of an area table cannot be reached';
}
