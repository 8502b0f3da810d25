import type { onRequestHookHandler } from 'fastify';
import { ProblemError } from '../problems/problem.ts';

const reading = ['GET', 'HEAD'];

/**
 * Refuses requests that pages of other sites make a browser send: the browser adds the password
 * that somebody has typed before. Browsers name the origin of a request; a client that names none
 * is no browser.
 */
export function refuseOtherSites(publicUrl: string | undefined): onRequestHookHandler {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  return async ({ method, headers, host }) => {
    if (reading.includes(method)) return;
    const { origin, 'sec-fetch-site': site } = headers;
    // No page can make a browser name a wrong origin, but a proxy may have changed the Host.
    const isSame =
      site === undefined
        ? origin === undefined || origin === publicOrigin || hostOf(origin) === host
        : site === 'same-origin' || site === 'none';
    if (isSame) return;
    throw new ProblemError(403, `this comes from another site, expected the gateway's own pages`);
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
