import type { Link } from '@catchment/client';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { link } from './links.ts';

/** Which page of a list a client wants. */
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

/** Takes lists of a query that are written with commas apart, before it is validated. */
export function splitLists(names: readonly string[]) {
  return async (request: FastifyRequest): Promise<void> => {
    const query = request.query as Record<string, unknown>;
    for (const name of names) {
      if (query[name] !== undefined) query[name] = [query[name]].flat().flatMap((text) => String(text).split(','));
    }
  };
}

interface Page {
  /** Of the list, without a query. */
  readonly url: string;
  readonly query: { readonly limit: number; readonly offset: number } & Readonly<Record<string, unknown>>;
  /** Where the next page begins; undefined: this is the last one. */
  readonly next: number | undefined;
}

/**
 * Links to a page of a list, the one after and the one before; what else was asked stays as it was.
 */
export function pageLinks({ url, query, next }: Page): Link[] {
  const { limit, offset } = query;
  const at = (begin: number) => {
    const members = Object.entries({ ...query, offset: begin }).filter(([, value]) => value !== undefined);
    return `${url}?${new URLSearchParams(members.map(([name, value]): [string, string] => [name, String(value)]))}`;
  };
  return [
    link(at(offset), 'self', 'This page'),
    ...(next === undefined ? [] : [link(at(next), 'next', 'The next page')]),
    ...(offset > 0 ? [link(at(Math.max(0, offset - limit)), 'prev', 'The page before')] : []),
  ];
}
