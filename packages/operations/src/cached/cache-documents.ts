import {
  addGroups,
  type Entry,
  type EntryHeader,
  type ListedResult,
  type RedisServer,
  type Removal,
  type StoreState,
  type SurveyGroup,
} from '@cellshed/cache';
import { areaText } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';

const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const time = Type.String({ description: 'ISO 8601, UTC' });
const count = Type.Integer();

/** The facts about a cached value, without the value. `null` is never. */
export const CacheHeader = Type.Object({
  computedAt: time,
  freshUntil: orNull(time),
  hardUntil: orNull(time),
  costMs: Type.Number(),
  schemaVersion: Type.Integer(),
  etag: Type.String(),
  valueBytes: Type.Integer(),
});

/** A result that lies in the cache. */
export const CachedResult = Type.Object({
  key: Type.String(),
  /** The name of the area in results. */
  area: Type.String(),
  operation: Type.String(),
  /** `null`: what lies there is no entry. */
  header: orNull(CacheHeader),
});
export type CachedResult = Static<typeof CachedResult>;

/** One entry with its value: as `value` where that is JSON, else as `base64`. */
export const CachedValue = Type.Object({
  key: Type.String(),
  header: CacheHeader,
  value: Type.Optional(Type.Unknown()),
  base64: Type.Optional(Type.String()),
});
export type CachedValue = Static<typeof CachedValue>;

const figures = {
  entries: count,
  valueBytes: count,
  oldest: orNull(time),
  newest: orNull(time),
  stale: count,
  expired: count,
  otherSchema: count,
  unreadable: count,
  /** Results that can no longer be asked for; `null` where that could not be told. */
  superseded: orNull(count),
  supersededBytes: orNull(count),
  /** Results of operations, tables or rasters that the catalog lacks; `null` as above. */
  unlisted: orNull(count),
};

/**
 * Why of some results it could not be told whether they were superseded: a sentence for each
 * source.
 */
const problems = Type.Optional(Type.Array(Type.String()));

/** The contents of a cache; the members are those of the cache's survey. */
export const CacheSurvey = Type.Object({
  total: Type.Object(figures),
  groups: Type.Array(
    Type.Object({
      /** `null`: of drawn areas. */
      table: orNull(Type.String()),
      operation: Type.String(),
      ...figures,
    }),
  ),
  /** The figures that each Redis of the cache reports. */
  servers: Type.Array(
    Type.Object({
      place: Type.String(),
      figures: Type.Union([
        Type.Object({
          usedMemoryBytes: count,
          maxMemoryBytes: orNull(count),
          evictionPolicy: Type.String(),
          evictedKeys: count,
          hits: count,
          misses: count,
        }),
        Type.Object({ problem: Type.String() }),
      ]),
    }),
  ),
  /** The stores that workers have trouble with now, as each of them sees it. */
  troubles: Type.Optional(
    Type.Array(
      Type.Object({
        /** `host:process` */
        worker: Type.String(),
        place: Type.String(),
        state: Type.Enum(['well', 'takes no values', 'fails', 'hangs']),
        since: orNull(time),
        failures: count,
        problem: orNull(Type.String()),
      }),
    ),
  ),
  problems,
});
export type CacheSurvey = Static<typeof CacheSurvey>;

/** The outcome of an invalidation, done or tried. */
export const Invalidation = Type.Object({
  looked: count,
  matched: count,
  removed: count,
  dryRun: Type.Boolean(),
  problems,
});
export type Invalidation = Static<typeof Invalidation>;

export function cachedResult({ key, parts: { area, operation }, header }: ListedResult): CachedResult {
  return { key, area: areaText(area), operation, header: header ? cacheHeader(header) : null };
}

export function cachedValue(key: string, { value, ...header }: Entry): CachedValue {
  return { key, header: cacheHeader(header), ...readable(value) };
}

export function cacheHeader(header: EntryHeader): Static<typeof CacheHeader> {
  const { computedAt, freshUntil, hardUntil, costMs, schemaVersion, etag, valueBytes } = header;
  const times = { computedAt: iso(computedAt), freshUntil: isoOrNull(freshUntil), hardUntil: isoOrNull(hardUntil) };
  return { ...times, costMs, schemaVersion, etag, valueBytes };
}

export function cacheSurvey(
  groups: readonly SurveyGroup[],
  servers: readonly RedisServer[],
  {
    problems = [],
    troubles = [],
  }: { readonly problems?: readonly string[]; readonly troubles?: readonly Trouble[] } = {},
): CacheSurvey {
  const dated = <Group extends { readonly oldest: number | null; readonly newest: number | null }>(group: Group) => ({
    ...group,
    oldest: isoOrNull(group.oldest),
    newest: isoOrNull(group.newest),
  });
  return {
    total: dated(addGroups(groups)),
    groups: groups.map(dated),
    servers: [...servers],
    ...toldOf(troubles),
    ...told(problems),
  };
}

export function invalidation(
  { looked, matched, removed }: Removal,
  dryRun: boolean,
  problems: readonly string[] = [],
): Invalidation {
  return { looked, matched, removed, dryRun, ...told(problems) };
}

/** A store that a worker has trouble with; times are milliseconds since 1970. */
type Trouble = StoreState & { readonly worker: string };

function toldOf(troubles: readonly Trouble[]): Pick<CacheSurvey, 'troubles'> {
  if (troubles.length === 0) return {};
  return { troubles: troubles.map((trouble) => ({ ...trouble, since: isoOrNull(trouble.since) })) };
}

function told(problems: readonly string[]): { readonly problems?: string[] } {
  return problems.length > 0 ? { problems: [...problems] } : {};
}

function readable(bytes: Uint8Array): Pick<CachedValue, 'value' | 'base64'> {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    // Any bytes may be cached, and only what is JSON can be shown as it is.
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

/** The farthest that a Date reaches; a lifetime of a thousand million days ends later. */
const lastMilliseconds = 8.64e15;

function iso(time: number): string {
  return new Date(Math.max(-lastMilliseconds, Math.min(time, lastMilliseconds))).toISOString();
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : iso(time);
}
