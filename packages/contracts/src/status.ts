import Type, { type Static } from 'typebox';

/** The states of a request, as OGC API – Processes names those of a job. */
export const RequestState = Type.Enum(['accepted', 'running', 'successful', 'failed', 'dismissed']);
export type RequestState = Static<typeof RequestState>;

/**
 * The part that the cache had in a result: it had the result, or not, or had one past its lifetime,
 * which is computed anew.
 */
export const CacheOutcome = Type.Union([Type.Literal('hit'), Type.Literal('miss'), Type.Literal('stale')]);
export type CacheOutcome = Static<typeof CacheOutcome>;
