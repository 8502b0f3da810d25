import Type, { type Static, type TSchema } from 'typebox';

const closed = { additionalProperties: false } as const;
const text = Type.String();
const count = Type.Integer();
const list = <Schema extends TSchema>(schema: Schema) => Type.Immutable(Type.Array(schema));

/** The outcome of a warming. */
export const WarmSummary = Type.Object(
  {
    dryRun: Type.Boolean(),
    /** Whether it was stopped before the end. */
    stopped: Type.Boolean(),
    planned: count,
    there: count,
    /** The count of results that were computed, or would be in a dry run. */
    computed: count,
    failed: count,
    /** The commonest failures first, each with some of the names. */
    failures: list(Type.Object({ reason: text, count, names: list(text) }, closed)),
    /** The cells of the results that were computed now. */
    cells: Type.Number(),
    seconds: Type.Number(),
  },
  closed,
);
export type WarmSummary = Static<typeof WarmSummary>;

/** The outcome of loading a file. Lines are counted from 1. */
export const LoadSummary = Type.Object(
  {
    outcome: Type.Enum(['done', 'stopped']),
    file: text,
    /** Whether nothing was written: `loaded` are those that would be. */
    dryRun: Type.Boolean(),
    loaded: count,
    /** The count of results that were in the cache before, and stay as they were. */
    alreadyThere: count,
    /** The count of those that have another value in the cache than in the file. */
    alreadyThereOtherwise: count,
    refused: count,
    /** The refused lines by reason, with the first lines of each. */
    refusals: list(Type.Object({ reason: text, lines: count, firstLines: list(count) }, closed)),
    broken: count,
    /** The first broken lines. */
    brokenLines: list(Type.Object({ line: count, problem: text }, closed)),
  },
  closed,
);
export type LoadSummary = Static<typeof LoadSummary>;

/** The outcome of building or verifying a tally. */
export const TallyWorkSummary = Type.Object(
  {
    operation: text,
    work: Type.Enum(['build', 'verify']),
    /** It was stopped before the end. */
    stopped: Type.Boolean(),
    /** Cells of the operation's rasters, and around them. */
    cells: Type.Number(),
    /** Nodes that the tally can have, and those there, in the chunks that were looked at. */
    nodes: count,
    there: count,
    /** Tiles that were counted now. */
    counted: count,
    bytes: count,
    /** The count of nodes that a verification found wrong: counting and adding up give others. */
    wrong: count,
    /** Chunks that could not be done, by the reason. */
    failures: Type.Record(text, count),
    seconds: Type.Number(),
  },
  closed,
);
export type TallyWorkSummary = Static<typeof TallyWorkSummary>;
