import { createHash } from 'node:crypto';
import type { ComputeInput } from './compute.ts';
import { type ManyRequest, manyOfAll, type Request } from './request.ts';

/** A request, and the key under which its result is looked for. */
export interface Keyed {
  readonly key: string;
  readonly request: Request;
}

/**
 * The computation of several together: the same, with its members in the same order, whoever asks
 * for them in whatever order. By that order answers are known, as the keys may be others by the
 * time they are computed: a raster may be replaced in between.
 */
export function computationOfMany(
  operation: string,
  asked: readonly Keyed[],
): { readonly key: string; readonly request: ManyRequest } {
  const sorted = inOrder(asked);
  const hash = createHash('sha256').update(sorted.map(({ key }) => key).join('\n'));
  return {
    key: `many:${hash.digest('hex')}`,
    request: manyOfAll(
      operation,
      sorted.map(({ request }) => request),
    ),
  };
}

/**
 * The computation of neighbours that nobody waits for, by one raster worker: another than that of a
 * request for the same.
 */
export function sweepOf(asked: readonly Keyed[]): ComputeInput {
  const { key, request } = computationOfMany('warm', asked);
  return { key: `sweep:${key}`, request, sweep: true };
}

/** In the order in which the computation of these answers. */
export function inOrder<Item extends { readonly key: string }>(asked: readonly Item[]): Item[] {
  return asked.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
