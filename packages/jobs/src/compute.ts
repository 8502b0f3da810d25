import Type, { type Static } from 'typebox';
import { AnyRequest } from './request.ts';

/**
 * The compute job: one computation of one key, or of several together, whoever asks for it. Cuts
 * the plan into count jobs and adds up.
 */
export const ComputeInput = Type.Object({
  /** Of the result; of several, what identifies all of them together. */
  key: Type.String(),
  request: AnyRequest,
  /**
   * Nobody asked for it: the result goes to the cache, and on the shelf only if somebody waits for
   * it by then.
   */
  background: Type.Optional(Type.Boolean()),
  /**
   * Its members are planned and counted by one raster worker at once; refused where that is too
   * much, or any of them fails.
   */
  sweep: Type.Optional(Type.Boolean()),
  /**
   * It refreshes a stale result: those computed before `queuedAt` (epoch milliseconds) do not
   * count.
   */
  refresh: Type.Optional(Type.Object({ queuedAt: Type.Number(), lease: Type.String() })),
});
export type ComputeInput = Static<typeof ComputeInput>;

/** A request whose result is there, on the shelf, or is being computed. */
export const PlannedMember = Type.Union([
  Type.Object({ key: Type.String(), result: Type.String() }),
  Type.Object({
    /** The key under which the result is written. */
    key: Type.String(),
    /** The entry's epoch when planning began; absent when the cache did not answer. */
    epoch: Type.Optional(Type.String()),
    /**
     * Members of the result document that are known before counting; absent in a sweep, which
     * yields whole documents.
     */
    frame: Type.Optional(Type.Unknown()),
  }),
]);
export type PlannedMember = Static<typeof PlannedMember>;

/** What planning yields: all that adding up needs to know later, and the number of count jobs. */
export const Plan = Type.Object({
  /**
   * Hash of all that could change an answer, and of what each batch counts: count jobs of other
   * plans have other ids.
   */
  fingerprint: Type.String(),
  startedAt: Type.Number(),
  /** Of all members. */
  tiles: Type.Integer(),
  /** Those that are in no batch, as tallies have them. */
  tallied: Type.Integer(),
  /** Number of batches, so of count jobs. */
  batches: Type.Integer(),
  /** One for each request; those of many lie in the computation's job cache, under `kept`. */
  members: Type.Union([Type.Array(PlannedMember), Type.Object({ kept: Type.String() })]),
});
export type Plan = Static<typeof Plan>;

export const ComputeResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('done'),
    cache: Type.Union([Type.Literal('hit'), Type.Literal('miss')]),
    /**
     * Where the result document lies on the shelf, or one with the results of all keys; absent when
     * it was computed in the background.
     */
    result: Type.Optional(Type.String()),
    /** Cells of the result. */
    cells: Type.Optional(Type.Integer()),
  }),
  /** What was asked cannot be computed, by the asker's doing. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
]);
export type ComputeResult = Static<typeof ComputeResult>;
