import { Definition } from '@catchment/catalog';
import Type, { type Static } from 'typebox';

/** What was drawn, by its fingerprint: its geometry lies in the request's job cache. */
export const DrawnReference = Type.Object({ drawn: Type.String() }, { additionalProperties: false });

/** A well-known area by table and id, or a drawn one. */
export const AreaReference = Type.Union([
  Type.Object({ table: Type.String(), id: Type.String() }, { additionalProperties: false }),
  DrawnReference,
]);
export type AreaReference = Static<typeof AreaReference>;

/** One asking about one area: what travels in the start, finish and compute jobs. */
export const Request = Type.Object({
  operation: Type.String(),
  /** What is computed, where that is not the operation of this name just as it stands in the catalog. */
  definition: Type.Optional(Definition),
  area: AreaReference,
  coverage: Type.Enum(['centre', 'touched', 'fraction']),
  /** Lines that came with the request. */
  lines: Type.Optional(DrawnReference),
});
export type Request = Static<typeof Request>;

/** Several at once: each has a key and a cached result of its own, and together they are computed in one pass over the tiles. */
export const ManyRequest = Type.Object({
  /** The process that was asked. */
  operation: Type.String(),
  members: Type.Array(Request),
});
export type ManyRequest = Static<typeof ManyRequest>;

export const AnyRequest = Type.Union([Request, ManyRequest]);
export type AnyRequest = Static<typeof AnyRequest>;

/** One by one what is asked. */
export function membersOf(request: AnyRequest): readonly Request[] {
  return 'members' in request ? request.members : [request];
}
