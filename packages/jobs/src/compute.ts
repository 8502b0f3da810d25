import Type, { type Static } from 'typebox';
import { Request } from './request.ts';

/** The compute job: one computation of one key, whoever asks for it. Cuts the plan into count jobs and adds up. */
export const ComputeInput = Type.Object({
  key: Type.String(),
  request: Request,
  /** Nobody asked for it: the result goes to the cache, and on the shelf only if somebody waits for it by then. */
  background: Type.Optional(Type.Boolean()),
  /** It refreshes a stale result: those computed before `queuedAt` (epoch milliseconds) do not count. */
  refresh: Type.Optional(Type.Object({ queuedAt: Type.Number(), lease: Type.String() })),
});
export type ComputeInput = Static<typeof ComputeInput>;

/** What planning yields: all that adding up needs to know later, and the batches that count jobs take. */
export const Plan = Type.Object({
  /** The key under which the result is written. */
  key: Type.String(),
  /** Hash of all that could change the answer; count jobs refuse to count anything else. */
  fingerprint: Type.String(),
  startedAt: Type.Number(),
  /** The entry's epoch when planning began; absent when the cache did not answer. */
  epoch: Type.Optional(Type.String()),
  /** Tiles in all batches. */
  tiles: Type.Integer(),
  /** Number of batches, so of count jobs. */
  batches: Type.Integer(),
  /** Members of the result document that are known before counting. */
  frame: Type.Unknown(),
});
export type Plan = Static<typeof Plan>;

export const ComputeResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('done'),
    cache: Type.Union([Type.Literal('hit'), Type.Literal('miss')]),
    /** Where the result document lies on the shelf; absent when it was computed in the background. */
    result: Type.Optional(Type.String()),
    /** Cells of the result. */
    cells: Type.Optional(Type.Integer()),
  }),
  /** What was asked cannot be computed, by the asker's doing. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
]);
export type ComputeResult = Static<typeof ComputeResult>;
