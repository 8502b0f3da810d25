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
import { computed, linesSource, sourcesMark } from './sources-mark.ts';

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
 * Identifies requests, all of whose rasters are open. The first that cannot be answered is the
 * refusal. An area for which several operations are asked is looked up once, an operation that is
 * asked for several areas once, too.
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

/**
 * The part of a request that is not the operation's: the coverage, and the versions of its area
 * table and lines.
 */
interface Asked {
  readonly coverage: Coverage;
  readonly table: string | null;
  readonly lines: LinesVersion;
}

/**
 * The version of a line source of the catalog, or the lines that came with the request; `null`:
 * there are none.
 */
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

function sourceOf(lines: LinesVersion): string | null {
  return 'source' in lines ? lines.source : null;
}

/**
 * Rasters that the request chose may not align; those of the catalog do, or it is no asker's fault.
 */
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
