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
   * Areas whose bounding box meets or touches this one; a west greater than the east spans the antimeridian. One
   * whose geometry is wrong may be missing.
   */
  readonly bbox?: Bbox | undefined;
  /** Areas whose id begins with this or whose name contains it, whatever the case; every character stands for itself. */
  readonly q?: string | undefined;
}

export interface AreaPage {
  /** How many areas match in all. */
  readonly matched: number;
  /** Those of this page, by ascending id. */
  readonly items: readonly ListedArea[];
}

/**
 * A collection of well-known areas. Ids are text, unique, not empty; a number in the source is written in decimals.
 * They ascend by UTF-16 code unit. Whatever a table answers belongs to its `version`: when the source changes it goes on
 * answering from what it has read, or throws, and is to be opened anew. Errors say table, id and what is wrong.
 */
export interface AreaTable {
  readonly name: string;
  /** Changes when the source does: given by the operator, or size and time of the file. Fit for a file name. */
  readonly version: string;
  /** The version that the source has now. Throws if it cannot be reached. */
  currentVersion(): Promise<string>;
  /** What an operator should know, in sentences, such as that the source names no CRS. */
  readonly notes: readonly string[];
  /** Whether there is an area with exactly this id; its geometry is not looked at. */
  has(id: string): Promise<boolean>;
  /** The area with exactly this id. Throws if its geometry is missing or wrong, naming ring and position. */
  get(id: string): Promise<WellKnownArea | undefined>;
  list(query: AreaQuery): Promise<AreaPage>;
  /** All ids, ascending, in bounded memory beyond what the table holds anyway. */
  ids(): AsyncIterable<string>;
  /** May be called twice; nothing else may be called after it. */
  close(): Promise<void>;
}

/** Where an area table is and what in it is what. */
export interface AreaTableOptions {
  /** As in the catalog and in `huc12/020402031008`. */
  readonly name: string;
  readonly path: string;
  /** The property that holds the id. In GeoJSON `id` is also the feature's own member, which then goes first. */
  readonly id: string;
  /** The property that holds the name for people. */
  readonly nameProperty?: string | undefined;
  /** The layer; needed where a file has several. */
  readonly table?: string | undefined;
  /** In place of size and time of the file: the operator's word that the areas are the same. */
  readonly version?: string | undefined;
}
