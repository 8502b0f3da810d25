import {
  countResults,
  listResults,
  parseResultKey,
  type Removal,
  type ResultSelection,
  removeResults,
  StoreError,
  surveyResults,
} from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import { isRefusal, type Refusal, resultSchemaVersion } from '@cellshed/contracts';
import type { StoreTroubles } from '@cellshed/jobs';
import {
  CachedResult,
  CacheSurvey,
  type CurrentVersions,
  cachedResult,
  cacheSurvey,
  Invalidation,
  invalidation,
  resultStandings,
  selectResults,
  selectResultsToRemove,
} from '@cellshed/operations';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { onRequestHookHandler } from 'fastify';
import Type from 'typebox';
import type { AdminCache } from '../admin/admin-cache.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { ProblemError, refused } from '../problems/problem.ts';
import type { Reader } from '../reading/reader.ts';
import { sendJson } from './results.ts';

export interface AdminCacheOptions {
  readonly cache: AdminCache;
  readonly reader: Pick<Reader, 'entry'>;
  readonly catalog: Pick<Catalog, 'rasters' | 'operations' | 'areas'>;
  /** The stores that workers have trouble with. */
  readonly troubles: StoreTroubles['list'];
  /** The current versions of the catalog's rasters, tables and lines. */
  readonly versions: CurrentVersions;
  /** Admits operators. */
  readonly admit: onRequestHookHandler;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const names = Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 1000 }));
const flag = Type.Optional(Type.Boolean());
const filters = {
  ...{ raster: names, table: names, area: names, operation: names },
  ...{ drawn: flag, anyName: flag, superseded: flag },
};
const closed = { additionalProperties: false };

/**
 * The cache for operators: its state, one entry, and the removal of results. The routes need a key
 * and are in no public document.
 */
export const adminCacheRoutes: FastifyPluginAsyncTypebox<AdminCacheOptions> = async (
  app,
  { cache, reader, catalog, troubles, versions, admit, clock },
) => {
  if ('off' in cache) {
    const { off } = cache;
    for (const url of ['/admin/cache', '/admin/cache/*']) {
      app.all(url, { schema: { hide: true } }, async () => {
        throw new ProblemError(404, off);
      });
    }
    return;
  }
  const { store, servers } = cache;
  const namesOf = ({ anyName }: { readonly anyName?: boolean | undefined }) => (anyName ? undefined : catalog);
  app.addHook('onRequest', admit);
  // The error handler of all routes would blame the queue's Redis.
  app.setErrorHandler(async (error) => {
    throw error instanceof StoreError ? new ProblemError(503, away(error)) : error;
  });

  app.get(
    '/admin/cache',
    { schema: { hide: true, querystring: Type.Object(filters, closed), response: { 200: CacheSurvey } } },
    async ({ query }, reply) => {
      const standings = resultStandings(catalog, versions);
      const selection = meant(selectResults(query, namesOf(query), standings));
      const judging = { now: clock(), schemaVersion: resultSchemaVersion, standing: standings.of };
      const groups = await surveyResults(store, selection, { ...judging, signal: whileWanted(reply) });
      const said = { problems: standings.problems(), troubles: await troubles() };
      return cacheSurvey(groups, await servers(), said);
    },
  );

  app.get(
    '/admin/cache/entries',
    {
      schema: {
        hide: true,
        querystring: Type.Object(
          { ...filters, limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }) },
          closed,
        ),
        response: {
          200: Type.Object({
            entries: Type.Array(CachedResult),
            more: Type.Boolean(),
            problems: Type.Optional(Type.Array(Type.String())),
          }),
        },
      },
    },
    async ({ query }, reply) => {
      const standings = resultStandings(catalog, versions);
      const selection = meant(selectResults(query, namesOf(query), standings));
      const entries: CachedResult[] = [];
      const walk = { stepKeys: Math.min(500, query.limit + 1), signal: whileWanted(reply) };
      let more = false;
      for await (const result of listResults(store, selection, walk)) {
        more = entries.length === query.limit;
        if (more) break;
        entries.push(cachedResult(result));
      }
      const problems = standings.problems();
      return { entries, more, ...(problems.length > 0 && { problems: [...problems] }) };
    },
  );

  // A key may be longer than a named parameter of a path.
  const keyed = { params: Type.Object({ '*': Type.String() }) };
  app.get('/admin/cache/entries/*', { schema: { hide: true, ...keyed } }, async ({ params }, reply) => {
    const key = resultKeyOf(params['*']);
    const bytes = await store.get(key);
    if (!bytes) throw notThere(key);
    const document = await reader.entry(key, bytes);
    if (!document) throw new ProblemError(404, `what lies under ${key} cannot be read: it is no entry, or damaged`);
    return sendJson(reply, { bytes: document, encoding: undefined });
  });
  app.delete('/admin/cache/entries/*', { schema: { hide: true, ...keyed } }, async ({ params }, reply) => {
    const key = resultKeyOf(params['*']);
    // The fence keeps a refresh under way from bringing it back.
    if (!(await store.fence.remove(key))) throw notThere(key);
    return reply.code(204).send();
  });

  app.post(
    '/admin/cache/invalidate',
    {
      schema: {
        hide: true,
        body: Type.Object({ ...filters, all: flag, dryRun: flag }, closed),
        response: { 200: Invalidation },
      },
    },
    async ({ body }) => {
      const { dryRun = false } = body;
      const standings = resultStandings(catalog, versions);
      const selection = meant(selectResultsToRemove(body, namesOf(body), standings));
      const figures = dryRun ? await countResults(store, selection) : await remove(selection);
      return invalidation(figures, dryRun, standings.problems());
    },
  );

  async function remove(selection: ResultSelection): Promise<Removal> {
    let removed = 0;
    try {
      return await removeResults(store, selection, { onProgress: (sum) => ({ removed } = sum) });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      throw new ProblemError(503, `${away(error)}; ${removed} results had been removed before: ask again for the rest`);
    }
  }
};

function away({ message }: StoreError): string {
  return `the cache cannot be reached (${message})`;
}

function meant(selection: ResultSelection | Refusal): ResultSelection {
  if (isRefusal(selection)) throw refused(selection);
  return selection;
}

/** A key that is no result's may belong to anybody. */
function resultKeyOf(text: string): string {
  if (!parseResultKey(text)) throw notThere(text);
  return text;
}

function notThere(key: string): ProblemError {
  return new ProblemError(
    404,
    `the cache has no result under ${JSON.stringify(key.slice(0, 200))} (in the path, a key is percent-encoded)`,
  );
}
