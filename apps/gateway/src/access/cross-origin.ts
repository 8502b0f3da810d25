import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the route is for no page of another site. */
    readonly cors?: false;
  }
}

/** The headers of answers that pages of other sites may read, beside those that browsers allow. */
const readable = [
  ...[
    'catchment-cache',
    'content-disposition',
    'content-encoding',
    'etag',
    'link',
    'location',
    'preference-applied',
    'retry-after',
  ],
  'x-request-id',
  ...['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
];

/** The time for which a browser may remember that a page may ask. */
const rememberedSeconds = 7200;

/**
 * Lets pages of other sites use the public routes, without cookies or passwords of the browser.
 * `origins` is `*` (any), `none`, or origins with commas between. The operator's routes are for no
 * such page. Call this before all that may refuse a request: a page is to read the refusal.
 */
export async function allowOrigins(app: FastifyInstance, origins: string): Promise<void> {
  if (origins === 'none') return;
  app.addHook('onRoute', (route) => {
    if (isOperators(route.url)) route.config = { ...route.config, cors: false };
  });
  // The plugin answers the question whether a page may ask before it knows which route it is.
  app.addHook('onRequest', async ({ method, url }) => {
    if (method !== 'OPTIONS' || !isOperators(pathOf(url))) return;
    throw new ProblemError(403, 'pages of other sites may not use the routes of the operator');
  });
  await app.register(cors, {
    origin: origins === '*' ? '*' : origins.split(',').map((one) => one.trim()),
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: readable,
    maxAge: rememberedSeconds,
    strictPreflight: false,
  });
}

function isOperators(path: string): boolean {
  return /^\/+admin(\/|$)/.test(path);
}

/** The path as the router reads it. */
function pathOf(url: string): string {
  const path = url.split('?')[0] as string;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
