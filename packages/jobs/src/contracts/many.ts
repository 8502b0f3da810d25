import { createHash } from 'node:crypto';
import type { Request } from '@cellshed/contracts';
import type { Computable, Wanted } from '../books/computations.ts';
import { manyOfAll } from './request.ts';

/** A request, and the identity of its result. */
export interface Keyed {
  readonly key: string;
  readonly fingerprint: string;
  readonly request: Request;
}

/** The computation of one, or of several together. */
export function computableOf(asked: readonly Keyed[]): Computable {
  const members = asked.map(({ key, fingerprint }) => ({ key, fingerprint }));
  const requests = asked.map(({ request }) => request);
  const [only] = requests;
  return { members, request: only && requests.length === 1 ? only : manyOfAll('many', requests) };
}

/**
 * The computation of neighbours that nobody waits for, by one thread: another than that of a
 * request for the same, as it holds a key of its own, which is the same in whatever order they are
 * given.
 */
export function sweepOf(asked: readonly Keyed[]): Wanted {
  const sorted = inOrder(asked);
  const hash = createHash('sha256').update(sorted.map(({ key }) => key).join('\n'));
  const { members, request } = computableOf(sorted);
  return { members, request, holds: `sweep:${hash.digest('hex')}`, for: { background: { isSwept: true } } };
}

/** In the order of their keys. */
export function inOrder<Item extends { readonly key: string }>(asked: readonly Item[]): Item[] {
  return asked.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
