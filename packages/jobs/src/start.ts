import Type, { type Static } from 'typebox';
import { Packed } from './packed.ts';
import { AnyRequest } from './request.ts';

/**
 * The start job: resolves the area, builds the key, looks in the cache and signals what it found.
 */
export const StartInput = AnyRequest;
export type StartInput = AnyRequest;

/** What identifies a cached value; the value itself never travels in a job. */
export const Ticket = Type.Object({ key: Type.String(), etag: Type.String() });

const StartedMember = Type.Object({ key: Type.String(), ticket: Type.Optional(Ticket) });
export type StartedMember = Static<typeof StartedMember>;

export const StartResult = Type.Union([
  Type.Object({ outcome: Type.Literal('hit'), key: Type.String(), ticket: Ticket }),
  Type.Object({ outcome: Type.Literal('miss'), key: Type.String() }),
  /** Several were asked for: the key of each, and a ticket for those that are hits. */
  Type.Object({
    outcome: Type.Literal('many'),
    members: Type.Union([Type.Array(StartedMember), Packed]),
  }),
  /** What the asker asked cannot be answered: one sentence, naming the member. */
  Type.Object({ outcome: Type.Literal('refused'), problem: Type.String() }),
]);
export type StartResult = Static<typeof StartResult>;
