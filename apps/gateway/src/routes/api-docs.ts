import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';
import { protectPages } from '../access/headers.ts';

/** The description of the API as pages, on which each request can be tried. */
export const apiDocsRoutes: FastifyPluginAsync = async (app) => {
  // Everybody may read what the API is, and how to send a key.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, needs: 'nothing' };
  });
  app.addHook('onRequest', protectPages);
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    // There is one description, and nothing else to explore.
    theme: { title: 'The API of Catchment', css: [{ filename: 'own.css', content: '.topbar { display: none }' }] },
    uiConfig: { deepLinking: true, docExpansion: 'list', tryItOutEnabled: true, validatorUrl: null },
  });
};
