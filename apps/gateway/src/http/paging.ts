import type { Link } from '@cellshed/client';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { link, withQuery } from './links.ts';

/** The members of a query that choose a page of a list. */
export function pageQuery(defaultLimit: number) {
  return {
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: defaultLimit, description: 'Most items of the page' }),
    offset: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Where the page begins',
    }),
  };
}

/** Splits lists of a query at their commas, before the query is validated. */
export function splitLists(names: readonly string[]) {
  return async (request: FastifyRequest): Promise<void> => {
    const query = request.query as Record<string, unknown>;
    for (const name of names) {
      if (query[name] !== undefined) query[name] = [query[name]].flat().flatMap((text) => String(text).split(','));
    }
  };
}

interface Page {
  /** The URL of the list, without a query. */
  readonly url: string;
  readonly query: { readonly limit: number; readonly offset: number } & Readonly<Record<string, unknown>>;
  /** The offset of the next page; undefined: this is the last one. */
  readonly next: number | undefined;
}

/**
 * Links to a page of a list, to the next one and to the one before; the rest of the query stays as
 * it was.
 */
export function pageLinks({ url, query, next }: Page): Link[] {
  const { limit, offset } = query;
  const at = (begin: number) => {
    const members = Object.entries({ ...query, offset: begin }).filter(([, value]) => value !== undefined);
    return withQuery(url, Object.fromEntries(members.map(([name, value]) => [name, String(value)])));
  };
  return [
    link(at(offset), 'self', 'This page'),
    ...(next === undefined ? [] : [link(at(next), 'next', 'The next page')]),
    ...(offset > 0 ? [link(at(Math.max(0, offset - limit)), 'prev', 'The page before')] : []),
  ];
}
