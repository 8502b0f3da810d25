import type { JsonObject } from './json-object.ts';

/**
 * The features of a FeatureCollection, one by one. Where the collection names a CRS, each feature
 * comes in a collection of its own that names it.
 */
export function featuresApart({ crs, features }: JsonObject): readonly unknown[] {
  if (!Array.isArray(features)) return [];
  if (crs === undefined || crs === null) return features;
  return features.map((feature) => ({ type: 'FeatureCollection', crs, features: [feature] }));
}
