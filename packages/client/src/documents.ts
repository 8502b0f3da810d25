import { CacheOutcome, RequestState } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';

export const Link = Type.Object({
  href: Type.String(),
  rel: Type.String(),
  type: Type.String(),
  title: Type.String(),
  /** Whether `href` has names in braces, for which values are to be put (RFC 6570). */
  templated: Type.Optional(Type.Literal(true)),
});
export type Link = Static<typeof Link>;

const time = Type.String({ format: 'date-time' });

/**
 * The status of a job: the status document of OGC API – Processes, with the additional members
 * `cache`, `tiles`, `waitsFor` and `paused`.
 */
export const StatusDocument = Type.Object(
  {
    jobID: Type.String(),
    processID: Type.String(),
    type: Type.Literal('process'),
    status: RequestState,
    message: Type.Optional(Type.String()),
    created: time,
    started: Type.Optional(time),
    finished: Type.Optional(time),
    updated: time,
    /** Percent. */
    progress: Type.Integer({ minimum: 0, maximum: 100 }),
    cache: Type.Optional(CacheOutcome),
    /**
     * The tiles that are planned and those that are done. `tallied` of the done ones came from
     * tallies.
     */
    tiles: Type.Optional(Type.Object({ done: Type.Integer(), planned: Type.Integer(), tallied: Type.Integer() })),
    /** The role that the next job of the request needs and that no worker plays now. */
    waitsFor: Type.Optional(Type.Enum(['start', 'finish', 'count'])),
    /** Whether that is because an operator has paused such jobs. */
    paused: Type.Optional(Type.Literal(true)),
    links: Type.Array(Link),
  },
  { $id: 'Status' },
);
export type StatusDocument = Static<typeof StatusDocument>;

/** A page of the list of jobs. */
export const JobListDocument = Type.Object({ jobs: Type.Array(StatusDocument), links: Type.Array(Link) });
export type JobListDocument = Static<typeof JobListDocument>;

/** The entry point of the API. */
export const LandingPage = Type.Object({
  title: Type.String(),
  description: Type.String(),
  /** The most vertices of a drawn area, and the most cells that are read or counted for one. */
  limits: Type.Object({ areaVertices: Type.Integer(), cells: Type.Integer() }),
  /** A map of another server for the page: a style, or tiles with `{z}`, `{x}` and `{y}`. */
  baseMap: Type.Optional(
    Type.Object({
      type: Type.Enum(['style', 'tiles']),
      url: Type.String(),
      /** HTML. */
      attribution: Type.Optional(Type.String()),
    }),
  ),
  links: Type.Array(Link),
});
export type LandingPage = Static<typeof LandingPage>;

/** The conformance classes of the API, by their URIs. */
export const Conformance = Type.Object({ conformsTo: Type.Array(Type.String()) });
export type Conformance = Static<typeof Conformance>;

const described = { title: Type.String(), description: Type.Optional(Type.String()) };

/** A process in short. */
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

/** A schema of OpenAPI 3.0. */
const Schema = Type.Object({}, { additionalProperties: true });

/** A raster, and the meaning of its values. */
export const RasterDocument = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    units: Type.Optional(Type.String()),
    /** The version, the date and the citation that the catalog gives. */
    version: Type.Optional(Type.String()),
    date: Type.Optional(Type.String()),
    citation: Type.Optional(Type.String()),
    /** Ascending by value; absent where the catalog has none. */
    legend: Type.Optional(
      Type.Array(Type.Object({ value: Type.Number(), label: Type.String(), color: Type.Optional(Type.String()) })),
    ),
  },
  { $id: 'Raster' },
);
export type RasterDocument = Static<typeof RasterDocument>;

/** A raster, and what a map has to know of it. */
export const MappedRaster = Type.Object(
  {
    ...RasterDocument.properties,
    /** West, south, east, north in degrees; a west below -180 or an east above 180 lies beyond. */
    bbox: Type.Optional(Type.Array(Type.Number(), { minItems: 4, maxItems: 4 })),
    /** The least zoom that has pictures, and the one from which pixels are finer than cells. */
    minzoom: Type.Optional(Type.Integer()),
    maxzoom: Type.Optional(Type.Integer()),
    /** The area of each cell in m²; absent unless the CRS is an equal-area one. */
    cellArea: Type.Optional(Type.Number()),
    /** The colours of a raster without a legend, evenly from the least to the greatest value. */
    ramp: Type.Optional(Type.Object({ least: Type.Number(), most: Type.Number(), colors: Type.Array(Type.String()) })),
    /** The series that it is in, such as those of several years, and its place in each. */
    series: Type.Optional(
      Type.Array(Type.Object({ template: Type.String(), parameters: Type.Record(Type.String(), Type.String()) })),
    ),
    /** The URL of its pictures, with `{z}`, `{x}` and `{y}`. */
    tiles: Link,
  },
  { $id: 'MappedRaster' },
);
export type MappedRaster = Static<typeof MappedRaster>;

export const RasterList = Type.Object({ rasters: Type.Array(MappedRaster), links: Type.Array(Link) });
export type RasterList = Static<typeof RasterList>;

/** A process with all its inputs and outputs. */
export const ProcessDescription = Type.Object(
  {
    ...ProcessSummary.properties,
    inputs: Type.Record(
      Type.String(),
      Type.Object({ ...described, schema: Schema, minOccurs: Type.Integer(), maxOccurs: Type.Integer() }),
    ),
    outputs: Type.Record(Type.String(), Type.Object({ ...described, schema: Schema })),
    /**
     * The rasters that the operation counts, with every value of its parameters. Absent where the
     * process is no operation.
     */
    rasters: Type.Optional(Type.Array(RasterDocument)),
  },
  { $id: 'Process' },
);
export type ProcessDescription = Static<typeof ProcessDescription>;
