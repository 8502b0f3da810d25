import Type, { type Static } from 'typebox';
import { AnswerForm } from './answer-form.ts';
import { ManyRequest, Request } from './request.ts';

const ofFinish = {
  /** How the client wants its answer; no processor looks at it. */
  answer: Type.Optional(AnswerForm),
  /** Set when the request has joined a computation: the id of its compute job. */
  computation: Type.Optional(Type.String()),
};

/**
 * The finish job, the one that a client polls: reads the cached value on a hit, else waits for the
 * computation.
 */
export const FinishInput = Type.Union([
  Type.Object({ ...Request.properties, ...ofFinish }),
  Type.Object({ ...ManyRequest.properties, ...ofFinish }),
]);
export type FinishInput = Static<typeof FinishInput>;

/**
 * Refused, dismissed, or done: `stale` is a cached value past its lifetime, which is being computed
 * anew.
 */
export const FinishResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('done'),
    cache: Type.Union([Type.Literal('hit'), Type.Literal('miss'), Type.Literal('stale')]),
    /** Where the result document lies on the shelf. */
    result: Type.String(),
  }),
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
  Type.Object({ outcome: Type.Literal('dismissed') }),
]);
export type FinishResult = Static<typeof FinishResult>;
