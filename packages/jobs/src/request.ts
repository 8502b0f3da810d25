import Type, { type Static } from 'typebox';

/** A well-known area by table and id, or a drawn one by its fingerprint; its geometry lies in the request's job cache. */
export const AreaReference = Type.Union([
  Type.Object({ table: Type.String(), id: Type.String() }, { additionalProperties: false }),
  Type.Object({ drawn: Type.String() }, { additionalProperties: false }),
]);
export type AreaReference = Static<typeof AreaReference>;

/** One asking: what travels in the start, finish and compute jobs. */
export const Request = Type.Object({
  operation: Type.String(),
  area: AreaReference,
  coverage: Type.Literal('centre'),
});
export type Request = Static<typeof Request>;
