import { dirname, resolve } from 'node:path';
import { type Catalog, loadCatalog, openAreas, openLines, openRasters, rastersOf } from '@catchment/catalog';
import { countPass } from './count-pass.ts';
import type { Effort } from './effort.ts';
import { holdTables } from './held-tables.ts';
import { definitionFor, type Identified, type Identity, identifyRequests, type OpenByName } from './identify.ts';
import type { PartialResult } from './methods.ts';
import { type DrawnGeometries, openPlacer } from './place.ts';
import { type OperationPlan, type PlaceSources, type PlanWork, planPasses, type TileBatch } from './plan-passes.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { type OperationRequest, operationText } from './request.ts';
import { type OperationTallies, operationTallies } from './tallies/operation-tallies.ts';
import { openTallies, type TalliesOptions } from './tallies/tallies.ts';

export interface OperationsOptions {
  readonly catalogPath: string;
  /** What that file holds, where it has been read already. */
  readonly catalog?: Catalog | undefined;
  /** How often a remote raster is looked at for a newer version; local files are at every use. */
  readonly recheckMilliseconds?: number;
  /**
   * Where tiles of remote rasters are kept, in a folder relative to the catalog's, and most bytes
   * of them; absent: nowhere.
   */
  readonly rasterCache?: { readonly folder: string; readonly mostBytes: number } | undefined;
  /** Most bytes of decoded tiles that are kept for counts to come; default 0. */
  readonly tileCacheBytes?: number | undefined;
  /** How many other threads decode tiles, too: as in openRaster. */
  readonly decodeThreads?: number | undefined;
  /** Where tallies of whole tiles are kept; absent: none are, and all cells are counted. */
  readonly tallies?: Omit<TalliesOptions, 'base'> | undefined;
}

export interface CountOptions extends Pick<TileBatch, 'rasters' | 'tiles' | 'tallied'> {
  /**
   * Of each request, as identified when the count was planned: anything else is refused, so that no
   * two versions are added up.
   */
  readonly fingerprints: readonly string[];
  readonly signal?: AbortSignal;
  /** What placing the areas may cost, and counting: it throws when the work is to stop. */
  readonly effort?: Effort;
  readonly onTile?: () => void;
}

/**
 * The catalog's operations, ready to be done on areas: several at once, in one pass over the tiles,
 * with the same answers as one by one. What the rasters or tables cause throws; what the asker
 * causes is a Refusal.
 */
export interface Operations {
  readonly catalog: Catalog;
  /** Absent: none are kept. */
  readonly tallies?: OperationTallies;
  identify(request: OperationRequest): Promise<Identity | Refusal>;
  identifyAll(requests: readonly OperationRequest[]): Promise<Identity[] | Refusal>;
  /** The ids of an area table of the catalog that match, ascending. */
  idsOf(table: string, matches: (id: string) => boolean): Promise<readonly string[]>;
  /**
   * Finds the tiles to count for these requests and cuts them into batches of at most
   * `tilesPerBatch`.
   */
  plan(
    requests: readonly OperationRequest[],
    drawn: DrawnGeometries | undefined,
    work: PlanWork,
  ): Promise<OperationPlan | Refusal>;
  /**
   * Counts some tiles for each of these requests, which are the members of a batch. Throws when a
   * raster, a table or lines are not as they were when the count was planned.
   */
  count(
    requests: readonly OperationRequest[],
    drawn: DrawnGeometries | undefined,
    options: CountOptions,
  ): Promise<PartialResult[]>;
  close(): Promise<void>;
}

/** Opens and checks everything in a catalog. Throws CatalogError with all that is wrong. */
export async function openOperations({
  catalogPath,
  catalog: known,
  recheckMilliseconds,
  rasterCache,
  tallies: tallying,
  ...decoding
}: OperationsOptions): Promise<Operations> {
  const catalog = known ?? (await loadCatalog(catalogPath));
  const options = recheckMilliseconds === undefined ? {} : { recheckMilliseconds };
  const tables = await openAreas(catalog, options);
  const lines = await openLines(catalog, options);
  const cache = rasterCache && { ...rasterCache, folder: resolve(dirname(catalogPath), rasterCache.folder) };
  const rasters = await openRasters(catalog, { ...options, ...decoding, rasterCache: cache });
  const place = openPlacer({ lines });
  const tallies = tallying && (await openTallies(catalog, { ...tallying, base: dirname(catalogPath) }));

  const withRasters = <Result>(
    requests: readonly Pick<OperationRequest, 'operation' | 'definition'>[],
    work: (open: OpenByName) => Promise<Result>,
    others: readonly string[] = [],
  ) => {
    const own = requests.flatMap((request) => rastersOf(definitionFor(request, catalog)));
    const names = [...new Set([...others, ...own])];
    return rasters.use(names, (open) => work(new Map(open.map((raster, i) => [names[i] as string, raster]))));
  };
  /** Runs `work` with what the requests are, all that they name being as it is now. */
  const withIdentified = <Result>(
    requests: readonly OperationRequest[],
    work: (identified: Identified[], sources: IdentifiedSources) => Promise<Result>,
    others: readonly string[] = [],
  ): Promise<Result | Refusal> =>
    withRasters(
      requests,
      (open) =>
        holdTables(tables, requests, {
          isKnown: (name) => catalog.areas.has(name),
          work: async (held) => {
            const identified = await identifyRequests(requests, open, { catalog, tables: held, lines });
            return isRefusal(identified) ? identified : work(identified, { open, place, tables: held, tallies });
          },
        }),
      others,
    );
  const identifyAll = (requests: readonly OperationRequest[]) =>
    withIdentified(requests, async (identified) => identified.map(({ key, fingerprint }) => ({ key, fingerprint })));

  const ofOperation = tallies && operationTallies(tallies, catalog, (asked, work) => withRasters([asked], work));

  return {
    catalog,
    ...(ofOperation && { tallies: ofOperation }),
    identifyAll,
    identify: async (request) => {
      const identities = await identifyAll([request]);
      return isRefusal(identities) ? identities : (identities[0] as Identity);
    },
    idsOf: (table, matches) =>
      tables.use(table, async (open) => {
        const ids: string[] = [];
        for await (const id of open.ids()) if (matches(id)) ids.push(id);
        return ids;
      }),
    plan: (requests, drawn, work) =>
      withIdentified(requests, (identified, sources) => planPasses(identified, { ...sources, drawn }, work)),
    count: async (requests, drawn, { fingerprints, ...work }) => {
      const count = (identified: Identified[], sources: IdentifiedSources) => {
        const other = identified.find(({ fingerprint }, i) => fingerprint !== fingerprints[i]);
        if (other) throw new Error(replaced(other.request));
        // A file that is written over while it is read has other bytes under the same open handle;
        // on a server it is noticed.
        const onCounted = async () => {
          for (const raster of sources.open.values()) {
            if (!raster.isRemote && (await raster.currentVersion()) !== raster.version)
              throw new Error(replaced(requests[0] as OperationRequest));
          }
        };
        return countPass(identified, { ...sources, drawn }, { ...work, onCounted });
      };
      const counted = await withIdentified(requests, count, work.rasters);
      if (isRefusal(counted)) throw new Error(counted.problem);
      return counted;
    },
    close: async () => {
      await Promise.all([rasters.close(), tables.close(), lines.close(), tallies?.close()]);
    },
  };
}

type IdentifiedSources = Omit<PlaceSources, 'drawn'>;

function replaced(request: OperationRequest): string {
  return `a raster, the area table or the lines of operation ${operationText(request)} were replaced while its cells were counted: ask again`;
}
