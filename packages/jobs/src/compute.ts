import Type, { type Static } from 'typebox';
import { Request } from './request.ts';

/** The compute job: one computation of one key, whoever asks for it. Cuts the plan into count jobs and adds up. */
export const ComputeInput = Type.Object({ key: Type.String(), request: Request });
export type ComputeInput = Static<typeof ComputeInput>;

/** What planning yields: all that adding up needs to know later, and the batches that count jobs take. */
export const Plan = Type.Object({
  /** The key under which the result is written. */
  key: Type.String(),
  /** Hash of all that could change the answer; count jobs refuse to count anything else. */
  fingerprint: Type.String(),
  startedAt: Type.Number(),
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
    /** Where the result document lies on the shelf. */
    result: Type.String(),
  }),
  /** What was asked cannot be computed, by the asker's doing. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
]);
export type ComputeResult = Static<typeof ComputeResult>;
