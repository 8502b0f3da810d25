import { Definition, TallyChunk } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';

/** The tally job: builds or verifies one chunk of an operation's tally, done by a raster worker. */
export const TallyInput = Type.Object({
  work: Type.Union([Type.Literal('build'), Type.Literal('verify')]),
  operation: Type.String(),
  /** The definition, if it differs from the operation in the catalog. */
  definition: Type.Optional(Definition),
  /** The fingerprint of the rasters for which the job was planned: others are not counted. */
  fingerprint: Type.String(),
  chunk: TallyChunk,
});
export type TallyInput = Static<typeof TallyInput>;

export const TallyResult = Type.Object({
  /** The number of nodes that the chunk can have, and the number that exist now. */
  nodes: Type.Integer(),
  there: Type.Integer(),
  /** The number of counted blocks. */
  counted: Type.Integer(),
  /** The stored bytes. */
  bytes: Type.Integer(),
  /** The number of wrong nodes in a verification. */
  wrong: Type.Integer(),
});
export type TallyResult = Static<typeof TallyResult>;

export const tally = {
  queue: 'tally',
  role: 'count',
  data: Type.Object({ ...TallyInput.properties, ...CausedBy.properties }),
  result: TallyResult,
  options: { removeOnComplete: true, removeOnFail: true },
} as const satisfies JobContract;
