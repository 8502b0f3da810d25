import type { EntryHeader } from '@cellshed/cache';

type Times = Pick<EntryHeader, 'computedAt' | 'freshUntil' | 'hardUntil'>;

/**
 * The times of an entry whose computation began at `computedAt`. `Infinity` is never; it is not
 * fresh for longer than it may be served.
 */
export function timesOf(
  computedAt: number,
  { lifetimeMilliseconds, ttlMilliseconds }: { lifetimeMilliseconds: number; ttlMilliseconds: number },
): Times {
  const until = (milliseconds: number) => (milliseconds === Infinity ? null : computedAt + milliseconds);
  return {
    computedAt,
    freshUntil: until(Math.min(lifetimeMilliseconds, ttlMilliseconds)),
    hardUntil: until(ttlMilliseconds),
  };
}

/** Up to and including `freshUntil`. */
export function isFresh({ freshUntil }: Pick<EntryHeader, 'freshUntil'>, now: number): boolean {
  return freshUntil === null || now <= freshUntil;
}

/** Up to and including `hardUntil`. */
export function isServable({ hardUntil }: Pick<EntryHeader, 'hardUntil'>, now: number): boolean {
  return hardUntil === null || now <= hardUntil;
}

/**
 * The same entry, stale from its very beginning: so an invalidated one is told from one that grew
 * old.
 */
export function invalidated<Header extends Times>(header: Header): Header {
  return { ...header, freshUntil: header.computedAt - 1 };
}

/** Whether the entry speaks for a moment not before `time`, and was not invalidated since. */
export function isComputedSince({ computedAt, freshUntil }: Times, time: number): boolean {
  return computedAt >= time && isFresh({ freshUntil }, computedAt);
}

/**
 * The probability with which a read of a fresh entry refreshes it: exp(−τ/(βδ)), where τ is the
 * time that it is still fresh and δ the cost of its computation. From A. Vattani, F. Chierichetti,
 * K. Lowenstein: Optimal Probabilistic Cache Stampede Prevention (2015), which refreshes when τ ≤
 * −βδ·ln(random).
 */
export function earlyRefreshProbability(
  { freshUntil, costMs }: Pick<EntryHeader, 'freshUntil' | 'costMs'>,
  { now, beta }: { now: number; beta: number },
): number {
  if (freshUntil === null || beta * costMs === 0) return 0;
  return Math.exp(-(freshUntil - now) / (beta * costMs));
}
