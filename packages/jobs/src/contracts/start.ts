import { AnyRequest } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';
import { Packed } from './packed.ts';

/**
 * The start job: identifies the request, looks in the cache and signals what it found. On a miss it
 * begins the computation, or waits for the one that is under way.
 */
export const StartInput = Type.Object({
  ...CausedBy.properties,
  /** The id of the request, which is the id of its finish job. */
  id: Type.String(),
  request: AnyRequest,
  /** The client that asked, by a name that tells nobody else who that is; absent: the operator. */
  client: Type.Optional(Type.String()),
  /** When work on the request began, if this is not its first round; epoch milliseconds. */
  startedAt: Type.Optional(Type.Number()),
});
export type StartInput = Static<typeof StartInput>;

/** The identity of a cached value; the value itself never travels in a job. */
const Ticket = Type.Object({ key: Type.String(), etag: Type.String() });

/** The finding of start for one member of a request: a cached value, or the computation of it. */
export const Found = Type.Object({
  key: Type.String(),
  fingerprint: Type.String(),
  ticket: Type.Optional(Ticket),
  computation: Type.Optional(Type.String()),
});
export type Found = Static<typeof Found>;

export const StartResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('found'),
    /** When work on the request began, in epoch milliseconds. */
    startedAt: Type.Number(),
    /** One for each member of the request, in its order. */
    members: Type.Union([Type.Array(Found), Packed]),
  }),
  /** The request cannot be answered: one sentence that names the member. */
  Type.Object({
    outcome: Type.Literal('refused'),
    problem: Type.String(),
    /** When the same may be asked again, in epoch milliseconds; absent: it is refused for good. */
    retryAt: Type.Optional(Type.Number()),
  }),
  Type.Object({ outcome: Type.Literal('dismissed') }),
  /** The drawing was lost with data of the queue. */
  Type.Object({ outcome: Type.Literal('gone') }),
]);
export type StartResult = Static<typeof StartResult>;

export const start = {
  queue: 'start',
  role: 'start',
  data: StartInput,
  result: StartResult,
  options: {},
} as const satisfies JobContract;
