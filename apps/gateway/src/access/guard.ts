import { type ApiKeys, isApiKey, type Scope, sameSecret, scopes } from '@cellshed/api-keys';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { ProblemError } from '../problems/problem.ts';
import type { Attempts } from './attempts.ts';
import './client.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The scope that a client needs; default, where keys are required: reading for GET, executing
     * for all other methods.
     */
    readonly needs?: 'nothing' | Scope;
  }
}

export interface GuardOptions {
  /** ADMIN_TOKEN: it is worth a key that may do everything. Undefined: there is none. */
  readonly token: string | undefined;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly attempts: Pick<Attempts, 'attempt'>;
}

/** Admits requests with a key of a scope, or with the operator's token. */
export type Guard = (scope: Scope) => onRequestAsyncHookHandler;

const how = 'expected Authorization: Bearer, or X-API-Key, and a key';

export function openGuard({ token, keys, attempts }: GuardOptions): Guard {
  return (needed) => async (request, reply) => {
    reply.header('www-authenticate', 'Bearer realm="Catchment"');
    const given = givenBy(request);
    if (given === undefined) throw new ProblemError(401, `there is no key; ${how} that may ${verbs[needed]}`);
    // Nobody guesses its 256 bits: a right key is admitted also while its address is slowed down.
    const key = isApiKey(given) ? await keys.find(given) : undefined;
    const isToken = () => token !== undefined && sameSecret(given, token);
    if (!key) {
      const wrong = `wrong key; ${how} that may ${verbs[needed]}`;
      await attempts.attempt({ request, reply, wrong, isRight: isToken });
    } else if (scopes.indexOf(key.scope) < scopes.indexOf(needed)) {
      throw new ProblemError(403, `the key may ${verbs[key.scope]} only, expected one that may ${verbs[needed]}`);
    }
    request.admitted = key ?? 'operator';
    reply.removeHeader('www-authenticate');
  };
}

const verbs = { read: 'read', execute: 'execute', admin: 'do everything' } as const;

/** The key or token that a request brings. */
export function givenBy({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** The ways to send a key, in the words of the API's description. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A key of the API, or the token of the operator' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same in a header of its own' },
} as const;

/**
 * Guards each route by the scope that it needs. Unless keys are `required`, only the operator's
 * routes are guarded. The admin pages guard themselves. Call this before routes are added.
 */
export function guardRoutes(app: FastifyInstance, { guard, required }: { guard: Guard; required: boolean }): void {
  const guards = { read: guard('read'), execute: guard('execute'), admin: guard('admin') };
  const neededFor = (url: string, method: string, { needs }: { readonly needs?: 'nothing' | Scope } = {}) => {
    if (needs === 'nothing' || url.startsWith('/admin/')) return undefined;
    const scope = needs ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'execute');
    return required || scope === 'admin' ? scope : undefined;
  };
  app.decorateRequest('admitted', undefined);
  app.addHook('onRoute', (route) => {
    const [method = 'GET'] = [route.method].flat();
    if (!route.schema || neededFor(route.url, method, route.config) === undefined) return;
    route.schema = { ...route.schema, security: [{ bearer: [] }, { apiKey: [] }] };
  });
  app.addHook('onRequest', function admit(request, reply, done) {
    const { url = '', config } = request.routeOptions;
    const scope = request.is404 ? undefined : neededFor(url, request.method, config);
    if (scope === undefined) done();
    else guards[scope].call(this, request, reply).then(() => done(), done);
  });
}

/** A sentence for the log when anybody may use the service from beyond this machine. */
export function opennessProblem({ HOST, API_KEYS }: { HOST: string; API_KEYS: string }): string | undefined {
  const isOwn = HOST === 'localhost' || HOST === '::1' || /^127\.\d+\.\d+\.\d+$/.test(HOST);
  if (isOwn || API_KEYS === 'required') return undefined;
  return (
    `THE SERVICE IS OPEN: it listens on ${HOST}, beyond this machine, and asks nobody for a key: whoever reaches it can have ` +
    'anything counted. Make keys (catchment key make) and set API_KEYS=required, or see that only those reach it who may'
  );
}
