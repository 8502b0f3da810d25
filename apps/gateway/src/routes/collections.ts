import type { ListedArea, WellKnownArea } from '@catchment/areas';
import type { Catalog, CatalogAreaTable, OpenAreas } from '@catchment/catalog';
import { Link } from '@catchment/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { ProblemError } from '../problem.ts';

export interface CollectionsOptions {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: OpenAreas;
}

const Collection = Type.Object({
  id: Type.String(),
  title: Type.String(),
  itemType: Type.Literal('feature'),
  links: Type.Array(Link),
});

const Feature = Type.Object(
  {
    type: Type.Literal('Feature'),
    id: Type.String(),
    bbox: Type.Optional(Type.Array(Type.Number())),
    geometry: Type.Unknown(),
    properties: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'Feature' },
);

const FeatureCollection = Type.Object({
  type: Type.Literal('FeatureCollection'),
  numberMatched: Type.Integer(),
  numberReturned: Type.Integer(),
  features: Type.Array(Feature),
  links: Type.Array(Link),
});

/** The well-known areas as GeoJSON, in the style of OGC API – Features. */
export const collectionsRoutes: FastifyPluginAsyncTypebox<CollectionsOptions> = async (app, { catalog, tables }) => {
  const collections = { 200: Type.Object({ collections: Type.Array(Collection), links: Type.Array(Link) }) };
  app.get('/api/collections', { schema: { summary: 'The area tables', response: collections } }, async () => ({
    collections: [...catalog.areas.values()].map(collectionOf),
    links: [link('/api/collections', 'self', 'application/json', 'This document')],
  }));

  app.get(
    '/api/collections/:table/items',
    {
      schema: {
        summary: 'Areas of a table',
        params: Type.Object({ table: Type.String() }),
        querystring: Type.Object(
          {
            bbox: Type.Optional(Type.String({ description: 'west,south,east,north in degrees' })),
            limit: Type.Integer({ minimum: 1, maximum: 1000, default: 10 }),
            offset: Type.Integer({ minimum: 0, default: 0 }),
            q: Type.Optional(Type.String({ maxLength: 200, description: 'Beginning of an id, or part of a name' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: FeatureCollection },
      },
    },
    async ({ params, query }) => {
      const { bbox, limit, offset, q } = query;
      const box = bbox === undefined ? undefined : boxOf(bbox);
      const page = await tables.use(known(params.table), (table) => table.list({ limit, offset, bbox: box, q }));
      return {
        type: 'FeatureCollection' as const,
        numberMatched: page.matched,
        numberReturned: page.items.length,
        features: page.items.map(featureOf),
        links: pageLinks(`/api/collections/${params.table}/items`, query, page.matched),
      };
    },
  );

  app.get(
    '/api/collections/:table/items/:id',
    {
      schema: {
        summary: 'One area',
        params: Type.Object({ table: Type.String(), id: Type.String() }),
        response: { 200: Feature },
      },
    },
    async ({ params: { table, id } }) => {
      const area = await tables.use(known(table), (open) => open.get(id));
      if (!area) throw new ProblemError(404, `area table ${table} has no area ${JSON.stringify(id.slice(0, 100))}`);
      return featureOf(area);
    },
  );

  function known(table: string): string {
    if (catalog.areas.has(table)) return table;
    const names = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(
      404,
      `no area table is called ${JSON.stringify(table.slice(0, 100))}; expected one of ${names}`,
    );
  }
};

function collectionOf({ name, title }: CatalogAreaTable) {
  const items = link(`/api/collections/${name}/items`, 'items', 'application/geo+json', 'The areas');
  return { id: name, title: title ?? name, itemType: 'feature' as const, links: [items] };
}

function featureOf(area: WellKnownArea | ListedArea) {
  const { id, name, properties, polygons } = area;
  const [first] = polygons;
  const bbox = 'bbox' in area ? area.bbox : undefined;
  const single = { type: 'Polygon', coordinates: first };
  return {
    type: 'Feature' as const,
    id,
    ...(bbox && { bbox: [...bbox] }),
    geometry:
      polygons.length === 0 ? null : polygons.length === 1 ? single : { type: 'MultiPolygon', coordinates: polygons },
    properties: { ...properties, ...(name !== undefined && { name }) },
  };
}

function boxOf(text: string): [number, number, number, number] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers as [number, number, number, number];
  const right = numbers.length === 4 && numbers.every((number) => Number.isFinite(number)) && south <= north;
  if (!right)
    throw new ProblemError(400, `bbox: is "${text.slice(0, 100)}", expected west,south,east,north in degrees`);
  return [west, south, east, north];
}

function pageLinks(path: string, query: { limit: number; offset: number; bbox?: string; q?: string }, matched: number) {
  const at = (offset: number) => {
    const { bbox, q, limit } = query;
    const members = { limit: String(limit), offset: String(offset), ...(bbox && { bbox }), ...(q && { q }) };
    return `${path}?${new URLSearchParams(members)}`;
  };
  const { limit, offset } = query;
  const geojson = 'application/geo+json';
  return [
    link(at(offset), 'self', geojson, 'This page'),
    ...(offset + limit < matched ? [link(at(offset + limit), 'next', geojson, 'The next page')] : []),
    ...(offset > 0 ? [link(at(Math.max(0, offset - limit)), 'prev', geojson, 'The page before')] : []),
  ];
}

function link(href: string, rel: string, type: string, title: string) {
  return { href, rel, type, title };
}
