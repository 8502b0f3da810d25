import type { FastifyInstance } from 'fastify';
import { asProblem, sendProblem } from './problem.ts';

/** Answers what no route takes: 405 with the methods that there are, where the path is known, else 404. Before any route. */
export function refuseMethods(app: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ path: pathPattern(url), methods: [method].flat() });
  });
  // Not as the handler of what is not found: before that, a body would be read.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] as string;
    const allowed = routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods);
    const asked = request.method;
    if (allowed.length === 0) return sendProblem(reply, asProblem(404, `there is nothing at ${asked} ${path}`));
    const there = [...new Set(allowed)].sort().join(', ');
    return sendProblem(
      reply.header('allow', there),
      asProblem(405, `${path} does not take ${asked}, expected ${there}`),
    );
  });
}

/** `:name` stands for one step of a path, `*` for the rest of it. */
function pathPattern(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`);
}
