import type { Request } from '@cellshed/contracts';
import type { BackgroundWork } from '../books/background.ts';
import type { Computable } from '../books/computations.ts';
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

/** The background work on one result. */
export function aloneOf(asked: Keyed): BackgroundWork {
  return { keys: [asked.key], isSwept: false, part: () => computableOf([asked]) };
}

/**
 * The background work of one thread on neighbours. It is another than that of a request for one of
 * them, which would wait for all: each has another name than its key. Two sweeps of the same areas
 * compute each of them once.
 */
export function sweepOf(asked: readonly Keyed[]): BackgroundWork {
  return {
    keys: asked.map(({ key }) => `sweep ${key}`),
    isSwept: true,
    part: (places) => computableOf(inOrder(places.map((i) => asked[i] as Keyed))),
  };
}

/** In the order of their keys. */
export function inOrder<Item extends { readonly key: string }>(asked: readonly Item[]): Item[] {
  return asked.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
