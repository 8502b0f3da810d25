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

/** An area of a table and all that drain into it, as the table's links downstream have it. */
export const UpstreamReference = Type.Object({ table: Type.String(), upstream: Type.String() }, closed);
export type UpstreamReference = Static<typeof UpstreamReference>;

/** A property of an area table, perhaps with a length (`huc12:8`), and a value of it. */
const PropertyValue = Type.Object({ by: Type.String(), value: Type.String() }, closed);

/** The areas of a table with one value of a property; `within`: those that have this one, too. */
export const GroupReference = Type.Object(
  { table: Type.String(), ...PropertyValue.properties, within: Type.Optional(PropertyValue) },
  closed,
);
export type GroupReference = Static<typeof GroupReference>;

/** Several areas of a table, the units, that are asked about as one. */
export const UnitsReference = Type.Union([UpstreamReference, GroupReference]);
export type UnitsReference = Static<typeof UnitsReference>;

/** A well-known area, several of them as one, or a drawn area. */
export const AreaReference = Type.Union([TableReference, UnitsReference, DrawnReference]);
export type AreaReference = Static<typeof AreaReference>;

/** Whether an area is several areas of a table. */
export function hasUnits(area: AreaReference): area is UnitsReference {
  return 'upstream' in area || 'by' in area;
}

/**
 * The name of an area in results: `table/id`, `table/id upstream`, `table/property=value`, or
 * `drawn/` and the fingerprint of the geometry.
 */
export function areaText(area: AreaReference): string {
  if ('drawn' in area) return `drawn/${area.drawn}`;
  if ('id' in area) return `${area.table}/${area.id}`;
  if ('upstream' in area) return `${area.table}/${area.upstream} upstream`;
  const { table, within } = area;
  return `${table}/${[area, ...(within ? [within] : [])].map(({ by, value }) => `${by}=${value}`).join(', ')}`;
}

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
