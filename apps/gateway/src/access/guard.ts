import { type ApiKeys, isApiKey, type Scope, scopes } from '@catchment/api-keys';
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { ProblemError } from '../problem.ts';
import { sameSecret } from '../secret.ts';
import type { Attempts } from './attempts.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What it takes to be let through; default: reading for GET, executing for all else, where keys
     * are required.
     */
    readonly needs?: 'nothing' | Scope;
  }
}

export interface GuardOptions {
  /** ADMIN_TOKEN: as good as a key that may do everything. Undefined: there is none. */
  readonly token: string | undefined;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly attempts: Pick<Attempts, 'attempt'>;
}

/** Lets through who sends a key, or the operator's token, of a scope. */
export type Guard = (scope: Scope) => onRequestHookHandler;

const how = 'expected Authorization: Bearer, or X-API-Key, and a key';

export function openGuard({ token, keys, attempts }: GuardOptions): Guard {
  return (needed) => async (request, reply) => {
    reply.header('www-authenticate', 'Bearer realm="Catchment"');
    const given = givenBy(request);
    if (given === undefined) throw new ProblemError(401, `there is no key; ${how} that may ${verbs[needed]}`);
    // Its 256 bits nobody guesses: it is let through also while its address is slowed down.
    const key = isApiKey(given) ? await keys.find(given) : undefined;
    const isToken = () => token !== undefined && sameSecret(given, token);
    if (!key) {
      const wrong = `wrong key; ${how} that may ${verbs[needed]}`;
      await attempts.attempt({ request, reply, wrong, isRight: isToken });
    } else if (scopes.indexOf(key.scope) < scopes.indexOf(needed)) {
      throw new ProblemError(403, `the key may ${verbs[key.scope]} only, expected one that may ${verbs[needed]}`);
    }
    reply.removeHeader('www-authenticate');
  };
}

const verbs = { read: 'read', execute: 'execute', admin: 'do everything' } as const;

function givenBy({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** How clients send a key, as the document that describes the API says it. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A key of the API, or the token of the operator' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same in a header of its own' },
} as const;

/**
 * Has each route guarded by what it needs and, unless keys are `required`, only those that need the
 * operator. The admin pages look after themselves. Before any route.
 */
export function guardRoutes(app: FastifyInstance, { guard, required }: { guard: Guard; required: boolean }): void {
  const guards = { read: guard('read'), execute: guard('execute'), admin: guard('admin') };
  const neededFor = (url: string, method: string, { needs }: { readonly needs?: 'nothing' | Scope } = {}) => {
    if (needs === 'nothing' || url.startsWith('/admin/')) return undefined;
    const scope = needs ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'execute');
    return required || scope === 'admin' ? scope : undefined;
  };
  app.addHook('onRoute', (route) => {
    const [method = 'GET'] = [route.method].flat();
    if (!route.schema || neededFor(route.url, method, route.config) === undefined) return;
    route.schema = { ...route.schema, security: [{ bearer: [] }, { apiKey: [] }] };
  });
  app.addHook('onRequest', async function admit(request, reply) {
    const { url = '', config } = request.routeOptions;
    const scope = request.is404 ? undefined : neededFor(url, request.method, config);
    if (scope !== undefined) await guards[scope].call(this, request, reply, () => undefined);
  });
}

/** A sentence for the log where anybody may use the service from beyond this machine. */
export function opennessProblem({ HOST, API_KEYS }: { HOST: string; API_KEYS: string }): string | undefined {
  const isOwn = HOST === 'localhost' || HOST === '::1' || /^127\.\d+\.\d+\.\d+$/.test(HOST);
  if (isOwn || API_KEYS === 'required') return undefined;
  return (
    `THE SERVICE IS OPEN: it listens on ${HOST}, beyond this machine, and asks nobody for a key: whoever reaches it can have ` +
    'anything counted. Make keys (catchment key make) and set API_KEYS=required, or see that only those reach it who may'
  );
}
