import Type, { type Static } from 'typebox';
import { ComputeResult } from './compute.ts';
import { Request } from './request.ts';

/** The finish job, the one that a client polls: reads the cached value on a hit, else waits for the computation. */
export const FinishInput = Type.Object({
  ...Request.properties,
  /** Set when the request has joined a computation: the id of its compute job. */
  computation: Type.Optional(Type.String()),
});
export type FinishInput = Static<typeof FinishInput>;

/** As a computation ends, or dismissed. */
export const FinishResult = Type.Union([ComputeResult, Type.Object({ outcome: Type.Literal('dismissed') })]);
export type FinishResult = Static<typeof FinishResult>;
