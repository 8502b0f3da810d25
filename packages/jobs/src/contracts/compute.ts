import { AnyRequest, Request } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';
import { Outcome } from './outcome.ts';
import { Packed } from './packed.ts';

/** The key of a result, and the fingerprint of the content that it is counted from. */
export const Identified = Type.Object({ key: Type.String(), fingerprint: Type.String() });
export type Identified = Static<typeof Identified>;

/**
 * The compute job: one computation of one key, or of several together, whoever asks for it. A small
 * area is counted at once; a large one is cut into count jobs, whose parts are added up.
 */
export const ComputeInput = Type.Object({
  // A request that joins later leaves it as it is.
  ...CausedBy.properties,
  request: AnyRequest,
  /** One for each member of the request, in its order. */
  members: Type.Union([Type.Array(Identified), Packed]),
  /** The reason to compute: requests that wait, an operator's wish, or a stale result. */
  for: Type.Union([
    Type.Object({
      requests: Type.Object({
        /** The client that is charged for what is counted; absent: nobody is. */
        client: Type.Optional(Type.String()),
      }),
    }),
    Type.Object({
      background: Type.Object({
        /** One thread plans and counts all members, and refuses what is too much. */
        isSwept: Type.Boolean(),
      }),
    }),
    Type.Object({
      /** Results that were computed before `queuedAt` (epoch milliseconds) are stale. */
      refresh: Type.Object({ queuedAt: Type.Number(), lease: Type.String() }),
    }),
  ]),
});
export type ComputeInput = Static<typeof ComputeInput>;

/** The reason for a computation that no request waits for. */
export type BackgroundReason = Exclude<ComputeInput['for'], { requests: unknown }>;

/** Whether nobody asked: the result is cached, and shelved only if somebody waits by then. */
export function isForNobody({ for: reason }: Pick<ComputeInput, 'for'>): boolean {
  return !('requests' in reason);
}

/** A result that is there, on the shelf, or is being computed. Units come after the members. */
export const PlannedMember = Type.Union([
  Type.Object({ key: Type.String(), result: Type.String() }),
  Type.Object({
    /** The key under which the result is written. */
    key: Type.String(),
    /** The entry's epoch when planning began; absent when the cache did not answer. */
    epoch: Type.Optional(Type.String()),
    /** Members of the result document that are known before counting. */
    frame: Type.Unknown(),
    /** The request, of a unit that is counted for a total. */
    request: Type.Optional(Request),
  }),
  Type.Object({
    key: Type.String(),
    epoch: Type.Optional(Type.String()),
    /** A total: sums of units that are there, and the places of those that are being counted. */
    total: Type.Object({
      sums: Type.Array(Type.Unknown()),
      /** When the oldest unit that is there was computed, in epoch milliseconds. */
      oldest: Type.Union([Type.Number(), Type.Null()]),
      units: Type.Array(Type.Integer()),
    }),
  }),
]);
export type PlannedMember = Static<typeof PlannedMember>;

/** The plan: everything that adding up needs later, and the number of count jobs. */
export const Plan = Type.Object({
  /**
   * Hash of what each batch counts: count jobs of other plans have other ids.
   */
  fingerprint: Type.String(),
  startedAt: Type.Number(),
  /** The planned tiles of all members. */
  tiles: Type.Integer(),
  /** Those that are in no batch, as tallies have them. */
  tallied: Type.Integer(),
  /** Number of batches, so of count jobs. */
  batches: Type.Integer(),
  /** One for each request and unit; those of many are in the job cache, under `kept`. */
  members: Type.Union([Type.Array(PlannedMember), Type.Object({ kept: Type.String() })]),
});
export type Plan = Static<typeof Plan>;

/** It stands among the count jobs, so that no background work takes a thread from people's. */
export const compute = {
  queue: 'count',
  role: 'count',
  data: ComputeInput,
  result: Outcome,
  options: {},
} as const satisfies JobContract;
