import { scopes } from '@cellshed/api-keys';
import { LoadSummary, TallyWorkSummary, WarmSummary } from '@cellshed/chores';
import { CachedResult, CachedValue, CacheSurvey, Invalidation } from '@cellshed/operations';
import Type, { type Static, type TSchema } from 'typebox';
import { DoctorDocument } from './doctor/finding.ts';
import { StatusDocument } from './status/status-document.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String();
const count = Type.Integer();
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const list = <Schema extends TSchema>(schema: Schema) => Type.Immutable(Type.Array(schema));

const FailedResult = Type.Object({ area: text, operation: text, reason: text }, closed);
const someAreas = Type.Object({ areas: count, first: list(text) }, closed);

/** The outcome of making a table. */
export const TableSummary = Type.Object(
  {
    outcome: Type.Enum(['done', 'stopped']),
    file: text,
    areaTable: text,
    operations: list(text),
    /** Areas that are asked for. */
    areas: count,
    /** The areas of the table that are united to them. */
    united: Type.Optional(count),
    /** Areas without a value by which they could be united. */
    leftOut: Type.Optional(someAreas),
    /** Areas that drain into nothing of the table: their ids, and what they name in its place. */
    outlets: Type.Optional(someAreas),
    results: count,
    rows: count,
    cells: Type.Number(),
    /** Results that could not be computed. */
    failed: count,
    /** The first of them. */
    failures: list(FailedResult),
    /** The duration of this run. */
    seconds: Type.Number(),
  },
  closed,
);
export type TableSummary = Static<typeof TableSummary>;

/** The outcome of a precomputation. */
export const PrecomputeSummary = Type.Object(
  {
    outcome: Type.Enum(['done', 'stopped', 'already done']),
    file: text,
    table: text,
    operations: list(text),
    /** Areas that are asked for. */
    areas: count,
    /** The count of results in the file. */
    results: count,
    /** Asked for, and not in the file. */
    failed: count,
    /** The first of them. */
    failures: list(FailedResult),
    /** Counted in all of the file; absent where nothing was computed. */
    cells: Type.Optional(Type.Number()),
    /** The duration of this run, with its cells and results per second. */
    seconds: Type.Optional(Type.Number()),
    cellsPerSecond: Type.Optional(Type.Number()),
    resultsPerSecond: Type.Optional(Type.Number()),
  },
  closed,
);
export type PrecomputeSummary = Static<typeof PrecomputeSummary>;

/** A tally that is kept, as it is listed. */
export const ListedTally = Type.Object(
  {
    operation: text,
    fingerprint: text,
    /**
     * `current`: of the rasters as they are now; `stale`: never used again; `off`: the catalog has
     * none for this operation.
     */
    state: Type.Enum(['current', 'stale', 'off']),
    /** Nodes of those that it can have; of current ones only. */
    nodes: Type.Optional(count),
    there: Type.Optional(count),
    cells: Type.Optional(Type.Number()),
    /** Tiles that can have squares, of current ones only, and those of which they are kept. */
    tilesWithSquares: Type.Optional(count),
    squares: count,
    bytes: count,
  },
  closed,
);
export type ListedTally = Static<typeof ListedTally>;

/** The tallies that were dropped, or would be. */
const DroppedTallies = Type.Object({ tallies: count, bytes: count, dryRun: Type.Boolean() }, closed);

/** A catalog that was made, and what was found for it. */
export const MadeCatalogDocument = Type.Object(
  {
    catalog: text,
    rasters: list(
      Type.Object(
        {
          name: text,
          location: text,
          values: Type.Enum(['classes', 'numbers']),
          /** Labels and colours by value; empty where no file says any. */
          legend: Type.Record(text, Type.Object({ label: text, color: Type.Optional(text) }, closed)),
          /** The command that makes a raster which aligns with the first; `null`: this one does. */
          gdalwarp: orNull(text),
        },
        closed,
      ),
    ),
    areas: list(
      Type.Object(
        { name: text, location: text, table: orNull(text), id: text, nameProperty: orNull(text), count },
        closed,
      ),
    ),
    operations: list(text),
    /** Files of folders that cannot be used. */
    leftOut: list(Type.Object({ location: text, problem: text }, closed)),
  },
  closed,
);
export type MadeCatalogDocument = Static<typeof MadeCatalogDocument>;

const fact = Type.Union([text, Type.Number(), Type.Array(Type.Number()), Type.Record(text, Type.Unknown())]);
const facts = Type.Record(text, fact);
const problem = Type.Object({ problem: text }, closed);

/** A raster of the catalog: what the catalog, its files, and Catchment say of it. */
const ShownRasterDocument = Type.Object(
  {
    name: text,
    title: Type.Optional(text),
    url: Type.Union([text, Type.Array(text)]),
    catalog: facts,
    file: Type.Union([Type.Object({ kind: Type.Enum(['GeoTIFF', 'VRT']), files: count, facts }, closed), problem]),
    understood: Type.Union([problem, facts]),
  },
  closed,
);

const named = { name: text, title: Type.Optional(text) };

/** The names of a catalog: what can be asked. */
const CatalogList = Type.Object(
  {
    areas: list(Type.Object(named, closed)),
    operations: list(
      Type.Object(
        {
          ...named,
          type: text,
          /** The values of each parameter. */
          parameters: Type.Record(text, list(text)),
          /** Whether lines have to come with a request. */
          needsLines: Type.Boolean(),
        },
        closed,
      ),
    ),
    rasters: list(Type.Object({ ...named, units: Type.Optional(text) }, closed)),
  },
  closed,
);
export type CatalogList = Static<typeof CatalogList>;

const keyFacts = { id: text, name: text, scope: Type.Enum([...scopes]) };

/**
 * The documents that commands print with `--json`: one, or one in each line. Those of `count` and
 * `request` are results of operations.
 */
export const jsonDocuments: Readonly<Record<string, Type.TObject>> = {
  init: MadeCatalogDocument,
  'catalog ls': CatalogList,
  'catalog show': ShownRasterDocument,
  status: StatusDocument,
  doctor: DoctorDocument,
  table: TableSummary,
  warm: WarmSummary,
  precompute: PrecomputeSummary,
  load: LoadSummary,
  invalidate: Invalidation,
  'cache stats': CacheSurvey,
  'cache ls': CachedResult,
  'cache get': CachedValue,
  'tally build': TallyWorkSummary,
  'tally verify': TallyWorkSummary,
  'tally ls': ListedTally,
  'tally drop': DroppedTallies,
  'key make': Type.Object({ ...keyFacts, key: text }, closed),
  'key ls': Type.Object({ ...keyFacts, createdAt: text }, closed),
  'key revoke': Type.Object({ id: text, revoked: Type.Literal(true) }, closed),
};
