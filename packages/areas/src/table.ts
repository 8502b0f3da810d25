import type { Area, Polygons } from './area.ts';

/** West, south, east, north, in degrees. */
export type Bbox = readonly [number, number, number, number];

/** The id, name and properties of an area, without its geometry. */
export interface AreaRecord {
  readonly id: string;
  readonly name?: string;
  /** The properties of the source, in values that JSON can express. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface WellKnownArea extends AreaRecord, Area {}

/** An area in a list. It is not checked for crossings. */
export interface ListedArea extends AreaRecord {
  readonly polygons: Polygons;
  /** Absent where there are no polygons. */
  readonly bbox?: Bbox;
  /** The error that `get` would throw; then there are no polygons. */
  readonly problem?: string;
}

export interface AreaQuery {
  readonly limit: number;
  readonly offset: number;
  /**
   * The most vertices of all areas of a page together. A page ends before the area that exceeds the
   * limit, but has at least one area.
   */
  readonly vertices?: number | undefined;
  /**
   * The box that areas must meet or touch. A west greater than the east spans the antimeridian. An
   * area is also found if only its bounding box meets the box, except perhaps in a table that is
   * indexed in a projected CRS. An area with a wrong geometry may be missing.
   */
  readonly bbox?: Bbox | undefined;
  /**
   * The text with which ids begin or which names contain, whatever the case. Every character stands
   * for itself.
   */
  readonly q?: string | undefined;
}

export interface AreaPage {
  /** The number of all areas that match. */
  readonly matched: number;
  /** The areas of this page, by ascending id: the next page begins after these. */
  readonly items: readonly ListedArea[];
}

/**
 * A collection of well-known areas. Ids are unique texts that are not empty; a number in the source
 * is written in decimals. Ids ascend by UTF-16 code unit. All answers belong to the table's
 * `version`. When the source changes, the table answers from what it has read, or throws a
 * ChangedTableError and must be opened again. Errors name the table, the id and what is wrong.
 * After an UnreachableTableError a later try may succeed.
 */
export interface AreaTable {
  readonly name: string;
  /**
   * The version changes when the source does. The operator gives it, or it is read from the source.
   * It fits into a file name.
   */
  readonly version: string;
  /**
   * The present version of the source. For a database it may be some time old, as the options say.
   * Throws if the source cannot be reached.
   */
  currentVersion(): Promise<string>;
  /**
   * Sentences for the operator, such as that the source names no CRS. The warnings of each area
   * repeat them.
   */
  readonly notes: readonly string[];
  /** Sentences for the operator about how the table would be better; areas do not repeat them. */
  readonly advice?: readonly string[];
  /** Whether there is an area with exactly this id; its geometry is not read. */
  has(id: string): Promise<boolean>;
  /**
   * The area with exactly this id. Throws an UnusableAreaError if its geometry is missing or wrong,
   * with ring and position.
   */
  get(id: string): Promise<WellKnownArea | undefined>;
  list(query: AreaQuery): Promise<AreaPage>;
  /**
   * The areas with these ids, each once, as a list has them, in the order of the ids. Ids that are
   * not there are left out. It ends before the area that exceeds `vertices`, as a page does.
   */
  some(ids: readonly string[], vertices?: number): Promise<readonly ListedArea[]>;
  /**
   * The ids of all areas with this bounding box, and perhaps of a few with nearly the same box.
   * Only tables in longitude and latitude must find them all.
   */
  withBox(bbox: Bbox): Promise<readonly string[]>;
  /**
   * The names of those of these areas that have one, by their ids; their geometries are not read.
   * Absent where they would have to be.
   */
  names?(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * The ids of all areas, ascending, each with its value of a property as text: a number in
   * decimals, `true` or `false`; undefined where it has none. Geometries are not read. Throws a
   * NoPropertyError where no area has the property.
   */
  values(property: string): AsyncIterable<readonly [id: string, value: string | undefined]>;
  /** All ids, ascending. It needs little memory beyond what the table holds. */
  ids(): AsyncIterable<string>;
  /**
   * A box around all areas, perhaps larger than necessary. Absent for an empty table, and for a
   * database that would have to read every area.
   */
  extent(): Promise<Bbox | undefined>;
  /**
   * The size of a page's geometries, or of one area's, as they are stored. Undefined where they
   * would have to be read, or where there is no such area.
   */
  storedBytes?(asked: string | AreaQuery): number | undefined;
  /** Closes the table. It may be called twice; nothing else may be called after it. */
  close(): Promise<void>;
}

/** The place of an area table, and the parts of it to use. */
export interface AreaTableOptions {
  /** The table's name in the catalog and in `huc12/020402031008`. */
  readonly name: string;
  /** A file, or a database as a URL (`postgresql://user@host/database`). */
  readonly path: string;
  /**
   * The property that holds the id. In GeoJSON `id` is also the feature's own member, which has
   * precedence.
   */
  readonly id: string;
  /** The property that holds the name for people. */
  readonly nameProperty?: string | undefined;
  /**
   * The layer of a file, needed where it has several; or the table of a database, as `table` or
   * `schema.table`.
   */
  readonly table?: string | undefined;
  /** The geometry column in a database. Default: `geom`, or the only one. */
  readonly geometry?: string | undefined;
  /** A version in place of the source's own: the operator states that the areas are the same. */
  readonly version?: string | undefined;
  /**
   * The time for which a database is not asked again whether the table has changed. Default: one
   * minute. A file is checked every time.
   */
  readonly recheckMilliseconds?: number | undefined;
  /** The time in milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** An area that exists but has a missing or wrong geometry. */
export class UnusableAreaError extends Error {
  override readonly name = 'UnusableAreaError';
  readonly area: AreaRecord;
  constructor(message: string, area: AreaRecord) {
    super(message);
    this.area = area;
  }
}

/** No area of the table has a property of this name. */
export class NoPropertyError extends Error {
  override readonly name = 'NoPropertyError';
  readonly property: string;
  /** Those that there are. */
  readonly known: readonly string[];
  constructor(message: string, { property, known }: { readonly property: string; readonly known: readonly string[] }) {
    super(message);
    this.property = property;
    this.known = known;
  }
}

/**
 * The source no longer holds what was read when the table was opened. The table must be opened
 * again.
 */
export class ChangedTableError extends Error {
  override readonly name = 'ChangedTableError';
  readonly publicMessage = 'an area table is being replaced';
}

/** A database that is away or took too long. A later try may succeed. */
export class UnreachableTableError extends Error {
  override readonly name = 'UnreachableTableError';
  readonly publicMessage = 'the database of an area table cannot be reached';
}
