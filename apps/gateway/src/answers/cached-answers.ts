import type { EntryHeader, PackedEntry, ResultCache } from '@catchment/cache';
import type { OpenAreas } from '@catchment/catalog';
import type { Refreshes } from '@catchment/jobs';
import type { Identifier, Identity, TableRequest } from '@catchment/operations';
import { isStale } from './freshness.ts';

/** The cached results of well-known areas, found without a job. */
export interface CachedAnswers {
  /** Finds the area of a request and the key of its result; undefined: there is no such area. */
  find(request: TableRequest): Promise<Found | undefined>;
  /** Reads the header alone; undefined: there is no result to show. */
  look(found: Found, stale: Stale): Promise<EntryHeader | undefined>;
  /** Reads the result as it is stored. */
  read(found: Found, stale: Stale): Promise<PackedEntry | undefined>;
}

/** Whether a result that is stale is left as it is, or also computed anew for those who come. */
export type Stale = 'leave' | 'refresh';

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
    | { readonly results: Pick<ResultCache, 'look' | 'readPacked'>; readonly refreshes: Pick<Refreshes, 'queue'> }
    | undefined;
  /** Receives what could not be looked at, or queued: the request is answered anyway. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export function openCachedAnswers({ tables, identify, cache, onError, clock }: CachedAnswersOptions): CachedAnswers {
  async function shown<Header extends EntryHeader>(
    { request, identity }: Found,
    stale: Stale,
    read: (results: Pick<ResultCache, 'look' | 'readPacked'>, key: string) => Promise<Header | undefined>,
  ): Promise<Header | undefined> {
    if (!identity || !cache) return undefined;
    const entry = await read(cache.results, identity.key);
    // The client is answered meanwhile; the next one queues the refresh again if that fails.
    if (entry && stale === 'refresh' && isStale(entry, clock()))
      void cache.refreshes.queue({ ...identity, request }, async () => undefined).catch(onError);
    return entry;
  }

  return {
    async find(request) {
      const { table, id } = request.area;
      const version = await tables.use(table, async (open) => ((await open.has(id)) ? open.version : undefined));
      if (version === undefined) return undefined;
      const identity = await identify(request, version).catch((error: unknown) => {
        // The workers may see what this process does not.
        onError(error as Error);
        return undefined;
      });
      return { request, identity, tableVersion: version };
    },
    look: (found, stale) => shown(found, stale, (results, key) => results.look(key)),
    read: (found, stale) => shown(found, stale, (results, key) => results.readPacked(key)),
  };
}
