import type { Link } from '@cellshed/client';
import type { FastifyRequest } from 'fastify';

/**
 * The URL under which a client sees this gateway, without a slash at its end; '': links begin with
 * their path.
 */
export type BaseUrl = (request: Addressed) => string;

/** The host that a request names, and the address at which it came in. */
export interface Addressed extends Pick<FastifyRequest, 'protocol' | 'host'> {
  readonly socket: { readonly localAddress?: string | undefined; readonly localPort?: number | undefined };
}

export interface BaseUrlOptions {
  /** The URL at which clients reach the gateway: if it is set, nothing else counts. */
  readonly publicUrl?: string | undefined;
  /**
   * The hosts that requests may name, separated by commas: `host` with any port, or `host:port`.
   */
  readonly allowedHosts?: string | undefined;
  /** Called with the first host that is not allowed. */
  readonly onUnknown?: (host: string) => void;
}

/**
 * Takes the base URL from the operator's setting. Without one it takes the Host of the request, if
 * that is allowed or is the address at which the connection came in: anybody may send any Host, and
 * an answer may be kept for others.
 */
export function baseUrl({ publicUrl, allowedHosts = '', onUnknown }: BaseUrlOptions): BaseUrl {
  const said = publicUrl?.replace(/\/+$/, '');
  const allowed = new Set(allowedHosts.split(',').map((host) => host.trim().toLowerCase()));
  let hasWarned = false;
  return (request) => {
    if (said !== undefined) return said;
    const { protocol, host } = request;
    const [, name = '', port] = hostPattern.exec(host.toLowerCase()) ?? [];
    const isKnown = name !== '' && (allowed.has(name) || allowed.has(`${name}:${port}`) || isOwn(name, port, request));
    if (isKnown) return `${protocol}://${host}`;
    if (name !== '' && !hasWarned) onUnknown?.(host);
    hasWarned ||= name !== '';
    return '';
  };
}

/** The pattern of a name or an address, and a port. */
const hostPattern = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/;

function isOwn(name: string, port: string | undefined, { protocol, socket }: Addressed): boolean {
  const { localAddress = '', localPort } = socket;
  if (Number(port ?? (protocol === 'https' ? 443 : 80)) !== localPort) return false;
  const own = localAddress.replace(/^::ffff:/i, '').toLowerCase();
  return name.replace(/^\[|\]$/g, '') === own || (name === 'localhost' && (own === '::1' || own.startsWith('127.')));
}

/** A link to a JSON document. */
export function link(href: string, rel: string, title: string): Link {
  return { href, rel, type: 'application/json', title };
}

/** A URL without a query, with this one. */
export function withQuery(url: string, query: Readonly<Record<string, string>> = {}): string {
  const text = String(new URLSearchParams(query));
  return text === '' ? url : `${url}?${text}`;
}

/** A relation in the register of the OGC. */
export function ogcRel(name: 'conformance' | 'processes' | 'job-list' | 'execute' | 'results' | 'data'): string {
  return `http://www.opengis.net/def/rel/ogc/1.0/${name}`;
}
