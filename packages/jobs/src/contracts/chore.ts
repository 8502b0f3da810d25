import Type, { type Static, type TProperties } from 'typebox';
import { CausedBy } from './caused-by.ts';
import type { JobContract } from './job.ts';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 1000 });
const names = Type.Array(text, { minItems: 1, maxItems: 1000 });
const flag = Type.Optional(Type.Boolean());

/** The members that each kind of chore may have. */
export const choreAsks = {
  /** Has the results of a table's areas computed that the cache does not have. */
  warm: Type.Object(
    {
      table: text,
      /** Patterns of ids; default: all areas. */
      ids: Type.Optional(names),
      /** Operations, as a command names them; default: all that can be done in advance. */
      operations: Type.Optional(names),
      /** Only what failed before. */
      failed: flag,
      dryRun: flag,
      /** The most results that are computed at once. */
      inFlight: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    },
    closed,
  ),
  /** Removes results from the cache. */
  invalidate: Type.Object(
    {
      ...{ raster: Type.Optional(names), table: Type.Optional(names) },
      ...{ area: Type.Optional(names), operation: Type.Optional(names) },
      ...{ drawn: flag, anyName: flag, superseded: flag, all: flag, dryRun: flag },
    },
    closed,
  ),
  /** Counts all tiles of operations' rasters in advance. */
  tally: Type.Object(
    {
      operations: names,
      /** The most chunks in the queue at once. */
      inFlight: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    },
    closed,
  ),
  /** Loads an archive of results into the cache. */
  load: Type.Object({ file: text, overwrite: flag, force: flag, dryRun: flag }, closed),
  /** Computes what was asked for most lately and is no longer there, within a budget. */
  renew: Type.Object({}, closed),
} as const;

export type ChoreKind = keyof typeof choreAsks;
export const choreKinds = Object.keys(choreAsks) as readonly ChoreKind[];

/** The members of any chore by its kind, with some that are common to all. */
function anyChore<More extends TProperties>(more: More) {
  return Type.Union([
    Type.Object({ kind: Type.Literal('warm'), ...choreAsks.warm.properties, ...more }, closed),
    Type.Object({ kind: Type.Literal('invalidate'), ...choreAsks.invalidate.properties, ...more }, closed),
    Type.Object({ kind: Type.Literal('tally'), ...choreAsks.tally.properties, ...more }, closed),
    Type.Object({ kind: Type.Literal('load'), ...choreAsks.load.properties, ...more }, closed),
    Type.Object({ kind: Type.Literal('renew'), ...choreAsks.renew.properties, ...more }, closed),
  ]);
}

const ChoreAsk = anyChore({});
/** A chore as it is asked for. */
export type ChoreAsk = Static<typeof ChoreAsk>;

/**
 * The chore job: work on many areas that an operator has asked for. Its record says how far it is.
 */
export const chore = {
  queue: 'chore',
  role: 'chore',
  data: anyChore(CausedBy.properties),
  result: Type.Object({ state: Type.Union([Type.Literal('done'), Type.Literal('cancelled'), Type.Literal('failed')]) }),
  options: {},
} as const satisfies JobContract;

/** The job by which a schedule asks for its chore. */
export const scheduled = {
  queue: 'chore',
  role: 'chore',
  data: Type.Object({ schedule: Type.String(), ask: ChoreAsk }),
  result: Type.Object({ chore: Type.Union([Type.String(), Type.Null()]) }),
  options: { removeOnComplete: true },
} as const satisfies JobContract;

/** The job that looks, from time to time, whether a source of the catalog was replaced. */
export const watch = {
  queue: 'chore',
  role: 'chore',
  data: Type.Object({}),
  result: Type.Object({ replaced: Type.Array(Type.String()) }),
  options: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
} as const satisfies JobContract;
