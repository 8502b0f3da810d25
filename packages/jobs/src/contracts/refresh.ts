import { Request } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';

/** The refresh job: has a stale result computed anew in the background. */
export const RefreshInput = Type.Object({
  ...CausedBy.properties,
  /** The key that the reader saw; never made again from the request. */
  key: Type.String(),
  fingerprint: Type.String(),
  request: Request,
  /** The holder of the entry's lease; its job cache has what was drawn. */
  lease: Type.String(),
  /** Epoch milliseconds. A result that was computed since then needs no refresh. */
  queuedAt: Type.Number(),
});
export type RefreshInput = Static<typeof RefreshInput>;

/**
 * `there`: it has been computed since. `computing`: a computation is under way, by this or another
 * job.
 */
export const RefreshResult = Type.Object({ outcome: Type.Union([Type.Literal('there'), Type.Literal('computing')]) });
export type RefreshResult = Static<typeof RefreshResult>;

export const refresh = {
  queue: 'refresh',
  role: 'finish',
  data: RefreshInput,
  result: RefreshResult,
  options: { removeOnComplete: true },
} as const satisfies JobContract;
