import Type, { type Static } from 'typebox';
import { Link, RasterDocument } from './documents.ts';

/** An area as a GeoJSON feature. */
export const Feature = Type.Object(
  {
    type: Type.Literal('Feature'),
    id: Type.String(),
    bbox: Type.Optional(Type.Array(Type.Number())),
    geometry: Type.Unknown(),
    properties: Type.Record(Type.String(), Type.Unknown()),
    links: Type.Optional(Type.Array(Link)),
  },
  { $id: 'Feature' },
);
export type Feature = Static<typeof Feature>;

/** A page of the areas of a table. */
export const FeatureCollection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  timeStamp: Type.String({ format: 'date-time' }),
  numberMatched: Type.Integer(),
  numberReturned: Type.Integer(),
  features: Type.Array(Feature),
  links: Type.Array(Link),
});
export type FeatureCollection = Static<typeof FeatureCollection>;

const Extent = Type.Object({
  spatial: Type.Object({ bbox: Type.Array(Type.Array(Type.Number())), crs: Type.String() }),
});

/** A property of areas that an answer gives. */
export interface AreaProperty {
  readonly type: string;
  readonly title?: string;
  /** The figure that it is, where answers have groups or classes. */
  readonly 'x-figure'?: string;
  /** The values of the rasters that it is of. */
  readonly 'x-values'?: readonly (number | null)[];
}

/** The JSON Schema of areas with answers. */
export interface AreaSchema {
  readonly properties: {
    readonly properties: { readonly properties: Readonly<Record<string, AreaProperty>> };
  };
}

/** An area table. */
export const Collection = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    itemType: Type.Literal('feature'),
    extent: Type.Optional(Extent),
    crs: Type.Array(Type.String()),
    links: Type.Array(Link),
  },
  { $id: 'Collection' },
);
export type Collection = Static<typeof Collection>;

/**
 * Rasters stand beside the collections: they have no features, and clients read features of every
 * collection.
 */
export const Collections = Type.Object({
  links: Type.Array(Link),
  collections: Type.Array(Collection),
  rasters: Type.Array(RasterDocument),
});
export type Collections = Static<typeof Collections>;

/** The areas of a file. */
export const ConvertedAreas = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(Type.Any(), { description: 'The areas that have polygons, in longitude and latitude' }),
  found: Type.Object({
    format: Type.Enum(['shapefile', 'KML', 'GeoPackage']),
    crs: Type.Optional(Type.String({ description: 'The CRS of the file; absent: longitude and latitude' })),
    warnings: Type.Array(Type.String(), { description: 'What is left out, and what the file does not say' }),
  }),
});
export type ConvertedAreas = Static<typeof ConvertedAreas>;
