import type { JsonObject } from './json-object.ts';

/**
 * The features of a FeatureCollection, each for itself: where the collection names a CRS, each in a
 * collection that names it, too.
 */
export function featuresApart({ crs, features }: JsonObject): readonly unknown[] {
  if (!Array.isArray(features)) return [];
  if (crs === undefined || crs === null) return features;
  return features.map((feature) => ({ type: 'FeatureCollection', crs, features: [feature] }));
}
