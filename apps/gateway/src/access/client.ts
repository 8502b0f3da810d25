import { createHmac } from 'node:crypto';
import type { ApiKey } from '@cellshed/api-keys';
import type { FastifyRequest } from 'fastify';
import { networkOf } from './network-of.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key, or the operator's token, that a guard has admitted; undefined: neither was sent. */
    admitted?: ApiKey | 'operator' | undefined;
  }
}

/**
 * The name under which the allowance of a client is kept: its key, else its address. Undefined: a
 * client that may do everything, for which there is no allowance.
 */
export type ClientOf = (request: Pick<FastifyRequest, 'admitted' | 'ip'>) => string | undefined;

/** The networks whose names are remembered, because a hash costs more than a look at a map. */
const mostRemembered = 1000;

/** Makes names from which nobody can tell an address without the secret. */
export function openClients(secret: string): ClientOf {
  const names = new Map<string, string>();
  const nameOf = (network: string) => {
    const known = names.get(network);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', secret).update(network).digest('hex');
    const name = `address-${hash.slice(0, 32)}`;
    if (names.size >= mostRemembered) names.clear();
    names.set(network, name);
    return name;
  };
  return ({ admitted, ip }) => {
    if (admitted === undefined) return nameOf(networkOf(ip));
    return admitted === 'operator' || admitted.scope === 'admin' ? undefined : `key-${admitted.id}`;
  };
}
