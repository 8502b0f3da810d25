import type { Link } from '@catchment/client';
import type { FastifyRequest } from 'fastify';

/** The URL under which a client sees this gateway, without a slash at its end. */
export type BaseUrl = (request: Pick<FastifyRequest, 'protocol' | 'host'>) => string;

/** A name or an address, and a port: whoever sends anything else as its Host gets links without one. */
const hostPattern = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** As the operator says, or else as the client's own request does. */
export function baseUrl(publicUrl: string | undefined): BaseUrl {
  const said = publicUrl?.replace(/\/+$/, '');
  return ({ protocol, host }) => said ?? (hostPattern.test(host) ? `${protocol}://${host}` : '');
}

/** A link to a JSON document. */
export function link(href: string, rel: string, title: string): Link {
  return { href, rel, type: 'application/json', title };
}

/** A relation of the OGC's register. */
export function ogcRel(name: 'conformance' | 'processes' | 'job-list' | 'execute' | 'results' | 'data'): string {
  return `http://www.opengis.net/def/rel/ogc/1.0/${name}`;
}
