import { Link, RasterDocument } from '@cellshed/client';
import Type from 'typebox';
import { Feature } from './feature.ts';

/** Longitude and latitude, in this order: the only CRS of the API. */
export const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

const Extent = Type.Object({
  spatial: Type.Object({ bbox: Type.Array(Type.Array(Type.Number())), crs: Type.String() }),
});

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

/**
 * Rasters stand beside the collections: they have no features, and clients read features of every
 * collection.
 */
export const Collections = Type.Object({
  links: Type.Array(Link),
  collections: Type.Array(Collection),
  rasters: Type.Array(RasterDocument),
});

export const FeatureCollection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  timeStamp: Type.String({ format: 'date-time' }),
  numberMatched: Type.Integer(),
  numberReturned: Type.Integer(),
  features: Type.Array(Feature),
  links: Type.Array(Link),
});
