import type { Catalog } from '@cellshed/catalog';
import { Conformance, LandingPage } from '@cellshed/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AnswerQuery, askedAnswers, beforeAnswerQuery } from '../collections/answer-query.ts';
import { type BaseUrl, link, ogcRel, withQuery } from '../http/links.ts';

export interface LandingOptions {
  readonly catalog: Pick<Catalog, 'title' | 'description' | 'operations' | 'rasters'>;
  readonly baseOf: BaseUrl;
  readonly limits: LandingPage['limits'];
  readonly baseMap: LandingPage['baseMap'];
  /** Whether there is a page for people, which has the address `/`. */
  readonly hasPage: boolean;
}

const processes = ['core', 'ogc-process-description', 'json', 'oas30', 'job-list', 'dismiss'];
const features = ['core', 'geojson', 'oas30'];
const openapi = 'application/vnd.oai.openapi+json;version=3.0';

/** The first page of the API, its standards, and the document that describes it. */
export const landingRoutes: FastifyPluginAsyncTypebox<LandingOptions> = async (app, options) => {
  const { catalog, baseOf, limits, baseMap, hasPage } = options;
  const { title, description } = catalog;
  // The query of answers goes along from here: some clients add it to each URL.
  const preValidation = beforeAnswerQuery;
  // Everybody may read what the API is, and how to send a key.
  const config = { needs: 'nothing' } as const;
  const schema = {
    operationId: 'getLandingPage',
    summary: 'Where the API begins',
    querystring: AnswerQuery,
    response: { 200: LandingPage },
  };
  if (!hasPage) {
    // A person may open the address that a program prints.
    app.get('/', { config, schema: { hide: true } }, async (request, reply) =>
      reply.redirect(`${baseOf(request)}/api`, 303),
    );
  }

  app.get('/api', { config, schema, preValidation }, async (request) => {
    const url = `${baseOf(request)}/api`;
    const query = askedAnswers(request.query, catalog)?.query;
    const collections = withQuery(`${url}/collections`, query);
    return {
      title: title ?? 'Catchment',
      description: description ?? 'Counts the cells of rasters inside areas.',
      limits,
      ...(baseMap && { baseMap }),
      links: [
        link(withQuery(url, query), 'self', 'This document'),
        { href: `${url}/openapi.json`, rel: 'service-desc', type: openapi, title: 'The API, described' },
        { href: `${url}/docs`, rel: 'service-doc', type: 'text/html', title: 'The API as pages, to read and to try' },
        link(`${url}/conformance`, 'conformance', 'The standards that the API keeps to'),
        link(`${url}/conformance`, ogcRel('conformance'), 'The standards that the API keeps to'),
        link(`${url}/processes`, ogcRel('processes'), 'What can be executed'),
        link(`${url}/jobs`, ogcRel('job-list'), 'The jobs'),
        link(collections, 'data', 'The well-known areas'),
        link(collections, ogcRel('data'), 'The well-known areas'),
      ],
    };
  });

  app.get(
    '/api/conformance',
    {
      config,
      schema: {
        operationId: 'getConformance',
        summary: 'The conformance classes of OGC API – Processes 1.0 and OGC API – Features 1.0 that the API keeps to',
        querystring: AnswerQuery,
        response: { 200: Conformance },
      },
      preValidation,
    },
    async (request) => {
      askedAnswers(request.query, catalog);
      return {
        conformsTo: [
          ...processes.map((name) => `http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/${name}`),
          ...features.map((name) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${name}`),
        ],
      };
    },
  );

  // As bytes and without `type`: the framework would write the media type in another way, which
  // GDAL does not read.
  let document: Buffer | undefined;
  app.get('/api/openapi.json', { config, schema: { hide: true } }, async (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(app.swagger()));
    return reply.header('content-type', openapi).send(document);
  });
};
