import type { FastifyRequest } from 'fastify';

/** Words by which crawlers and makers of previews name themselves. A Cubot is a phone. */
const crawlers = /(?<!\bcu)bot\b|crawl|spider|slurp|externalhit|preview|unfurl/i;

/**
 * Whether nobody may be waiting for the answer to a request: nothing is computed for it. That is a
 * HEAD, a browser that fetches a page before anybody has asked for it, and a crawler that says so.
 */
export function isMerelyLooking({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  if (method === 'HEAD') return true;
  const { 'sec-purpose': secPurpose, purpose, 'x-moz': moz, 'x-purpose': old, 'user-agent': agent = '' } = headers;
  const purposes = [secPurpose, purpose, moz, old].flat().map((one) => (one ?? '').trim().toLowerCase());
  return purposes.some((one) => /^(prefetch|prerender|preview)\b/.test(one)) || crawlers.test(agent);
}

/** The rules for crawlers that ask for them: there are no pages here. */
export const robotsText = 'User-agent: *\nDisallow: /\n';
