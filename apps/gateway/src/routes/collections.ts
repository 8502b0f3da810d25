import type { Bbox } from '@catchment/areas';
import type { Catalog, CatalogAreaTable } from '@catchment/catalog';
import { Link, RasterDocument } from '@catchment/client';
import { isRefusal } from '@catchment/contracts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { parseBbox } from '../collections/area-query.ts';
import { Feature, geojson } from '../collections/feature.ts';
import { rasterDocument } from '../collections/raster-document.ts';
import { datetimePattern, timeOrDay } from '../http/datetime.ts';
import { type BaseUrl, link } from '../http/links.ts';
import { pageLinks, pageQuery, splitLists } from '../http/paging.ts';
import { ProblemError, refused } from '../problems/problem.ts';
import type { AreaFeatures, FeaturePage } from '../reading/area-features.ts';

export interface CollectionsOptions {
  readonly catalog: Pick<Catalog, 'areas' | 'rasters'>;
  readonly features: AreaFeatures;
  readonly baseOf: BaseUrl;
}

const Extent = Type.Object({
  spatial: Type.Object({ bbox: Type.Array(Type.Array(Type.Number())), crs: Type.String() }),
});

const Collection = Type.Object(
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
const Collections = Type.Object({
  links: Type.Array(Link),
  collections: Type.Array(Collection),
  rasters: Type.Array(RasterDocument),
});

const FeatureCollection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  timeStamp: Type.String({ format: 'date-time' }),
  numberMatched: Type.Integer(),
  numberReturned: Type.Integer(),
  features: Type.Array(Feature),
  links: Type.Array(Link),
});

/** Longitude and latitude, in this order: the only CRS of the API. */
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

const mostItems = 1000;
const noQuery = Type.Object({}, { additionalProperties: false });
const itemsQuery = Type.Object(
  {
    ...pageQuery(10),
    // The standard wants a larger number to mean the largest.
    limit: Type.Integer({ minimum: 1, default: 10, description: `Most areas of the page; ${mostItems} at most` }),
    bbox: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 4,
        maxItems: 6,
        explode: false,
        description: 'west,south,east,north in degrees; west > east crosses the antimeridian',
      }),
    ),
    datetime: Type.Optional(
      Type.String({
        pattern: datetimePattern(timeOrDay),
        description: 'a time or an interval such as 2020-01-01T00:00:00Z/..; areas have no time, so all match',
      }),
    ),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Beginning of an id, or part of a name' })),
  },
  { additionalProperties: false },
);

function asGeojson<Schema extends Type.TSchema>(schema: Schema) {
  return { description: 'GeoJSON', content: { [geojson]: { schema } } };
}

/** The well-known areas as GeoJSON, in the collections of OGC API – Features 1.0. */
export const collectionsRoutes: FastifyPluginAsyncTypebox<CollectionsOptions> = async (app, options) => {
  const { catalog, features, baseOf } = options;
  const table = Type.String({ description: 'Name of an area table' });

  app.get(
    '/api/collections',
    {
      schema: {
        operationId: 'getCollections',
        summary: 'The area tables, and the rasters that are counted in their areas',
        querystring: noQuery,
        response: { 200: Collections },
      },
    },
    async (request) => {
      const url = `${baseOf(request)}/api/collections`;
      const collections = await Promise.all([...catalog.areas.values()].map((one) => describe(one, url)));
      const rasters = [...catalog.rasters.values()].map(rasterDocument);
      return { links: [link(url, 'self', 'This document')], collections, rasters };
    },
  );

  app.get(
    '/api/collections/:table',
    {
      schema: {
        operationId: 'describeCollection',
        summary: 'An area table',
        params: Type.Object({ table }),
        querystring: noQuery,
        response: { 200: Collection },
      },
    },
    async (request) => describe(known(request.params.table), `${baseOf(request)}/api/collections`),
  );

  app.get(
    '/api/collections/:table/items',
    {
      schema: {
        operationId: 'getFeatures',
        summary: 'Areas of a table',
        params: Type.Object({ table }),
        querystring: itemsQuery,
        response: { 200: asGeojson(FeatureCollection) },
      },
      preValidation: splitLists(['bbox']),
    },
    async (request, reply) => {
      const { params, query } = request;
      const { offset, q } = query;
      const limit = Math.min(query.limit, mostItems);
      const bbox = query.bbox && parseBbox(query.bbox);
      if (bbox && isRefusal(bbox)) throw refused(bbox, 'bbox');
      const page = await features.page(known(params.table).name, { limit, offset, q, bbox });
      const url = `${baseOf(request)}/api/collections/${params.table}/items`;
      const end = offset + page.returned;
      const next = page.returned > 0 && end < page.matched ? end : undefined;
      const links = pageLinks({ url, query: { ...query, limit }, next }).map((one) => ({ ...one, type: geojson }));
      return sendGeojson(reply, collectionOf(page, links));
    },
  );

  app.get(
    '/api/collections/:table/items/:id',
    {
      schema: {
        operationId: 'getFeature',
        summary: 'One area',
        params: Type.Object({ table, id: Type.String({ description: 'Id of an area' }) }),
        querystring: noQuery,
        response: { 200: asGeojson(Feature) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { name } = known(request.params.table);
      const url = `${baseOf(request)}/api/collections/${name}`;
      const self = { ...link(`${url}/items/${encodeURIComponent(id)}`, 'self', 'This area'), type: geojson };
      const area = await features.item(name, id, [self, link(url, 'collection', 'Its area table')]);
      if (!area) throw new ProblemError(404, `area table ${name} has no area ${show(id)}`);
      return sendGeojson(reply, area);
    },
  );

  async function describe({ name, title = name }: CatalogAreaTable, url: string) {
    // A table is described also while it cannot be read.
    const box = await features.extent(name).catch((): Bbox | undefined => undefined);
    return {
      id: name,
      title,
      itemType: 'feature' as const,
      ...(box && { extent: { spatial: { bbox: [[...box]], crs: crs84 } } }),
      crs: [crs84],
      links: [
        link(`${url}/${name}`, 'self', 'This document'),
        { ...link(`${url}/${name}/items`, 'items', 'The areas'), type: geojson },
      ],
    };
  }

  function known(table: string): CatalogAreaTable {
    const found = catalog.areas.get(table);
    if (found) return found;
    const names = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(404, `no area table is called ${show(table)}; expected one of ${names}`);
  }
};

function sendGeojson(reply: FastifyReply, text: Uint8Array) {
  return reply.type(`${geojson}; charset=utf-8`).send(Buffer.from(text.buffer, text.byteOffset, text.length));
}

/** Writes a FeatureCollection as bytes: features are text already. */
function collectionOf({ matched, returned, features }: FeaturePage, links: readonly Link[]): Uint8Array {
  const timeStamp = new Date().toISOString();
  const head = { type: 'FeatureCollection', timeStamp, numberMatched: matched, numberReturned: returned };
  const [before, after] = [`${JSON.stringify(head).slice(0, -1)},"features":[`, `],"links":${JSON.stringify(links)}}`];
  return Buffer.concat([Buffer.from(before), features, Buffer.from(after)]);
}

function show(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
