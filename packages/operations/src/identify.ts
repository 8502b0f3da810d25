import { resultKey } from '@cellshed/cache';
import type { Catalog, OpenAreas, OpenLines } from '@cellshed/catalog';
import {
  areaText,
  type Definition,
  hasUnits,
  isRefusal,
  lineSourceOf,
  needsLines,
  type Refusal,
  type Request,
  refusalText,
} from '@cellshed/contracts';
import type { KnownOperation, KnownOperations, LinesVersion, OpenByName } from './known-operations.ts';
import { operationText } from './request.ts';
import { linesSource } from './sources-mark.ts';
import { whyNotAdded } from './totals/adding-up.ts';
import { noLinks, unitsProperties } from './totals/units.ts';

export interface Identity {
  /** The key of the result in the cache. */
  readonly key: string;
  /** Hash of all that could change the answer. */
  readonly fingerprint: string;
}

/** A request of which it is known what it asks for. */
export interface Identified extends Identity {
  readonly request: Request;
  readonly definition: Definition;
  /** The same for requests whose areas have the same cells, on the same rasters. */
  readonly place: string;
}

export interface IdentifySources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  readonly lines: Pick<OpenLines, 'use'>;
  readonly operationOf: KnownOperations;
}

/**
 * Identifies requests, all of whose rasters are open. The first that cannot be answered is the
 * refusal. An area for which several operations are asked is looked up once, an operation that is
 * asked for several areas once, too.
 */
export async function identifyRequests(
  requests: readonly Request[],
  open: OpenByName,
  sources: IdentifySources,
): Promise<Identified[] | Refusal> {
  const identified: Identified[] = [];
  const versionOf = remembered(
    (area: WellKnown) => JSON.stringify(area),
    (area) => tableVersion(area, sources),
  );
  const operationOf = remembered(
    ({ operation, definition }: Request) => JSON.stringify([operation, definition]),
    (request) => sources.operationOf(request, open),
  );
  for (const request of requests) {
    const one = await identifyOne(request, operationOf(request), { ...sources, versionOf });
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

/** The refusal of a request, which says which of several it is. */
export function blaming(refusal: Refusal, request: Request, among: readonly unknown[]): Refusal {
  if (among.length === 1) return refusal;
  return { path: `${areaText(request.area)}, ${operationText(request)}`, problem: refusalText(refusal) };
}

async function identifyOne(
  request: Request,
  { definition, refusal, fingerprint: fingerprintOf }: KnownOperation,
  { catalog, lines, versionOf }: OneSources,
): Promise<Identified | Refusal> {
  const { area, coverage } = request;
  if (refusal) return refusal;
  const whyNot = 'upstream' in area ? whyNotAdded(definition, coverage) : undefined;
  if (whyNot !== undefined) return { path: 'upstream', problem: whyNot };
  const table = 'table' in area ? await versionOf(area) : { version: null };
  if (isRefusal(table)) return table;
  const line = await linesVersion(request, definition, lines);
  if (isRefusal(line)) return line;
  const units = hasUnits(area) ? unitsProperties(area, catalog) : undefined;
  const hash = fingerprintOf({ coverage, table: table.version, lines: line, units });
  return {
    request,
    definition,
    place: JSON.stringify([area, table.version, coverage, line]),
    fingerprint: hash,
    key: resultKey({ area, operation: operationText(request), fingerprint: hash }),
  };
}

interface OneSources extends Pick<IdentifySources, 'catalog' | 'lines'> {
  readonly versionOf: (area: WellKnown) => ReturnType<typeof tableVersion>;
}

type WellKnown = Exclude<Request['area'], { readonly drawn: string }>;

async function tableVersion(
  area: WellKnown,
  { catalog, tables }: Pick<IdentifySources, 'catalog' | 'tables'>,
): Promise<{ readonly version: string } | Refusal> {
  const { table } = area;
  if (!catalog.areas.has(table)) {
    return noTable(table, catalog);
  }
  if ('upstream' in area && catalog.areas.get(table)?.downstream === undefined) return noLinks(table);
  const id = 'id' in area ? area.id : 'upstream' in area ? area.upstream : undefined;
  return tables.use(table, async (open) =>
    id === undefined || (await open.has(id))
      ? { version: open.version }
      : { path: 'area', problem: `table ${table} has no area ${JSON.stringify(id)}` },
  );
}

/** The refusal of a table that the catalog does not have. */
export function noTable(table: string, { areas }: Pick<Catalog, 'areas'>): Refusal {
  const known = [...areas.keys()].join(', ') || 'none';
  return { path: 'area', problem: `no area table is called ${JSON.stringify(table)}; expected one of ${known}` };
}

async function linesVersion(
  { lines: drawn }: Request,
  definition: Definition,
  lines: IdentifySources['lines'],
): Promise<LinesVersion | Refusal> {
  const source = lineSourceOf(definition);
  if (source !== undefined) {
    return lines.use(source, async ({ version }) => ({ source: linesSource(source, version) }));
  }
  if (!needsLines(definition)) return { source: null };
  return drawn ? { drawn: drawn.drawn } : { path: 'lines', problem: 'is missing, expected GeoJSON' };
}
