import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from './dependencies.ts';
import { addRoutes } from './routes/routes.ts';
import { openServer } from './server.ts';

/** Builds the HTTP application, which does not listen yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const server = await openServer(dependencies);
  await using opened = new AsyncDisposableStack();
  const app = opened.use(server.app);
  await addRoutes(server, dependencies);
  opened.move();
  return app;
}
