import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asProblem, sendProblem } from '../problems/problem.ts';

/**
 * Answers requests that no route takes: 405 with the allowed methods if the path is known, else
 * 404. Call this before routes are added.
 */
export function refuseMethods(app: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly methods: readonly string[]; readonly send: typeof sendProblem }[] =
    [];
  app.addHook('onRoute', ({ url, method, config }) => {
    // Browsers ask this of every path, before they ask what a page wants.
    if (url === '*') return;
    routes.push({ path: pathPattern(url), methods: [method].flat(), send: config?.sendProblem ?? sendProblem });
  });
  // The framework's handler for unknown paths would read the body first.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) refuse(request, reply);
    else done();
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] as string;
    const there = routes.filter((route) => route.path.test(path));
    const asked = request.method;
    const [first] = there;
    // A route of many files takes the method, and has no such file.
    const isTaken = there.some(({ methods }) => methods.includes(asked));
    if (!first || isTaken) return sendProblem(reply, asProblem(404, `there is nothing at ${asked} ${path}`));
    const allowed = [...new Set(there.flatMap(({ methods }) => methods))].sort().join(', ');
    return first.send(
      reply.header('allow', allowed),
      asProblem(405, `${path} does not take ${asked}, expected ${allowed}`),
    );
  };
}

/**
 * Makes the pattern of a route's URL: `:name` stands for one step of a path, `*` for the rest of
 * it; a slash at the end means nothing.
 */
function pathPattern(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}/?$`);
}
