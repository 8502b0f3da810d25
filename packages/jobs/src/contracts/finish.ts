import { CacheOutcome, ManyRequest, Request } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { AnswerForm } from './answer-form.ts';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';
import { Tiles } from './outcome.ts';

const ofFinish = {
  ...CausedBy.properties,
  /** The form of the answer that the client wants; no result depends on it. */
  answer: Type.Optional(AnswerForm),
  /** The client that asked, by a name that tells nobody else who that is; absent: the operator. */
  client: Type.Optional(Type.String()),
  /** The name under which it is counted while it waits; absent: it is not counted. */
  waitsAs: Type.Optional(Type.String()),
};

/**
 * The finish job, the one that a client polls: reads the cached value on a hit, else the result of
 * the computation that start has waited for.
 */
export const FinishInput = Type.Union([
  Type.Object({ ...Request.properties, ...ofFinish }),
  Type.Object({ ...ManyRequest.properties, ...ofFinish }),
]);
export type FinishInput = Static<typeof FinishInput>;

/**
 * Refused, dismissed, gone, or done: `stale` is a cached value past its lifetime, which is being
 * computed anew.
 */
export const FinishResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('done'),
    cache: CacheOutcome,
    /** The hash of the result document on the shelf. */
    result: Type.String(),
    /** When work on the request began, in epoch milliseconds. */
    startedAt: Type.Optional(Type.Number()),
    /** The tiles that were planned for it, and those of them that came from tallies. */
    tiles: Type.Optional(Tiles),
  }),
  Type.Object({
    outcome: Type.Literal('refused'),
    problem: Type.String(),
    /** When the same may be asked again, in epoch milliseconds; absent: it is refused for good. */
    retryAt: Type.Optional(Type.Number()),
  }),
  Type.Object({ outcome: Type.Literal('dismissed') }),
  /** The drawing was lost with data of the queue: clients are told that there is no such job. */
  Type.Object({ outcome: Type.Literal('gone') }),
]);
export type FinishResult = Static<typeof FinishResult>;

export const finish = {
  queue: 'finish',
  role: 'finish',
  data: FinishInput,
  result: FinishResult,
  options: {},
} as const satisfies JobContract;
