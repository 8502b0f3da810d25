import type { OtherHosts } from './other-hosts.ts';

/** The rules for the redirects of one request. */
export interface Way {
  /** The URL of the catalog. */
  readonly start: URL;
  readonly others: Pick<OtherHosts, 'has' | 'agents'> | undefined;
  /** The redirects that may still follow. */
  readonly redirects: number;
}

/** A redirect to a host that the rules do not allow. */
export class RefusedRedirect extends Error {}

/** Returns why a redirect from one URL to another is refused; undefined if it is allowed. */
export function redirectProblem(
  from: URL,
  to: URL,
  { start, others }: { readonly start: URL; readonly others: Pick<OtherHosts, 'has'> | undefined },
): string | undefined {
  const there = `its server sends on to ${to.protocol}//${to.host}`;
  if (from.protocol === 'https:' && to.protocol === 'http:') return `${there}, expected https, as before`;
  if (isAtHome(to, start) || others?.has(to)) return undefined;
  return `${there}, expected ${start.host}, or a host that the raster has under hosts in the catalog`;
}

/**
 * Tells whether a URL has the host of another, or is the same host by https if both use the usual
 * ports.
 */
export function isAtHome(url: URL, start: URL): boolean {
  return url.host === start.host && (url.protocol === start.protocol || (url.protocol === 'https:' && url.port === ''));
}
