import Type, { type Static, type TSchema } from 'typebox';

const closed = { additionalProperties: false } as const;
const text = Type.String();
const count = Type.Integer();
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const list = <Schema extends TSchema>(schema: Schema) => Type.Immutable(Type.Array(schema));

const QueueDocument = Type.Object(
  {
    queue: text,
    /** Whether a worker has said within the last seconds that it takes its jobs. */
    taken: Type.Boolean(),
    paused: Type.Boolean(),
    running: count,
    waiting: count,
    /** Jobs that wait for a time, or for another request's computation. */
    delayed: count,
    /** Jobs that wait for their children. */
    parked: count,
    completed: count,
    failed: count,
    /** The age of the oldest job that waits, by who waits for it; `null`: none waits. */
    oldestSeconds: Type.Object({ people: orNull(Type.Number()), background: orNull(Type.Number()) }, closed),
  },
  closed,
);

const ProcessDocument = Type.Object(
  {
    kind: Type.Enum(['gateway', 'worker']),
    /** `host:process` */
    name: text,
    roles: list(text),
    version: text,
    startedAt: text,
    threads: orNull(count),
    /** The jobs that it does now: their kinds, operations and areas. */
    doing: list(Type.Object({ kind: text, subject: text }, closed)),
  },
  closed,
);
export type ProcessDocument = Static<typeof ProcessDocument>;

const ChoreDocument = Type.Object(
  {
    id: text,
    kind: text,
    state: text,
    /** The name of whoever has asked for it. */
    by: text,
    askedAt: text,
    done: count,
    /** `null`: it is not known yet. */
    planned: orNull(count),
    /** The unit of the counts; `null`: nothing is counted yet. */
    unit: orNull(text),
    /** Why it rests; `null`: it does not. */
    problem: orNull(text),
  },
  closed,
);
export type ChoreDocument = Static<typeof ChoreDocument>;

/** Requests that have ended, by outcome, and the part of them that were hits. */
const EndedDocument = Type.Object({ outcomes: Type.Record(text, count), hitRate: orNull(Type.Number()) }, closed);
export type EndedDocument = Static<typeof EndedDocument>;

const StoreDocument = Type.Object(
  {
    /** The settings that name it. */
    settings: list(text),
    /** Its URL, without the password. */
    place: text,
    /** A sentence if it did not answer this command; `null`: it did. */
    problem: orNull(text),
    /** Bytes that are used, and the most that may be, of a Redis or a disk; `null`: not known. */
    usedBytes: orNull(count),
    limitBytes: orNull(count),
    /** The troubles of workers with it, as each of them sees it. */
    troubles: list(
      Type.Object({ worker: text, state: text, since: orNull(text), failures: count, problem: orNull(text) }, closed),
    ),
  },
  closed,
);
export type StoreDocument = Static<typeof StoreDocument>;

const RedisDocument = Type.Object(
  {
    /** The settings that name it. */
    settings: list(text),
    place: text,
    /** A sentence if it did not answer; then the rest is absent. */
    problem: Type.Optional(text),
    version: Type.Optional(text),
    policy: Type.Optional(text),
    usedBytes: Type.Optional(count),
    /** `null`: no limit. */
    limitBytes: Type.Optional(orNull(count)),
    evicted: Type.Optional(count),
  },
  closed,
);
export type RedisDocument = Static<typeof RedisDocument>;

const SourceDocument = Type.Object(
  {
    kind: Type.Enum(['raster', 'table', 'lines', 'catalog']),
    name: text,
    /** `null`: it cannot be used now; `problem` says why. A catalog is listed only then. */
    version: orNull(text),
    problem: orNull(text),
  },
  closed,
);
export type SourceDocument = Static<typeof SourceDocument>;

/** The state of a service, and what in it needs attention. */
export const StatusDocument = Type.Object(
  {
    at: text,
    /** Sentences; none: it is well. */
    attention: list(text),
    queues: list(QueueDocument),
    processes: list(ProcessDocument),
    /** The chores that are under way. */
    chores: list(ChoreDocument),
    /** When a worker put the queues in order last; `null`: not for a week. */
    keptAt: orNull(text),
    requests: Type.Object({ hour: EndedDocument, day: EndedDocument }, closed),
    stores: list(StoreDocument),
    redis: list(RedisDocument),
    sources: list(SourceDocument),
  },
  closed,
);
export type StatusDocument = Static<typeof StatusDocument>;
