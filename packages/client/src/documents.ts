import Type, { type Static } from 'typebox';

export const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() });
export type Link = Static<typeof Link>;

const time = Type.String({ format: 'date-time' });

/**
 * Where a job stands: OGC API – Processes' status document, with `cache` and `tiles` beside its own
 * members.
 */
export const StatusDocument = Type.Object(
  {
    jobID: Type.String(),
    processID: Type.String(),
    type: Type.Literal('process'),
    status: Type.Enum(['accepted', 'running', 'successful', 'failed', 'dismissed']),
    message: Type.Optional(Type.String()),
    created: time,
    started: Type.Optional(time),
    finished: Type.Optional(time),
    updated: time,
    /** Percent. */
    progress: Type.Integer({ minimum: 0, maximum: 100 }),
    cache: Type.Optional(Type.Union([Type.Literal('hit'), Type.Literal('miss'), Type.Literal('stale')])),
    /**
     * Of all that is planned, those that are done; `tallied` of these had been counted before, for
     * all areas that hold them whole.
     */
    tiles: Type.Optional(Type.Object({ done: Type.Integer(), planned: Type.Integer(), tallied: Type.Integer() })),
    /** The role of the workers that have to take the request's next job, and of which none has. */
    waitsFor: Type.Optional(Type.Enum(['start', 'finish', 'count'])),
    links: Type.Array(Link),
  },
  { $id: 'Status' },
);
export type StatusDocument = Static<typeof StatusDocument>;

/** A page of the jobs there are. */
export const JobListDocument = Type.Object({ jobs: Type.Array(StatusDocument), links: Type.Array(Link) });
export type JobListDocument = Static<typeof JobListDocument>;

/** Where the API begins. */
export const LandingPage = Type.Object({
  title: Type.String(),
  description: Type.String(),
  links: Type.Array(Link),
});
export type LandingPage = Static<typeof LandingPage>;

/** The conformance classes that the API keeps to, by their URIs. */
export const Conformance = Type.Object({ conformsTo: Type.Array(Type.String()) });
export type Conformance = Static<typeof Conformance>;

const described = { title: Type.String(), description: Type.Optional(Type.String()) };

/** What can be executed, in short. */
export const ProcessSummary = Type.Object({
  id: Type.String(),
  ...described,
  version: Type.String(),
  jobControlOptions: Type.Array(Type.Enum(['sync-execute', 'async-execute', 'dismiss'])),
  outputTransmission: Type.Array(Type.Enum(['value', 'reference'])),
  links: Type.Array(Link),
});
export type ProcessSummary = Static<typeof ProcessSummary>;

export const ProcessList = Type.Object({ processes: Type.Array(ProcessSummary), links: Type.Array(Link) });
export type ProcessList = Static<typeof ProcessList>;

/** A schema as OpenAPI 3.0 has them. */
const Schema = Type.Object({}, { additionalProperties: true });

/** A raster that is counted, and what its values stand for. */
export const RasterDocument = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    units: Type.Optional(Type.String()),
    /** Ascending by value; absent where the catalog has none. */
    legend: Type.Optional(
      Type.Array(Type.Object({ value: Type.Number(), label: Type.String(), color: Type.Optional(Type.String()) })),
    ),
  },
  { $id: 'Raster' },
);
export type RasterDocument = Static<typeof RasterDocument>;

/** What can be executed, with all that goes in and comes out. */
export const ProcessDescription = Type.Object(
  {
    ...ProcessSummary.properties,
    inputs: Type.Record(
      Type.String(),
      Type.Object({ ...described, schema: Schema, minOccurs: Type.Integer(), maxOccurs: Type.Integer() }),
    ),
    outputs: Type.Record(Type.String(), Type.Object({ ...described, schema: Schema })),
    /**
     * The rasters that the operation counts, with every value of its parameters; absent where the
     * process is no operation.
     */
    rasters: Type.Optional(Type.Array(RasterDocument)),
  },
  { $id: 'Process' },
);
export type ProcessDescription = Static<typeof ProcessDescription>;
