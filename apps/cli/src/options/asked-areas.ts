import type { Area } from '@cellshed/areas';

/** An area as the gateway takes it, `table/id` or GeoJSON, and what the user calls it. */
export interface AskedArea {
  readonly name: string;
  readonly area: unknown;
  /** The area as a file has it, in its own CRS, where the file is not GeoJSON. */
  readonly stored?: Area;
  /** The feature that it is, where each feature of a file is an area for itself. */
  readonly feature?: AskedFeature;
}

/** The names that tell a feature of a file from the others. */
export interface AskedFeature {
  /** The feature's place in the file, from 0. */
  readonly feature: number;
  readonly id?: string | number;
  readonly name?: string;
}

export interface AskedAreas {
  readonly areas: readonly AskedArea[];
  /** Sentences for people: what is counted together, what is left out. */
  readonly notes: readonly string[];
}
