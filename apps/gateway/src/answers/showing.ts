import type { EntryHeader } from '@catchment/cache';
import type { CatalogOperation } from '@catchment/catalog';
import type { CacheOutcome } from '@catchment/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inEncoding, type Packed, varyOn } from '../http/encodings.ts';
import { isUnchanged } from '../http/entity-tags.ts';
import { entityTag, type Form, formHeaders } from './form.ts';
import { cacheControl, isStale } from './freshness.ts';

/** A result that is going to be shown. */
export interface Shown {
  readonly operation: CatalogOperation;
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
const keyHeaders = ['authorization', 'x-api-key'] as const;

/** Sets all headers of an answer. False: the client has it already, and is to be told so. */
export function describeAnswer(
  request: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
  { operation, form, etag, times, cache }: Shown,
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
  reply.code(200).type(form.format.mediaType);
  if (form.encoding) reply.header('content-encoding', form.encoding);
  return true;
}

/** Sends a result in a form whose headers are set. */
export function sendAnswer(reply: FastifyReply, { encoding }: Form, stored: Packed) {
  return reply.send(inEncoding(stored, encoding));
}
