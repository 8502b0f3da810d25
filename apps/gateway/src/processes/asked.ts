import type { Bbox } from '@cellshed/areas';
import type { Request } from '@cellshed/contracts';
import type { AreaName } from './area-names.ts';

/** A well-known area, by table and id. */
export interface WellKnown {
  readonly table: string;
  readonly id: string;
}

/**
 * An area of a request: a well-known one, which may not exist and has a path for sentences; or a
 * drawn one, by its fingerprint, with the name that its client has given to it.
 */
export type AskedArea =
  | {
      readonly wellKnown: WellKnown;
      readonly path: string;
      readonly shown: unknown;
      /** Whether all that drain into it are meant, too; absent: they are not. */
      readonly upstream?: boolean;
    }
  | { readonly drawn: string; readonly geometry?: Geometry; readonly name?: AreaName };

/**
 * The fingerprint and the box by which tables are searched for a drawn area; absent: they are not
 * searched.
 */
export interface Geometry {
  readonly fingerprint: string;
  readonly box: Bbox;
}

type WithoutArea = Omit<Request, 'area'>;

/** A question about each area. */
export interface AskedQuestion {
  readonly request: WithoutArea;
  /**
   * The same question as an operation of the catalog, for areas of tables; absent: there is no such
   * operation.
   */
  readonly known?: WithoutArea | undefined;
}

/** Areas of a table that are chosen by what they lie in, or by a property. At least one is set. */
export interface AskedUnits {
  readonly table: string;
  /** A larger area. */
  readonly within?: WellKnown | undefined;
  /** A property: the areas with each value of it are one. */
  readonly by?: string | undefined;
  /** Whether those within are one. */
  readonly isSum: boolean;
  /** Whether each is meant with all that drain into it. */
  readonly upstream: boolean;
  /** The most that may be meant. */
  readonly most: number;
}

/** The content of a body: all is checked except what only area tables can tell. */
export interface Asked {
  readonly process: string;
  /** Whether it asks for several, even if it has only one. */
  readonly isMany: boolean;
  readonly areas: readonly AskedArea[];
  /** The areas of a table that are meant in place of `areas`; absent: none are. */
  readonly units?: AskedUnits;
  readonly questions: readonly AskedQuestion[];
  readonly drawn: DrawnGeometries;
}

/** Geometries that came with a request, as JSON, by their fingerprints. */
export interface DrawnGeometries {
  readonly areas: Map<string, Uint8Array>;
  readonly lines: Map<string, Uint8Array>;
}

/** An empty collection of drawn geometries. */
export function nothingDrawn(): DrawnGeometries {
  return { areas: new Map(), lines: new Map() };
}
