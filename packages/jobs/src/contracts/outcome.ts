import Type, { type Static } from 'typebox';

/** The tiles of a computation that was planned. */
export const Tiles = Type.Object({
  planned: Type.Integer(),
  /** Those that came from tallies and were not counted. */
  tallied: Type.Integer(),
});
export type Tiles = Static<typeof Tiles>;

/** The end of a computation, for all requests that wait for it. */
export const Outcome = Type.Union([
  Type.Object({
    outcome: Type.Literal('done'),
    /** Whether the cache had the result by then. */
    cache: Type.Union([Type.Literal('hit'), Type.Literal('miss')]),
    /**
     * The hash of the result document on the shelf. Absent if nobody waited: then the result is in
     * the cache alone.
     */
    result: Type.Optional(Type.String()),
    /** Set if the document is an object with the document of each key: several were computed. */
    each: Type.Optional(Type.Literal(true)),
    /** Cells of the result, or of all results. */
    cells: Type.Optional(Type.Integer()),
    tiles: Type.Optional(Tiles),
  }),
  /** The computation is impossible because of the request. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
  /** The client that it was begun for has spent its budget; others that wait begin it anew. */
  Type.Object({
    outcome: Type.Literal('overspent'),
    client: Type.String(),
    problem: Type.String(),
    retryAt: Type.Number(),
  }),
  /** A raster, a table or lines were replaced since the request was identified. */
  Type.Object({ outcome: Type.Literal('replaced'), problem: Type.String() }),
  Type.Object({ outcome: Type.Literal('failed'), reason: Type.String() }),
  /** The last request that waited was dismissed, or the computation was taken over as lost. */
  Type.Object({ outcome: Type.Literal('cancelled') }),
]);
export type Outcome = Static<typeof Outcome>;
