import type { Polygons } from '../area.ts';

/** The areas of a file as GeoJSON, and what the file is. */
export interface ConvertedFile {
  readonly type: 'FeatureCollection';
  readonly features: readonly ConvertedFeature[];
  readonly found: FoundInFile;
}

/** An area in longitude and latitude, cut at the antimeridian where it crosses it. */
export interface ConvertedFeature {
  readonly type: 'Feature';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: { readonly type: 'MultiPolygon'; readonly coordinates: Polygons };
}

/** The format and the CRS that a file was read in. */
export interface FoundInFile {
  readonly format: 'shapefile' | 'KML' | 'GeoPackage';
  /** The CRS of the file; absent: longitude and latitude. */
  readonly crs?: string;
  /** Sentences: what is left out, and what the file does not say. */
  readonly warnings: readonly string[];
}

export interface ConvertOptions {
  /** The layer, where a file has several. */
  readonly layer?: string | undefined;
  /** The most vertices of all areas together. */
  readonly vertices: number;
  /** The most bytes of everything that is unpacked of an archive. */
  readonly unpackedBytes: number;
  /** Throws when nobody waits for the areas any more. */
  readonly checkWanted?: (() => void) | undefined;
}

/** A file that cannot be converted. The sentence is for the client who has sent it. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
}
