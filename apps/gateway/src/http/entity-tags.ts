import type { FastifyRequest } from 'fastify';
import Type from 'typebox';

/** The response to a client that has the answer already. */
export const unchanged = Type.Null({ description: 'The answer that the client has (`If-None-Match`) is still right' });

/**
 * Whether a client has the answer with this tag: `If-None-Match` names it. Tags are compared weakly
 * (RFC 9110, 13.1.2), since a proxy that packs an answer weakens its tag.
 */
export function isUnchanged({ headers }: Pick<FastifyRequest, 'headers'>, etag: string): boolean {
  const { 'if-none-match': had = '' } = headers;
  if (had.trim() === '*') return true;
  const tags: readonly string[] = had.match(/"[^"]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ''));
}
