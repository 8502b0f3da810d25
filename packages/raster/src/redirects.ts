import type { OtherHosts } from './other-hosts.ts';

/** From where redirects are followed, and where to. */
export interface Way {
  /** The URL of the catalog. */
  readonly start: URL;
  readonly others: Pick<OtherHosts, 'has' | 'agents'> | undefined;
  /** How often one may still be sent on. */
  readonly redirects: number;
}

/** A server sends on to where nobody is to follow. */
export class RefusedRedirect extends Error {}

/** Why nobody is to follow from one URL to another; undefined: it may be done. */
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
 * Whether a URL is on the host of another, or on the same by https where both have the usual ports.
 */
export function isAtHome(url: URL, start: URL): boolean {
  return url.host === start.host && (url.protocol === start.protocol || (url.protocol === 'https:' && url.port === ''));
}
