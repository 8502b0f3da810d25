import Type, { type Static } from 'typebox';
import { Coverage } from './coverage.ts';
import { Definition } from './operation-types.ts';
import { closed } from './schemas.ts';

/** A drawn geometry, by its fingerprint; the geometry itself is in the request's job cache. */
export const DrawnReference = Type.Object({ drawn: Type.String() }, closed);
export type DrawnReference = Static<typeof DrawnReference>;

/** A well-known area by its table and id. */
export const TableReference = Type.Object({ table: Type.String(), id: Type.String() }, closed);
export type TableReference = Static<typeof TableReference>;

/** A well-known area, or a drawn one. */
export const AreaReference = Type.Union([TableReference, DrawnReference]);
export type AreaReference = Static<typeof AreaReference>;

/** An operation on one area, by their names: the data of start, finish and compute jobs. */
export const Request = Type.Object({
  operation: Type.String(),
  /** The definition, where it is not that of the catalog's operation of this name. */
  definition: Type.Optional(Definition),
  area: AreaReference,
  coverage: Coverage,
  /** The lines that came with the request. */
  lines: Type.Optional(DrawnReference),
});
export type Request = Readonly<Static<typeof Request>>;

/** The part of a request that is asked about its area. */
export const Question = Type.Omit(Request, ['area']);
export type Question = Readonly<Static<typeof Question>>;

/** Many requests, each as the places of its area and its question in two lists. */
export const CrossedRequests = Type.Object({
  areas: Type.Array(AreaReference),
  questions: Type.Array(Question),
  /** One pair for each request; absent: every question about the first area, then the next. */
  pairs: Type.Optional(Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))),
});
export type CrossedRequests = Static<typeof CrossedRequests>;

/**
 * Several requests at once: each has a key and a cached result of its own, and all are computed in
 * one pass over the blocks.
 */
export const ManyRequest = Type.Object({
  /** The process that was asked. */
  operation: Type.String(),
  members: Type.Union([Type.Array(Request), CrossedRequests]),
});
export type ManyRequest = Static<typeof ManyRequest>;

export const AnyRequest = Type.Union([Request, ManyRequest]);
export type AnyRequest = Static<typeof AnyRequest>;
