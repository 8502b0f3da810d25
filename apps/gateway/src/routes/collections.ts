import type { Bbox } from '@cellshed/areas';
import type { Catalog, CatalogAreaTable } from '@cellshed/catalog';
import { Collection, Collections, Feature, FeatureCollection, type Link } from '@cellshed/client';
import { answerProperties } from '@cellshed/tables';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CachedAnswers } from '../answers/cached-answers.ts';
import { upstreamRefusal } from '../answers/meaning.ts';
import { keyHeaders } from '../answers/showing.ts';
import { AnswerQuery, type AskedAnswers, askedAnswers, beforeAnswerQuery } from '../collections/answer-query.ts';
import { answeredItem, answeredPage } from '../collections/answered-pages.ts';
import { crs84, geojson } from '../collections/feature.ts';
import { featureSchema, schemaType } from '../collections/feature-schema.ts';
import { ItemsQuery, readItemsQuery } from '../collections/items-query.ts';
import { rasterDocument } from '../collections/raster-document.ts';
import { varyOn } from '../http/encodings.ts';
import { isUnchanged, unchanged } from '../http/entity-tags.ts';
import { type BaseUrl, link, withQuery } from '../http/links.ts';
import { pageLinks, splitLists } from '../http/paging.ts';
import { ProblemError, refused } from '../problems/problem-error.ts';
import type { FeaturePage } from '../reading/area-features.ts';
import type { Reader } from '../reading/reader.ts';

export interface CollectionsOptions {
  readonly catalog: Pick<Catalog, 'areas' | 'rasters' | 'operations'>;
  readonly reader: Pick<Reader, 'page' | 'item' | 'extent' | 'answered'>;
  readonly answers: Pick<CachedAnswers, 'readMany'>;
  readonly baseOf: BaseUrl;
  /** Whether clients need keys. */
  readonly needsKeys: boolean;
}

function asGeojson<Schema extends Type.TSchema>(schema: Schema) {
  return { description: 'GeoJSON', content: { [geojson]: { schema } } };
}

/**
 * The well-known areas as GeoJSON, in the collections of OGC API – Features 1.0. A query may ask
 * for the cached answers to an operation as properties; all links go on asking for them.
 */
export const collectionsRoutes: FastifyPluginAsyncTypebox<CollectionsOptions> = async (app, options) => {
  const { catalog, reader, baseOf, needsKeys } = options;
  const table = Type.String({ description: 'Name of an area table' });
  const preValidation = beforeAnswerQuery;

  app.get(
    '/api/collections',
    {
      schema: {
        operationId: 'getCollections',
        summary: 'The area tables, and the rasters that are counted in their areas',
        querystring: AnswerQuery,
        response: { 200: Collections },
      },
      preValidation,
    },
    async (request) => {
      const url = `${baseOf(request)}/api/collections`;
      const asked = askedAnswers(request.query, catalog);
      const collections = await Promise.all([...catalog.areas.values()].map((one) => describe(one, url, asked)));
      const rasters = [...catalog.rasters.values()].map(rasterDocument);
      return { links: [link(withQuery(url, asked?.query), 'self', 'This document')], collections, rasters };
    },
  );

  app.get(
    '/api/collections/:table',
    {
      schema: {
        operationId: 'describeCollection',
        summary: 'An area table',
        params: Type.Object({ table }),
        querystring: AnswerQuery,
        response: { 200: Collection },
      },
      preValidation,
    },
    async (request) => {
      const table = known(request.params.table);
      return describe(table, `${baseOf(request)}/api/collections`, askedAnswers(request.query, catalog));
    },
  );

  app.get(
    '/api/collections/:table/schema',
    {
      schema: {
        operationId: 'describeFeatures',
        summary: 'The JSON Schema of areas with the answers to an operation',
        params: Type.Object({ table }),
        querystring: AnswerQuery,
        response: { 200: { description: 'JSON Schema', content: { [schemaType]: { schema: Type.Any() } } } },
      },
      preValidation,
    },
    async (request, reply) => {
      const { name, title = name } = known(request.params.table);
      const asked = askedAnswers(request.query, catalog);
      const url = withQuery(`${baseOf(request)}/api/collections/${name}/schema`, asked?.query);
      const properties = asked ? answerProperties(asked.tabled, catalog).properties : [];
      return reply.type(schemaType).send(JSON.stringify(featureSchema(properties, { id: url, title })));
    },
  );

  app.get(
    '/api/collections/:table/items',
    {
      schema: {
        operationId: 'getFeatures',
        summary: 'Areas of a table',
        params: Type.Object({ table }),
        querystring: ItemsQuery,
        response: { 200: asGeojson(FeatureCollection), 304: unchanged },
      },
      preValidation: [...beforeAnswerQuery, splitLists(['bbox'])],
    },
    async (request, reply) => {
      const { params, query } = request;
      const { page: wanted, answers } = readItemsQuery(query);
      const { name } = known(params.table);
      const asked = askedOf(name, answers);
      const areas = await reader.page(name, wanted);
      const answered = asked && (await answeredPage(areas, { table: name, asked }, options));
      const page = answered ?? areas;
      const url = `${baseOf(request)}/api/collections/${name}/items`;
      const end = wanted.offset + page.returned;
      const next = page.returned > 0 && end < page.matched ? end : undefined;
      const links = pageLinks({ url, query: { ...query, limit: wanted.limit }, next });
      const text = collectionOf(
        page,
        links.map((one) => ({ ...one, type: geojson })),
      );
      if (!answered) return sendGeojson(reply, text);
      return sendChanging(request, reply, { text, etag: `W/"${answered.tag}-${page.matched}"` });
    },
  );

  app.get(
    '/api/collections/:table/items/:id',
    {
      schema: {
        operationId: 'getFeature',
        summary: 'One area',
        params: Type.Object({ table, id: Type.String({ description: 'Id of an area' }) }),
        querystring: AnswerQuery,
        response: { 200: asGeojson(Feature), 304: unchanged },
      },
      preValidation,
    },
    async (request, reply) => {
      const { id } = request.params;
      const { name } = known(request.params.table);
      const asked = askedOf(name, request.query);
      const area = await reader.item(name, id, { url: `${baseOf(request)}/api/collections`, query: asked?.query });
      if (!area) throw new ProblemError(404, `area table ${name} has no area ${show(id)}`);
      if (!asked) return sendGeojson(reply, area.features);
      const { features: text, tag } = await answeredItem(area, { table: name, id, asked }, options);
      return sendChanging(request, reply, { text, etag: `W/"${tag}"` });
    },
  );

  /** The answers that are asked for of the areas of a table. */
  function askedOf(table: string, query: AnswerQuery): AskedAnswers | undefined {
    const asked = askedAnswers(query, catalog);
    const refusal = asked?.upstream ? upstreamRefusal(table, asked.question, catalog) : undefined;
    if (refusal) throw refused(refusal);
    return asked;
  }

  async function describe({ name, title = name }: CatalogAreaTable, url: string, asked: AskedAnswers | undefined) {
    // A table is described also while it cannot be read.
    const box = await reader.extent(name).catch((): Bbox | undefined => undefined);
    const at = (path: string) => withQuery(`${url}/${name}${path}`, asked?.query);
    const schema = { ...link(at('/schema'), 'describedby', 'The schema of the areas'), type: schemaType };
    return {
      id: name,
      title: asked ? `${title}: ${asked.operation.title ?? asked.operation.name}` : title,
      itemType: 'feature' as const,
      ...(box && { extent: { spatial: { bbox: [[...box]], crs: crs84 } } }),
      crs: [crs84],
      links: [
        link(at(''), 'self', 'This document'),
        { ...link(at('/items'), 'items', 'The areas'), type: geojson },
        ...(asked ? [schema] : []),
      ],
    };
  }

  function known(table: string): CatalogAreaTable {
    const found = catalog.areas.get(table);
    if (found) return found;
    const names = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(404, `no area table is called ${show(table)}; expected one of ${names}`);
  }

  /** Sends areas with answers, which change as answers are computed: others ask again each time. */
  function sendChanging(request: FastifyRequest, reply: FastifyReply, { text, etag }: Tagged) {
    reply.headers({ etag, 'cache-control': `${needsKeys ? 'private' : 'public'}, no-cache` });
    if (needsKeys) varyOn(reply, ...keyHeaders);
    return isUnchanged(request, etag) ? reply.code(304).send() : sendGeojson(reply, text);
  }
};

interface Tagged {
  readonly text: Uint8Array;
  readonly etag: string;
}

function sendGeojson(reply: FastifyReply, text: Uint8Array) {
  return reply.type(`${geojson}; charset=utf-8`).send(Buffer.from(text.buffer, text.byteOffset, text.length));
}

type Page = Pick<FeaturePage, 'matched' | 'returned' | 'features'>;

/** Writes a FeatureCollection as bytes: features are text already. */
function collectionOf({ matched, returned, features }: Page, links: readonly Link[]): Uint8Array {
  const timeStamp = new Date().toISOString();
  const head = { type: 'FeatureCollection', timeStamp, numberMatched: matched, numberReturned: returned };
  const [before, after] = [`${JSON.stringify(head).slice(0, -1)},"features":[`, `],"links":${JSON.stringify(links)}}`];
  return Buffer.concat([Buffer.from(before), features, Buffer.from(after)]);
}

function show(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
