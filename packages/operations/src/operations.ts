import { dirname, resolve } from 'node:path';
import type { Network } from '@cellshed/areas';
import {
  type Catalog,
  loadCatalog,
  type OpenAreas,
  openAreas,
  openLines,
  openRasters,
  type ReadingOptions,
} from '@cellshed/catalog';
import {
  areaText,
  type Batch,
  hasUnits,
  isRefusal,
  type Refusal,
  type Request,
  type ResultDocument,
  rastersOf,
  refusalText,
  type UnitsReference,
} from '@cellshed/contracts';
import { countPass } from './count-pass.ts';
import type { Effort } from './effort.ts';
import { holdTables } from './held-tables.ts';
import { type Identified, type Identity, identifyRequests, noTable } from './identify.ts';
import { definitionFor, type OpenByName, openKnownOperations } from './known-operations.ts';
import type { PartialResult } from './methods.ts';
import { type DrawnGeometries, openPlacer } from './planning/place.ts';
import { type OperationPlan, type PlaceSources, type PlanWork, planPasses } from './planning/plan-passes.ts';
import { Replaced } from './replaced.ts';
import { resultDocument } from './result.ts';
import { type OperationTallies, operationTallies } from './tallies/operation-tallies.ts';
import { openTallies, type TalliesOptions } from './tallies/tallies.ts';
import { noLinks, openUnits } from './totals/units.ts';

export interface OperationsOptions extends Omit<ReadingOptions, 'rasterCache'> {
  readonly catalogPath: string;
  /** The catalog in that file, where it has been read already. */
  readonly catalog?: Catalog | undefined;
  /** Its area tables, where they are open already; they are not closed with the operations. */
  readonly tables?: Pick<OpenAreas, 'use'> | undefined;
  /**
   * The interval at which a remote raster is checked for a newer version; local files are checked
   * at every use.
   */
  readonly recheckMilliseconds?: number;
  /**
   * The folder in which tiles of remote rasters are kept, relative to the catalog's, and the most
   * bytes of them; absent: they are not kept.
   */
  readonly rasterCache?: { readonly folder: string; readonly mostBytes: number } | undefined;
  /** The place of tallies of whole tiles; absent: none are kept, and all cells are counted. */
  readonly tallies?: Omit<TalliesOptions, 'base'> | undefined;
}

export interface CountOptions extends Pick<Batch, 'rasters' | 'tiles' | 'tallied'> {
  /**
   * The fingerprint of each request when the count was planned: any other is refused, so that no
   * two versions are added up.
   */
  readonly fingerprints: readonly string[];
  readonly signal?: AbortSignal;
  /** The budgets of placing the areas, and of counting; they throw when the work is to stop. */
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
  identify(request: Request): Promise<Identity | Refusal>;
  identifyAll(requests: readonly Request[]): Promise<Identity[] | Refusal>;
  /** The ids of an area table of the catalog that match, ascending. */
  idsOf(table: string, matches: (id: string) => boolean): Promise<readonly string[]>;
  /** The ids of several areas that are asked about as one, ascending: at least one. */
  unitsOf(area: UnitsReference): Promise<readonly string[] | Refusal>;
  /** The links of an area table whose areas name the next one downstream. */
  networkOf(table: string): Promise<Network | Refusal>;
  /**
   * The units of a request for a total, and the fingerprint that the result of each of them has.
   * Throws Replaced when the request does not have the fingerprint that is expected.
   */
  identifyUnits(request: Request, fingerprint: string): Promise<IdentifiedUnits | Refusal>;
  /**
   * Finds the tiles to count for these requests and cuts them into batches of at most
   * `tilesPerBatch`. Throws Replaced when a request does not have the fingerprint that is expected,
   * if any is.
   */
  plan(
    requests: readonly Request[],
    drawn: DrawnGeometries | undefined,
    work: PlanWork & { readonly fingerprints?: readonly string[] },
  ): Promise<OperationPlan | Refusal>;
  /**
   * Plans these requests and, if the plan is one batch, counts it at once: then there is a result
   * document for each. Throws Replaced like both.
   */
  planAndCount(
    requests: readonly Request[],
    drawn: DrawnGeometries | undefined,
    work: PlanWork & {
      readonly fingerprints: readonly string[];
      readonly counting?: Pick<CountOptions, 'signal' | 'effort' | 'onTile'>;
    },
  ): Promise<PlannedAndCounted | Refusal>;
  /**
   * Counts some tiles for each of these requests, which are the members of a batch. Throws Replaced
   * when a raster, a table or lines are not as they were when the count was planned.
   */
  count(
    requests: readonly Request[],
    drawn: DrawnGeometries | undefined,
    options: CountOptions,
  ): Promise<PartialResult[]>;
  close(): Promise<void>;
}

/** Units by their ids, ascending. */
export interface IdentifiedUnits {
  readonly ids: readonly string[];
  readonly fingerprint: string;
}

export interface PlannedAndCounted {
  readonly planned: OperationPlan;
  readonly documents?: readonly ResultDocument[];
}

/**
 * Opens and checks everything in a catalog. Throws CatalogError with all that is wrong; nothing is
 * left open then.
 */
export async function openOperations({
  catalogPath,
  catalog: known,
  tables: openTables,
  recheckMilliseconds,
  rasterCache,
  tallies: tallying,
  ...reading
}: OperationsOptions): Promise<Operations> {
  const catalog = known ?? (await loadCatalog(catalogPath));
  const options = recheckMilliseconds === undefined ? {} : { recheckMilliseconds };
  await using opened = new AsyncDisposableStack();
  const closing = <Source extends { close(): Promise<void> }>(source: Source) =>
    opened.adopt(source, (one) => one.close());
  const tables = openTables ?? closing(await openAreas(catalog, options));
  const lines = closing(await openLines(catalog, options));
  const cache = rasterCache && { ...rasterCache, folder: resolve(dirname(catalogPath), rasterCache.folder) };
  const rasters = closing(await openRasters(catalog, { ...options, ...reading, rasterCache: cache }));
  const operationOf = openKnownOperations(catalog);
  const units = openUnits(catalog);
  const place = openPlacer({ lines, units });
  const tallies = tallying && closing(await openTallies(catalog, { ...tallying, base: dirname(catalogPath) }));

  const withRasters = <Result>(
    requests: readonly Pick<Request, 'operation' | 'definition'>[],
    work: (open: OpenByName) => Promise<Result>,
    others: readonly string[] = [],
  ) => {
    const own = requests.flatMap((request) => rastersOf(definitionFor(request, catalog)));
    const names = [...new Set([...others, ...own])];
    return rasters.use(names, (open) => work(new Map(open.map((raster, i) => [names[i] as string, raster]))));
  };
  /** Runs `work` with what the requests are, all that they name being as it is now. */
  const withIdentified = <Result>(
    requests: readonly Request[],
    work: (identified: Identified[], sources: IdentifiedSources) => Promise<Result>,
    others: readonly string[] = [],
  ): Promise<Result | Refusal> =>
    withRasters(
      requests,
      (open) =>
        holdTables(tables, requests, {
          isKnown: (name) => catalog.areas.has(name),
          work: async (held) => {
            const identified = await identifyRequests(requests, open, { catalog, tables: held, lines, operationOf });
            return isRefusal(identified) ? identified : work(identified, { open, place, tables: held, tallies });
          },
        }),
      others,
    );
  const identifyAll = (requests: readonly Request[]) =>
    withIdentified(requests, async (identified) => identified.map(({ key, fingerprint }) => ({ key, fingerprint })));

  const ofOperation = tallies && operationTallies(tallies, catalog, (asked, work) => withRasters([asked], work));

  const kept = opened.move();
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
    unitsOf: async (area) => {
      if (!catalog.areas.has(area.table)) return noTable(area.table, catalog);
      return tables.use(area.table, (table) => units.of(area, table));
    },
    networkOf: async (name) => {
      if (!catalog.areas.has(name)) return noTable(name, catalog);
      if (catalog.areas.get(name)?.downstream === undefined) return noLinks(name);
      return tables.use(name, units.network);
    },
    identifyUnits: async (request, fingerprint) => {
      const { area } = request;
      if (!hasUnits(area)) throw new TypeError(`${areaText(area)} is one area, expected several`);
      return withIdentified([request], async (total, { open, tables: held }) => {
        await expectUnchanged(total, [fingerprint], { open });
        const ids = await held.use(area.table, (table) => units.of(area, table));
        if (isRefusal(ids)) return ids;
        const one = { ...request, area: { table: area.table, id: ids[0] as string } };
        const identified = await identifyRequests([one], open, { catalog, tables: held, lines, operationOf });
        return isRefusal(identified) ? identified : { ids, fingerprint: identified[0]?.fingerprint as string };
      });
    },
    plan: (requests, drawn, { fingerprints, ...work }) =>
      withIdentified(requests, async (identified, sources) => {
        if (fingerprints) await expectUnchanged(identified, fingerprints, sources);
        return planPasses(identified, { ...sources, drawn }, work);
      }),
    planAndCount: (requests, drawn, { fingerprints, counting, ...work }) =>
      withIdentified(requests, async (identified, sources) => {
        await expectUnchanged(identified, fingerprints, sources);
        const own = { ...sources, drawn };
        const planned = await planPasses(identified, own, work);
        if (isRefusal(planned)) return planned;
        if (planned.batches.length > 1) return { planned };
        const parts: PartialResult[][] = planned.frames.map(() => []);
        for (const { members, ...batch } of planned.batches) {
          const counted = members.map((member) => identified[member] as Identified);
          const onCounted = () => expectUntouched(sources, requests);
          const found = await countPass(counted, own, { ...batch, ...counting, onCounted });
          for (const [i, member] of members.entries()) parts[member]?.push(found[i] as PartialResult);
        }
        return { planned, documents: planned.frames.map((frame, i) => resultDocument(frame, parts[i] ?? [])) };
      }),
    count: async (requests, drawn, { fingerprints, ...work }) => {
      const count = async (identified: Identified[], sources: IdentifiedSources) => {
        await expectUnchanged(identified, fingerprints, sources);
        const onCounted = () => expectUntouched(sources, requests);
        return countPass(identified, { ...sources, drawn }, { ...work, onCounted });
      };
      const counted = await withIdentified(requests, count, work.rasters);
      // It was answered when the count was planned.
      if (isRefusal(counted)) throw Replaced.of(requests[0] as Request, refusalText(counted));
      return counted;
    },
    close: () => kept.disposeAsync(),
  };
}

type IdentifiedSources = Omit<PlaceSources, 'drawn'>;

/**
 * Throws Replaced if a file was written over while it was read: it has other bytes under the same
 * open handle. On a server that is noticed.
 */
async function expectUntouched({ open }: Pick<IdentifiedSources, 'open'>, [first]: readonly Request[]): Promise<void> {
  for (const raster of open.values()) {
    if (!raster.isRemote && (await raster.currentVersion()) !== raster.version) throw Replaced.of(first as Request);
  }
}

/**
 * Throws Replaced if a request has another fingerprint than is expected. A raster whose server
 * sends different versions of the same file refuses to be looked at.
 */
async function expectUnchanged(
  identified: readonly Identified[],
  fingerprints: readonly string[],
  { open }: Pick<IdentifiedSources, 'open'>,
): Promise<void> {
  const other = identified.find(({ fingerprint }, i) => fingerprint !== fingerprints[i]);
  if (!other) return;
  await Promise.all([...open.values()].map((raster) => raster.isRemote && raster.currentVersion()));
  throw Replaced.of(other.request);
}
