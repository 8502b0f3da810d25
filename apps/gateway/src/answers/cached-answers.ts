import type { EntryHeader, PackedEntry, ResultCache } from '@cellshed/cache';
import type { OpenAreas } from '@cellshed/catalog';
import type { Refreshes } from '@cellshed/jobs';
import type { Identifier, Identity, TableNow, TableQuestion, TableRequest } from '@cellshed/operations';
import { ProblemError } from '../problems/problem-error.ts';
import { isStale } from './freshness.ts';

/** The cached results of well-known areas, found without a job. */
export interface CachedAnswers {
  /** Finds the area of a request and the key of its result; undefined: there is no such area. */
  find(request: TableRequest): Promise<Found | undefined>;
  /** Reads the header alone; undefined: there is no result to show. */
  look(found: Found, stale: Stale): Promise<EntryHeader | undefined>;
  /** Reads the result as it is stored. */
  read(found: Found, stale: Stale): Promise<PackedEntry | undefined>;
  /**
   * Reads the results of one question about these areas of a table, as they are stored, and leaves
   * stale ones as they are. There are fewer than areas where the first ones have very many bytes.
   * Throws a ProblemError (503) where nothing can be read here now.
   */
  readMany(question: TableQuestion, areas: AreasNow): Promise<readonly (PackedEntry | undefined)[]>;
}

/** Some areas of a table as it is at one time; without a version, as it is now. */
export interface AreasNow {
  readonly name: string;
  readonly version?: string;
  readonly ids: readonly string[];
  /** Whether each is meant with all that drain into it; default: it alone. */
  readonly upstream?: boolean;
}

/**
 * Whether a result that is stale is left as it is, or also computed anew for those who come:
 * because of the HTTP request with this id.
 */
export type Stale = 'leave' | { readonly refreshFor: string };

/** A request whose area exists. */
export interface Found {
  readonly request: TableRequest;
  /** Undefined: its sources cannot be looked at from here. */
  readonly identity: Identity | undefined;
  /** The version of its area table, which has the name and the polygons. */
  readonly tableVersion: string;
}

export interface CachedAnswersOptions {
  readonly tables: Pick<OpenAreas, 'use'>;
  readonly identify: Identifier;
  /** The cache, and the refreshes of what is stale in it; undefined: no cache can be read here. */
  readonly cache:
    | {
        readonly results: Pick<ResultCache, 'look' | 'readPacked' | 'readManyPacked'>;
        readonly refreshes: Pick<Refreshes, 'queue'>;
      }
    | undefined;
  /** Receives what could not be looked at, or queued: the request is answered anyway. */
  readonly onError: (error: Error) => void;
  /** Hears of each result that is shown to somebody. */
  readonly onAsked?: (request: TableRequest) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The most bytes of results that are read together, unpacked; a first one may have more. */
const mostBytes = 16 * 2 ** 20;

/** The results that are read together: few at first, then as many as are likely to have room. */
const [firstFew, mostTogether] = [10, 100];

export function openCachedAnswers(options: CachedAnswersOptions): CachedAnswers {
  const { tables, identify, cache, onError, onAsked, clock } = options;
  async function shown<Header extends EntryHeader>(
    { request, identity }: Found,
    stale: Stale,
    read: (results: Pick<ResultCache, 'look' | 'readPacked'>, key: string) => Promise<Header | undefined>,
  ): Promise<Header | undefined> {
    if (!identity || !cache) return undefined;
    const entry = await read(cache.results, identity.key);
    if (entry && stale !== 'leave') onAsked?.(request);
    // The client is answered meanwhile; the next one queues the refresh again if that fails.
    if (entry && stale !== 'leave' && isStale(entry, clock())) {
      const asked = { ...identity, request, requestId: stale.refreshFor };
      void cache.refreshes.queue(asked, async () => undefined).catch(onError);
    }
    return entry;
  }

  /** Undefined: the sources cannot be looked at from here. The workers may see them. */
  const identityFor = (question: TableQuestion, table: TableNow, upstream: boolean) =>
    identify(question, table, upstream).catch((error: unknown) => {
      onError(error as Error);
      return undefined;
    });

  const versionOf = (table: string) => tables.use(table, async ({ version }) => version);

  return {
    async find(request) {
      const { area } = request;
      const { table } = area;
      const id = 'id' in area ? area.id : area.upstream;
      const version = await tables.use(table, async (open) => ((await open.has(id)) ? open.version : undefined));
      if (version === undefined) return undefined;
      const identityOf = await identityFor(request, { name: table, version }, 'upstream' in area);
      return { request, identity: identityOf?.(id), tableVersion: version };
    },
    async readMany(question, { ids, name, version: known, upstream = false }) {
      if (!cache) throw new ProblemError(503, 'this gateway reads no cached answers');
      const version = known ?? (await versionOf(name));
      const identityOf = await identityFor(question, { name, version }, upstream);
      if (!identityOf) throw new ProblemError(503, 'the versions of the rasters cannot be looked at now');
      const entries: (PackedEntry | undefined)[] = [];
      let [bytes, together] = [0, firstFew];
      while (entries.length < ids.length) {
        const keys = ids.slice(entries.length, entries.length + together).map((id) => identityOf(id).key);
        const some = await cache.results.readManyPacked(keys);
        if (!some) throw new ProblemError(503, 'cached answers cannot be read now');
        for (const entry of some) {
          bytes += entry?.valueBytes ?? 0;
          if (entries.length > 0 && bytes > mostBytes) return entries;
          entries.push(entry);
        }
        const fitting = Math.floor(((mostBytes - bytes) * entries.length) / bytes);
        together = Math.max(1, Math.min(mostTogether, fitting));
      }
      return entries;
    },
    look: (found, stale) => shown(found, stale, (results, key) => results.look(key)),
    read: (found, stale) => shown(found, stale, (results, key) => results.readPacked(key)),
  };
}
