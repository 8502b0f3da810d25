import type { Bbox } from '@catchment/areas';
import type { Request } from '@catchment/jobs';

/** A well-known area, by table and id. */
export interface WellKnown {
  readonly table: string;
  readonly id: string;
}

/**
 * An area that is asked about: a well-known one that may not exist, as sentences name it, or a
 * drawn one, by its fingerprint.
 */
export type AskedArea =
  | { readonly wellKnown: WellKnown; readonly member: string; readonly shown: unknown }
  | { readonly drawn: string; readonly geometry?: Geometry };

/** What a drawn area is found by in tables; absent where nobody looks. */
export interface Geometry {
  readonly fingerprint: string;
  readonly box: Bbox;
}

type WithoutArea = Omit<Request, 'area'>;

/** What is asked about each area. */
export interface AskedQuestion {
  readonly request: WithoutArea;
  /** The same as the catalog has it, for areas of tables; absent: there is no other. */
  readonly known?: WithoutArea | undefined;
}

/** What a body asks, read and checked but for what only area tables can tell. */
export interface Asked {
  readonly process: string;
  /** Whether it asks for several, be it only one. */
  readonly isMany: boolean;
  readonly areas: readonly AskedArea[];
  readonly questions: readonly AskedQuestion[];
  readonly drawn: DrawnGeometries;
}

/** Geometries that came with a request, as JSON, by their fingerprints. */
export interface DrawnGeometries {
  readonly areas: Map<string, Uint8Array>;
  readonly lines: Map<string, Uint8Array>;
}

/** None yet. */
export function nothingDrawn(): DrawnGeometries {
  return { areas: new Map(), lines: new Map() };
}
