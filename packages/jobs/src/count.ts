import Type, { type Static } from 'typebox';
import { Request } from './request.ts';

/** A run of tiles in one row of tiles: `[row, first column, end column)`. */
export const TileRun = Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()]);

/** A batch of tiles, counted in one pass for all members of a plan that have cells in them. */
export const Batch = Type.Object({
  /** Which of the plan's members, ascending. */
  members: Type.Array(Type.Integer()),
  /** The rasters on whose lattice the tiles are. */
  rasters: Type.Array(Type.String()),
  tiles: Type.Array(TileRun),
  /**
   * Of each member: which of these tiles must not be counted for it, as its tally has them; null:
   * all need to be.
   */
  tallied: Type.Union([Type.Array(Type.Array(TileRun)), Type.Null()]),
});
export type Batch = Static<typeof Batch>;

/** The count job: one batch of tiles for one computation, done by a raster worker. */
export const CountInput = Type.Object({
  ...Batch.properties,
  /** The id of the compute job that it is part of. */
  computation: Type.String(),
  /** The key of the computation: names its job cache. */
  key: Type.String(),
  /** Which of its batches, from 0. */
  batch: Type.Integer(),
  /** Of each member. */
  requests: Type.Array(Request),
  /** Of each member: what has another by now is not counted. */
  fingerprints: Type.Array(Type.String()),
  /**
   * A sweep: no tiles are planned, all that the members have are counted if they are at most so
   * many.
   */
  mostTiles: Type.Optional(Type.Integer()),
});
export type CountInput = Static<typeof CountInput>;

/**
 * A partial result of each member; what they are, the operations' types say. Large ones lie in the
 * computation's job cache, under `kept`. Of a sweep the result documents, or null: its members
 * cannot be swept together.
 */
export const CountResult = Type.Object({
  members: Type.Array(Type.Integer()),
  parts: Type.Union([Type.Array(Type.Unknown()), Type.Object({ kept: Type.String() }), Type.Null()]),
});
export type CountResult = Static<typeof CountResult>;
