import Type, { type Static } from 'typebox';
import { Request } from './request.ts';

/** A run of tiles in one row of tiles: `[row, first column, end column)`. */
export const TileRun = Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()]);

/** The count job: one batch of tiles for one computation, done by a raster worker. */
export const CountInput = Type.Object({
  /** The id of the compute job that it is part of. */
  computation: Type.String(),
  /** The key of the computation: names its job cache. */
  key: Type.String(),
  /** Which of its batches, from 0. */
  batch: Type.Integer(),
  request: Request,
  fingerprint: Type.String(),
  tiles: Type.Array(TileRun),
});
export type CountInput = Static<typeof CountInput>;

/** Partial counts: they add up. */
export const Counts = Type.Object({
  cells: Type.Integer(),
  groups: Type.Array(
    Type.Object({ values: Type.Array(Type.Union([Type.Number(), Type.Null()])), cells: Type.Integer() }),
  ),
});
export type Counts = Static<typeof Counts>;

/** Those of many groups are too large to travel: they lie in the computation's job cache, under `kept`. */
export const CountResult = Type.Union([Counts, Type.Object({ kept: Type.String() })]);
export type CountResult = Static<typeof CountResult>;
