import { Definition } from '@catchment/catalog';
import Type, { type Static } from 'typebox';

/** A piece of a tally: see the tallies of the operations. */
export const TallyChunk = Type.Object({ tier: Type.Integer(), row: Type.Integer(), column: Type.Integer() });
export type TallyChunk = Static<typeof TallyChunk>;

/** The tally job: builds or verifies one chunk of an operation's tally, done by a raster worker. */
export const TallyInput = Type.Object({
  work: Type.Union([Type.Literal('build'), Type.Literal('verify')]),
  operation: Type.String(),
  /** What is computed, where that is not the operation just as it stands in the catalog. */
  definition: Type.Optional(Definition),
  /** Of the rasters for which it was planned: others are not counted. */
  fingerprint: Type.String(),
  chunk: TallyChunk,
});
export type TallyInput = Static<typeof TallyInput>;

export const TallyResult = Type.Object({
  /** Nodes that the chunk can have, and of these those that are there now. */
  nodes: Type.Integer(),
  there: Type.Integer(),
  /** Blocks that were counted. */
  counted: Type.Integer(),
  /** Of what is stored. */
  bytes: Type.Integer(),
  /** Of a verification: nodes that are not what they should be. */
  wrong: Type.Integer(),
});
export type TallyResult = Static<typeof TallyResult>;
