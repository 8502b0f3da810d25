import type { EntryHeader } from '@cellshed/cache';
import type { CatalogOperation } from '@cellshed/catalog';
import type { CacheOutcome } from '@cellshed/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { varyOn } from '../http/encodings.ts';
import { isUnchanged } from '../http/entity-tags.ts';
import { entityTag, type Form, formHeaders } from './form.ts';
import { cacheControl, isStale } from './freshness.ts';
import { describeForm } from './sending.ts';

/** A result that is going to be shown. */
export interface Shown {
  readonly operation: CatalogOperation;
  /** The name of a table as a file, without its ending. */
  readonly file: string;
  readonly form: Form;
  /** The etag of its entry. */
  readonly etag: string;
  /** The times of its entry; undefined: they are not known, and it is asked for again each time. */
  readonly times: Pick<EntryHeader, 'freshUntil' | 'hardUntil'> | undefined;
  /** The part that the cache had; absent: it had the result. */
  readonly cache?: CacheOutcome | undefined;
}

interface ShowingOptions {
  /** Whether clients need keys: then no proxy may show an answer to others. */
  readonly needsKeys: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The headers by which a client sends its key. */
export const keyHeaders = ['authorization', 'x-api-key'] as const;

/** Sets all headers of an answer. False: the client has it already, and is to be told so. */
export function describeAnswer(
  request: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  { operation, file, form, etag, times, cache }: Shown,
  { needsKeys, now }: ShowingOptions,
): boolean {
  const tag = entityTag(etag, form);
  const directives = times
    ? cacheControl(times, operation, { now, isOpen: !needsKeys })
    : `${needsKeys ? 'private' : 'public'}, no-cache`;
  const outcome = cache ?? (times && isStale(times, now) ? 'stale' : 'hit');
  reply.headers({ etag: tag, 'cache-control': directives, 'catchment-cache': outcome });
  varyOn(reply, ...formHeaders, ...(needsKeys ? keyHeaders : []));
  if (isUnchanged(request, tag)) {
    reply.code(304);
    return false;
  }
  describeForm(reply, form, file);
  return true;
}
