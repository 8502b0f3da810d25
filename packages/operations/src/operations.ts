import type { Area } from '@catchment/areas';
import { fingerprint, resultKey } from '@catchment/cache';
import { type Catalog, type CatalogOperation, loadCatalog, openAreas, openRasters } from '@catchment/catalog';
import {
  countGroups,
  cutPlan,
  type GroupedCounts,
  planTiles,
  type Raster,
  type RasterStack,
  stackRasters,
  type TileRun,
} from '@catchment/raster';
import { type PlacedArea, placeArea, placementCache, refusal } from './place-area.ts';
import type { OperationRequest } from './request.ts';
import type { ResultFrame } from './result.ts';

/** Changes when the same rasters and areas would be counted differently. */
const algorithmVersion = 1;

export interface OperationsOptions {
  readonly catalogPath: string;
  /** How often a remote raster is looked at for a newer version; local files are at every use. */
  readonly recheckMilliseconds?: number;
}

/** What cannot be answered, by the asker's doing: one sentence naming the member. */
export interface Refusal {
  readonly problem: string;
}

export function isRefusal(answer: object): answer is Refusal {
  return 'problem' in answer;
}

type WellKnown = Extract<OperationRequest['area'], { readonly table: string }>;

export interface Identity {
  /** Under which the result is cached. */
  readonly key: string;
  /** Hash of all that could change the answer. */
  readonly fingerprint: string;
}

export interface OperationPlan {
  /** Tiles in all batches. */
  readonly tiles: number;
  readonly batches: TileRun[][];
  readonly frame: ResultFrame;
}

export interface CountOptions {
  /** As identified when the count was planned: anything else is refused, so that no two versions are added up. */
  readonly fingerprint: string;
  readonly tiles: readonly TileRun[];
  readonly signal?: AbortSignal;
  readonly onTile?: () => void;
}

/** Parses a drawn area; called only when it has not been placed before. Absent for well-known ones. */
export type DrawnArea = () => Area;

/** The catalog's operations, ready to be done on areas. What the rasters or tables cause throws; what the asker causes is a Refusal. */
export interface Operations {
  readonly catalog: Catalog;
  identify(request: OperationRequest): Promise<Identity | Refusal>;
  /** The ids of an area table of the catalog that match, ascending. */
  idsOf(table: string, matches: (id: string) => boolean): Promise<readonly string[]>;
  /** Finds the tiles to count and cuts them into batches of at most `tilesPerBatch`. */
  plan(
    request: OperationRequest,
    drawn: DrawnArea | undefined,
    tilesPerBatch: number,
  ): Promise<OperationPlan | Refusal>;
  /** Counts some tiles. Throws when a raster or the table is not as it was when the count was planned. */
  count(request: OperationRequest, drawn: DrawnArea | undefined, options: CountOptions): Promise<GroupedCounts>;
  close(): Promise<void>;
}

/** Opens and checks everything in a catalog. Throws CatalogError with all that is wrong. */
export async function openOperations({ catalogPath, recheckMilliseconds }: OperationsOptions): Promise<Operations> {
  const catalog = await loadCatalog(catalogPath);
  const options = recheckMilliseconds === undefined ? {} : { recheckMilliseconds };
  const tables = await openAreas(catalog, options);
  const rasters = await openRasters(catalog, options);
  const placed = placementCache();

  const operationOf = (name: string) => {
    const operation = catalog.operations.get(name);
    if (!operation) throw new Error(`no operation is called ${JSON.stringify(name)}`);
    return operation;
  };
  const withRasters = <Result>(
    { rasters: names }: CatalogOperation,
    work: (stack: readonly Raster[]) => Promise<Result>,
  ) => rasters.use(names, work);

  const identifyWith = async (request: OperationRequest, open: readonly Raster[]): Promise<Identity | Refusal> => {
    const { area, coverage } = request;
    const operation = operationOf(request.operation);
    const table = 'table' in area ? await tableVersion(area) : undefined;
    if (table && isRefusal(table)) return table;
    const hash = fingerprint({
      algorithm: algorithmVersion,
      type: operation.type,
      coverage,
      rasters: open.map(({ version }, index) => [version, definition(operation.rasters[index] as string)]),
      ...(table && { table: table.version }),
    });
    return { fingerprint: hash, key: resultKey({ area, operation: request.operation, fingerprint: hash }) };
  };

  const definition = (name: string) => {
    const { band = 1, nodata = null, crs = null } = catalog.rasters.get(name) ?? {};
    return { band, nodata, crs };
  };

  const tableVersion = async ({ table, id }: WellKnown): Promise<{ readonly version: string } | Refusal> => {
    if (!catalog.areas.has(table)) {
      const known = [...catalog.areas.keys()].join(', ') || 'none';
      return { problem: `area: no area table is called ${JSON.stringify(table)}; expected one of ${known}` };
    }
    return tables.use(table, async (open) =>
      (await open.has(id))
        ? { version: open.version }
        : { problem: `area: table ${table} has no area ${JSON.stringify(id)}` },
    );
  };

  const areaOf = async ({ area }: OperationRequest, drawn: DrawnArea | undefined): Promise<Area> => {
    if (drawn) return drawn();
    if (!('table' in area)) throw new Error(`the geometry of drawn area ${area.drawn} is missing`);
    const found = await tables.use(area.table, (table) => table.get(area.id));
    if (!found) throw new Error(`table ${area.table} no longer has area ${JSON.stringify(area.id)}`);
    return found;
  };

  const place = (request: OperationRequest, drawn: DrawnArea | undefined, stack: RasterStack, key: string) =>
    placed.get(key, async () => placeArea(await areaOf(request, drawn), stack));

  return {
    catalog,
    identify: (request) =>
      withRasters(operationOf(request.operation), async (open) => {
        stackRasters(open);
        return identifyWith(request, open);
      }),
    idsOf: (table, matches) =>
      tables.use(table, async (open) => {
        const ids: string[] = [];
        for await (const id of open.ids()) if (matches(id)) ids.push(id);
        return ids;
      }),
    plan: (request, drawn, tilesPerBatch) =>
      withRasters(operationOf(request.operation), async (open) => {
        const identity = await identifyWith(request, open);
        if (isRefusal(identity)) return identity;
        const stack = stackRasters(open);
        try {
          const area = await place(request, drawn, stack, identity.key);
          const plan = planTiles(stack, area.spans);
          const frame = frameOf(request, operationOf(request.operation), area);
          return { tiles: plan.tiles, batches: cutPlan(plan, tilesPerBatch), frame };
        } catch (error) {
          return refusal(error);
        }
      }),
    count: (request, drawn, { fingerprint: planned, tiles, ...progress }) =>
      withRasters(operationOf(request.operation), async (open) => {
        const identity = await identifyWith(request, open);
        if (isRefusal(identity)) throw new Error(identity.problem);
        if (identity.fingerprint !== planned) throw new Error(replaced(request));
        const stack = stackRasters(open);
        const { spans } = await place(request, drawn, stack, identity.key);
        const counts = await countGroups({ stack, spans, tiles, ...progress });
        // A file that is written over while it is read has other bytes under the same open handle.
        for (const raster of open) {
          if ((await raster.currentVersion()) !== raster.version) throw new Error(replaced(request));
        }
        return counts;
      }),
    close: async () => {
      await Promise.all([rasters.close(), tables.close()]);
    },
  };
}

function replaced({ operation }: OperationRequest): string {
  return `a raster or the area table of operation ${operation} was replaced while its cells were counted: ask again`;
}

function frameOf(request: OperationRequest, { name, rasters }: CatalogOperation, area: PlacedArea): ResultFrame {
  const { cellArea, warnings, areaCells, onRasters } = area;
  const where = 'table' in request.area ? `${request.area.table}/${request.area.id}` : `drawn/${request.area.drawn}`;
  const known = { operation: name, area: where, rasters: [...rasters], coverage: request.coverage };
  return { known: { ...known, ...(cellArea !== undefined && { cellArea }) }, warnings, areaCells, onRasters };
}
