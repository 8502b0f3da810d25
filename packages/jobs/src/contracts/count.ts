import { Batch, Request } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';

/** The count job: one batch of tiles for one computation, done by a raster worker. */
export const CountInput = Type.Object({
  ...Batch.properties,
  ...CausedBy.properties,
  /** The id of the compute job that it is part of. */
  computation: Type.String(),
  /** The number of the batch, from 0. */
  batch: Type.Integer(),
  /** The request of each member. */
  requests: Type.Array(Request),
  /** The fingerprint that each member is expected to have. */
  fingerprints: Type.Array(Type.String()),
});
export type CountInput = Static<typeof CountInput>;

/**
 * A partial result of each member, in the form of its operation's type; large ones are in the
 * computation's job cache, under `kept`. Or the reason why nothing was counted: a raster, a table
 * or lines were replaced, or the computation is over.
 */
export const CountResult = Type.Union([
  Type.Object({
    members: Type.Array(Type.Integer()),
    parts: Type.Union([Type.Array(Type.Unknown()), Type.Object({ kept: Type.String() })]),
  }),
  Type.Object({ replaced: Type.String() }),
  Type.Object({ isOver: Type.Literal(true) }),
]);
export type CountResult = Static<typeof CountResult>;

export const count = {
  queue: 'count',
  role: 'count',
  data: CountInput,
  result: CountResult,
  options: {},
} as const satisfies JobContract;
