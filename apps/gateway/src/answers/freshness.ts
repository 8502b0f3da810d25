import type { EntryHeader } from '@cellshed/cache';
import type { CatalogOperation } from '@cellshed/catalog';

/** The times for which clients and proxies may show a result, in milliseconds. */
type Allowed = Pick<CatalogOperation, 'maxAgeMilliseconds' | 'staleWhileRevalidateMilliseconds'>;

/** The defaults: a raster that is replaced shows within a minute, to all who ask again. */
const [defaultMaxAge, defaultRevalidating] = [60_000, 600_000];

/** Whether a result is past its lifetime: it is shown while it is computed anew. */
export function isStale({ freshUntil }: Pick<EntryHeader, 'freshUntil'>, now: number): boolean {
  return freshUntil !== null && now > freshUntil;
}

/**
 * The directives by which browsers and proxies may show a result: at most until it is stale without
 * asking again, and never past its hard limit. A stale one is asked for again each time, since its
 * successor is under way. `isOpen`: no key is needed to read it, so a proxy may show it to all.
 */
export function cacheControl(
  { freshUntil, hardUntil }: Pick<EntryHeader, 'freshUntil' | 'hardUntil'>,
  { maxAgeMilliseconds = defaultMaxAge, staleWhileRevalidateMilliseconds = defaultRevalidating }: Allowed,
  { now, isOpen }: { readonly now: number; readonly isOpen: boolean },
): string {
  const until = (end: number | null) => Math.max(0, (end ?? Infinity) - now);
  const fresh = Math.min(maxAgeMilliseconds, until(freshUntil), until(hardUntil));
  const revalidating = Math.min(staleWhileRevalidateMilliseconds, until(hardUntil) - fresh);
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);
  return [
    isOpen ? 'public' : 'private',
    `max-age=${seconds(fresh)}`,
    ...(seconds(revalidating) > 0 ? [`stale-while-revalidate=${seconds(revalidating)}`] : []),
  ].join(', ');
}
