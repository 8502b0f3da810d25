import { fingerprint, resultKey } from '@catchment/cache';
import {
  type Catalog,
  type Definition,
  definitionOf,
  type OpenAreas,
  type OpenLines,
  rastersOf,
} from '@catchment/catalog';
import { MisalignedRastersError, type Raster, stackRasters } from '@catchment/raster';
import { isRefusal, type Refusal } from './refusal.ts';
import { areaText, type Coverage, type OperationRequest, operationText } from './request.ts';

/** Changes when the same rasters and areas would be counted differently. */
const algorithmVersion = 4;

export interface Identity {
  /** Under which the result is cached. */
  readonly key: string;
  /** Hash of all that could change the answer. */
  readonly fingerprint: string;
}

/** A request of which it is known what it asks for. */
export interface Identified extends Identity {
  readonly request: OperationRequest;
  readonly definition: Definition;
  /** The same for requests whose areas have the same cells, on the same rasters. */
  readonly place: string;
}

/** Rasters by their names in the catalog. */
export type OpenByName = ReadonlyMap<string, Raster>;

export interface IdentifySources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  readonly lines: Pick<OpenLines, 'use'>;
}

/** What a request computes: its own definition, or that of the catalog's operation of its name. */
export function definitionFor(
  { operation: name, definition }: Pick<OperationRequest, 'operation' | 'definition'>,
  catalog: Pick<Catalog, 'operations'>,
): Definition {
  if (definition) return definition;
  const operation = catalog.operations.get(name);
  if (!operation) throw new Error(`no operation is called ${JSON.stringify(name)}`);
  return definitionOf(operation);
}

/**
 * Identifies requests, all of whose rasters are open. The first that cannot be answered is the refusal. An area for which several operations
 * are asked is looked up once, an operation that is asked for several areas once, too.
 */
export async function identifyRequests(
  requests: readonly OperationRequest[],
  open: OpenByName,
  sources: IdentifySources,
): Promise<Identified[] | Refusal> {
  const identified: Identified[] = [];
  const versionOf = remembered(
    ({ table, id }: WellKnown) => JSON.stringify([table, id]),
    (area) => tableVersion(area, sources),
  );
  const operationOf = remembered(
    ({ operation, definition }: OperationRequest) => JSON.stringify([operation, definition]),
    (request) => knownOperation(request, open, sources.catalog),
  );
  for (const request of requests) {
    const one = await identifyOne(request, operationOf(request), { lines: sources.lines, versionOf });
    if (isRefusal(one)) return blaming(one, request, requests);
    identified.push(one);
  }
  return identified;
}

function remembered<Asked, Answer>(name: (asked: Asked) => string, answer: (asked: Asked) => Answer) {
  const known = new Map<string, Answer>();
  return (asked: Asked): Answer => {
    const called = name(asked);
    const before = known.get(called);
    if (before !== undefined) return before;
    const now = answer(asked);
    known.set(called, now);
    return now;
  };
}

/** What is the same for all areas for which an operation is asked. */
interface KnownOperation {
  readonly definition: Definition;
  readonly misaligned: Refusal | undefined;
  fingerprint(rest: Asked): string;
}

/** The part of a request that is not the operation's: the coverage, and the versions of its area table and lines. */
interface Asked {
  readonly coverage: Coverage;
  readonly table: string | null;
  readonly lines: LinesVersion;
}

/** The version of a line source of the catalog, or the lines that came with the request; `null`: there are none. */
type LinesVersion = { readonly source: string | null } | { readonly drawn: string };

function knownOperation(
  request: OperationRequest,
  open: OpenByName,
  catalog: IdentifySources['catalog'],
): KnownOperation {
  const definition = definitionFor(request, catalog);
  const own = computed(definition, open, catalog);
  return {
    definition,
    misaligned: misalignment(request, definition, open),
    fingerprint: remembered(JSON.stringify, ({ coverage, table, lines }: Asked) => {
      const linesText = 'drawn' in lines ? `drawn ${lines.drawn}` : lines.source;
      const mark = sourcesMark(definition, { rasters: open, catalog, table, lines: sourceOf(lines) });
      return mark + fingerprint({ ...own, coverage, table, lines: linesText });
    }),
  };
}

/** A sentence that says which of several requests it is about. */
export function blaming({ problem }: Refusal, request: OperationRequest, among: readonly unknown[]): Refusal {
  if (among.length === 1) return { problem };
  return { problem: `${areaText(request)}, ${operationText(request)}: ${problem}` };
}

async function identifyOne(
  request: OperationRequest,
  { definition, misaligned, fingerprint: fingerprintOf }: KnownOperation,
  {
    lines,
    versionOf,
  }: Pick<IdentifySources, 'lines'> & { readonly versionOf: (area: WellKnown) => ReturnType<typeof tableVersion> },
): Promise<Identified | Refusal> {
  const { area, coverage } = request;
  if (misaligned) return misaligned;
  const table = 'table' in area ? await versionOf(area) : { version: null };
  if (isRefusal(table)) return table;
  const line = await linesVersion(request, definition, lines);
  if (isRefusal(line)) return line;
  const hash = fingerprintOf({ coverage, table: table.version, lines: line });
  return {
    request,
    definition,
    place: JSON.stringify([area, table.version, coverage, line]),
    fingerprint: hash,
    key: resultKey({ area, operation: operationText(request), fingerprint: hash }),
  };
}

/** What a result is computed from, all of which an operator may replace. */
export interface Sources {
  /** At least the rasters of the definition, by their names. */
  readonly rasters: VersionByName;
  readonly catalog: Pick<Catalog, 'rasters'>;
  /** The version of the area table; `null` for drawn areas. */
  readonly table: string | null;
  /** As `linesSource` says it; `null` where there is none, or the lines come with the request. */
  readonly lines: string | null;
}

type VersionByName = ReadonlyMap<string, Pick<Raster, 'version'>>;

/**
 * The text with which the fingerprints of all results begin that are of these sources: equal whatever coverage, quantiles or lines an asker
 * chose, another one as soon as a raster, the area table or the line source was replaced, or Catchment counts otherwise. 64 bits in
 * hexadecimal and a dot, so that a look at a key tells whether its result can still be asked for.
 */
export function sourcesMark(definition: Definition, { rasters, catalog, table, lines }: Sources): string {
  const sources = { ...computed(withoutQuestions(definition), rasters, catalog), table, lines };
  return `${fingerprint(sources).slice(0, 16)}.`;
}

/** What fingerprints call a line source of the catalog. */
export function linesSource(name: string, version: string): string {
  return `${name} ${version}`;
}

function sourceOf(lines: LinesVersion): string | null {
  return 'source' in lines ? lines.source : null;
}

/** Quantiles are told from the same parts, whichever are asked for. */
export function withoutQuestions(definition: Definition): Definition {
  if (definition.type !== 'statistics') return definition;
  const { quantiles: _, ...rest } = definition;
  return rest;
}

/** All that what becomes of a cell depends on, for a fingerprint: how it is computed, and of which bytes. */
export function computed(definition: Definition, open: VersionByName, catalog: Pick<Catalog, 'rasters'>) {
  return {
    algorithm: algorithmVersion,
    definition: withoutNames(definition),
    rasters: rastersOf(definition).map((name) => [open.get(name)?.version ?? null, meaningOf(name, catalog)]),
  };
}

/** What is computed whatever rasters and lines are called. */
function withoutNames(definition: Definition) {
  const { rasters, target, weights, lines, ...rest } = definition as Definition &
    Record<'target' | 'weights' | 'lines', unknown>;
  return { ...rest, groups: rasters.length, weighted: weights !== undefined };
}

/** The members of a raster's entry that change what its samples mean. */
function meaningOf(name: string, { rasters }: Pick<Catalog, 'rasters'>) {
  const { band = 1, nodata = null, crs = null, mask, sidecars, scaled } = rasters.get(name) ?? {};
  return {
    band,
    nodata,
    crs,
    ...(mask !== undefined && { mask }),
    ...(sidecars !== undefined && { sidecars }),
    ...(scaled === true && { scaled }),
  };
}

/** Rasters that the request chose may not align; those of the catalog do, or it is no asker's fault. */
function misalignment(
  { definition: asked }: OperationRequest,
  definition: Definition,
  open: OpenByName,
): Refusal | undefined {
  try {
    stackRasters(rastersOf(definition).map((name) => open.get(name) as Raster));
    return undefined;
  } catch (error) {
    if (asked === undefined || !(error instanceof MisalignedRastersError)) throw error;
    return { problem: `rasters: ${error.message}` };
  }
}

type WellKnown = Extract<OperationRequest['area'], { readonly table: string }>;

async function tableVersion(
  { table, id }: WellKnown,
  { catalog, tables }: Pick<IdentifySources, 'catalog' | 'tables'>,
): Promise<{ readonly version: string } | Refusal> {
  if (!catalog.areas.has(table)) {
    const known = [...catalog.areas.keys()].join(', ') || 'none';
    return { problem: `area: no area table is called ${JSON.stringify(table)}; expected one of ${known}` };
  }
  return tables.use(table, async (open) =>
    (await open.has(id))
      ? { version: open.version }
      : { problem: `area: table ${table} has no area ${JSON.stringify(id)}` },
  );
}

async function linesVersion(
  { lines: drawn }: OperationRequest,
  definition: Definition,
  lines: IdentifySources['lines'],
): Promise<LinesVersion | Refusal> {
  if (definition.type !== 'linesJoin') return { source: null };
  const { lines: source } = definition;
  if (source !== undefined) {
    return lines.use(source, async ({ version }) => ({ source: linesSource(source, version) }));
  }
  return drawn ? { drawn: drawn.drawn } : { problem: 'lines: is missing, expected GeoJSON' };
}
