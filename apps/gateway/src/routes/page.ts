import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { protectMapPage } from '../access/headers.ts';

/**
 * The page's files are in this folder: `index.html`, `assets/` with a hash in each name, and
 * `docs/`.
 */
export interface PageOptions {
  readonly folder: string;
  /** The URL of a map of another server, which the page may ask; undefined: it may ask no other. */
  readonly baseMap: string | undefined;
}

/** Whether a folder has the page. */
export function hasPage(folder: string): boolean {
  return existsSync(join(folder, 'index.html'));
}

/**
 * The page with the map. Its files may be kept for ever, since a changed one has another name; the
 * page itself is asked for each time. All may read it: what it shows comes from the API.
 */
export const pageRoutes: FastifyPluginAsync<PageOptions> = async (app, { folder, baseMap }) => {
  app.addHook('onRequest', protectMapPage(baseMap));
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, needs: 'nothing' };
    route.schema = { ...route.schema, hide: true };
  });
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    ...{ preCompressed: true, index: false, immutable: true, maxAge: '365d' },
  });
  await app.register(fastifyStatic, {
    ...{ root: join(folder, 'docs'), prefix: '/docs/', decorateReply: false, index: false },
  });
  app.get('/docs', (_request, reply) => reply.redirect('/docs/index.html', 303));
  app.get('/', (_request, reply) => reply.sendFile('index.html', folder, { immutable: false, maxAge: 0 }));
};
