import Type, { type Static } from 'typebox';

/** A run of blocks in one row of blocks: `[row, first column, end column)`. */
const TileRun = Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()]);

/** Blocks that are counted in one pass, for all members of a plan that have cells in them. */
export const Batch = Type.Object({
  /** The members of the plan that have cells in the blocks, ascending. */
  members: Type.Array(Type.Integer()),
  /** The rasters on whose lattice the blocks are, in order. */
  rasters: Type.Array(Type.String()),
  tiles: Type.Array(TileRun),
  /**
   * The blocks that the tally of each member has, so that they are not counted again for it; null:
   * no tally has any.
   */
  tallied: Type.Union([Type.Array(Type.Array(TileRun)), Type.Null()]),
});
export type Batch = Static<typeof Batch>;

/** A piece of a tally: its tier, and its row and column there. */
export const TallyChunk = Type.Object({ tier: Type.Integer(), row: Type.Integer(), column: Type.Integer() });
export type TallyChunk = Static<typeof TallyChunk>;
