import { fingerprint } from '@cellshed/cache';
import { type Catalog, type CatalogOperation, definitionOf } from '@cellshed/catalog';
import { type Coverage, type Definition, type Refusal, type Request, rastersOf } from '@cellshed/contracts';
import { cellArea, MisalignedRastersError, type Raster, rowAreaOf, stackRasters } from '@cellshed/raster';
import { recentlyUsed } from '@cellshed/recent';
import { computed, sourcesMark, type VersionByName } from './sources-mark.ts';

/** Rasters by their names in the catalog. */
export type OpenByName = ReadonlyMap<string, Raster>;

/** An operation as it is for all areas for which it is asked. */
export interface KnownOperation {
  readonly definition: Definition;
  /** The refusal of a client's choice that these rasters cannot answer. */
  readonly refusal: Refusal | undefined;
  fingerprint(rest: Asked): string;
}

/**
 * The part of a request that is not the operation's: the coverage, and the versions of its area
 * table and lines.
 */
interface Asked {
  readonly coverage: Coverage;
  readonly table: string | null;
  readonly lines: LinesVersion;
  /** The properties of the table that say which areas are units; absent: it is one area. */
  readonly units?: UnitsProperties | undefined;
}

/** The properties by which several areas of a table are chosen. */
export interface UnitsProperties {
  readonly downstream?: string;
  readonly by?: readonly string[];
}

/**
 * The line source of the catalog as `linesSource` says it, or the lines that came with the request;
 * `null`: there are none.
 */
export type LinesVersion = { readonly source: string | null } | { readonly drawn: string };

/** The operation of a request, all of whose rasters are open. */
export type KnownOperations = (request: Operated, open: OpenByName) => KnownOperation;

type Operated = Pick<Request, 'operation' | 'definition'>;

const [mostOperations, mostFingerprints] = [100, 100];

/**
 * Remembers operations, and what was fingerprinted of them: one is worked out anew when a raster of
 * it was replaced.
 */
export function openKnownOperations(catalog: Pick<Catalog, 'operations' | 'rasters'>): KnownOperations {
  const known = recentlyUsed<KnownOperation>({ limit: mostOperations });
  return (request, open) => {
    const definition = definitionFor(request, catalog);
    // Only versions are kept: a raster that was replaced can be closed.
    const versions = rastersOf(definition).map((name) => [name, open.get(name)?.version] as const);
    const name = JSON.stringify([request.operation, request.definition, versions]);
    const before = known.get(name);
    if (before) return before;
    const rasters = new Map(versions.flatMap(([raster, version]) => (version ? [[raster, { version }]] : [])));
    const refusal = misalignment(request, definition, open) ?? unknownAreas(request, definition, open);
    const fingerprints = rememberingFingerprints(fingerprintsOf(definition, rasters, catalog));
    const operation = { definition, refusal, fingerprint: fingerprints };
    known.set(name, operation);
    return operation;
  };
}

/** The same fingerprints, those of late remembered. */
function rememberingFingerprints(find: KnownOperation['fingerprint']): KnownOperation['fingerprint'] {
  const known = recentlyUsed<string>({ limit: mostFingerprints });
  return (asked) => {
    const { coverage, table, lines, units } = asked;
    const name = JSON.stringify([coverage, table, lines, units]);
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = find(asked);
    known.set(name, found);
    return found;
  };
}

/** The fingerprints of an operation whose rasters have these versions. */
export function fingerprintsOf(
  definition: Definition,
  rasters: VersionByName,
  catalog: Pick<Catalog, 'rasters'>,
): KnownOperation['fingerprint'] {
  const own = computed(definition, rasters, catalog);
  return ({ coverage, table, lines, units }) => {
    const linesText = 'drawn' in lines ? `drawn ${lines.drawn}` : lines.source;
    const lineSource = 'drawn' in lines ? null : lines.source;
    const mark = sourcesMark(definition, { rasters, catalog, table, lines: lineSource });
    return mark + fingerprint({ ...own, coverage, table, lines: linesText, ...(units && { units }) });
  };
}

const definitions = new WeakMap<CatalogOperation, Definition>();

/** The definition of a request: its own, or that of the catalog's operation of its name. */
export function definitionFor(
  { operation: name, definition }: Operated,
  catalog: Pick<Catalog, 'operations'>,
): Definition {
  if (definition) return definition;
  const operation = catalog.operations.get(name);
  if (!operation) throw new Error(`no operation is called ${JSON.stringify(name)}`);
  const known = definitions.get(operation) ?? definitionOf(operation);
  definitions.set(operation, known);
  return known;
}

/**
 * The refusal of rasters that a client chose and that do not align. If the catalog's own do not
 * align, the client is not to blame, so this throws.
 */
function misalignment({ definition: asked }: Operated, definition: Definition, open: OpenByName): Refusal | undefined {
  try {
    stackRasters(rastersOf(definition).map((name) => open.get(name) as Raster));
    return undefined;
  } catch (error) {
    if (asked === undefined || !(error instanceof MisalignedRastersError)) throw error;
    return { path: 'rasters', problem: error.message };
  }
}

/**
 * The refusal of a client who asks for the areas of cells that nobody knows: those of a row differ.
 * If the catalog asks for them, the client is not to blame, so this throws.
 */
function unknownAreas(
  { definition: asked, operation }: Operated,
  definition: Definition,
  open: OpenByName,
): Refusal | undefined {
  if (!('cellAreas' in definition && definition.cellAreas)) return undefined;
  const first = rastersOf(definition)[0] as string;
  const { grid } = open.get(first) as Raster;
  if (cellArea(grid) !== undefined || rowAreaOf(grid) !== undefined) return undefined;
  const problem = `is true, but the cells of raster ${first} (${grid.crs.name}) differ in size within a row; expected a raster in longitude and latitude, or in an equal-area CRS`;
  if (asked === undefined) throw new Error(`operation ${operation}: cellAreas ${problem}`);
  return { path: 'cellAreas', problem };
}
