import Type, { type Static } from 'typebox';
import { Request } from './request.ts';

/** The start job: resolves the area, builds the key, looks in the cache and signals what it found. */
export const StartInput = Request;
export type StartInput = Request;

export const StartResult = Type.Union([
  Type.Object({
    outcome: Type.Literal('hit'),
    key: Type.String(),
    ticket: Type.Object({ key: Type.String(), etag: Type.String() }),
  }),
  Type.Object({ outcome: Type.Literal('miss'), key: Type.String() }),
  /** What the asker asked cannot be answered: one sentence, naming the member. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
]);
export type StartResult = Static<typeof StartResult>;
