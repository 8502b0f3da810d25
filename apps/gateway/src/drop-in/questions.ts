import { isDeepStrictEqual } from 'node:util';
import type { Budget } from '@catchment/budget';
import type { Catalog, Definition } from '@catchment/catalog';
import { type OperationAhead, rasterNamed } from '@catchment/operations';
import type { AskedQuestion } from '../asked.ts';
import { ProblemError } from '../problem-error.ts';
import type { AnsweredType } from './answer-of.ts';

const types = {
  RasterGroupedCount: 'groupedCount',
  RasterGroupedCountMany: 'groupedCount',
  RasterGroupedAverage: 'groupedAverage',
  RasterLinesJoin: 'linesJoin',
  RasterSummary: 'summary',
} as const satisfies Record<string, Definition['type']>;

export type OperationName = keyof typeof types;

/** The one of these names that this is; throws a ProblemError (400) when it is none. */
export function operationNamed(name: string, known: readonly OperationName[]): OperationName {
  const found = known.find((one) => one === name);
  if (found === undefined) throw new ProblemError(400, `Unknown operationType: ${name}`);
  return found;
}

/** An operation spelled out. */
export interface SpelledOperation {
  readonly name: OperationName;
  readonly rasters: readonly string[];
  readonly targetRaster?: string | null;
  readonly pixelIsArea?: boolean | null;
}

/** What is asked about each area, and how its result is answered. */
export interface Question extends AskedQuestion {
  readonly type: AnsweredType;
}

export interface QuestionSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  /** Where the operation stands, for sentences: `operations.3`. */
  readonly member: string;
  /** The lines that came with it; throws the ProblemError that says which member is missing. */
  readonly lines: () => { readonly drawn: string };
  readonly budget: Budget;
}

/** Of looking at what is asked, and of comparing it with one operation of the catalog. */
const stepsOfQuestion = 200;

/** What an operation asks for. Throws a ProblemError (400) when something is missing or unknown. */
export function questionOf(operation: SpelledOperation, sources: QuestionSources): Question {
  const { catalog, ahead, member, lines, budget } = sources;
  budget.spend(stepsOfQuestion + stepsOfQuestion * ahead.size);
  const { name, rasters, targetRaster, pixelIsArea } = operation;
  const type = types[name];
  const isAverage = type === 'groupedAverage';
  const isJoin = type === 'linesJoin';
  if (isAverage && targetRaster == null) throw new ProblemError(400, 'Missing required targetRaster');
  const drawn = isJoin ? { lines: lines() } : {};
  checkCount(rasters.length, isAverage ? 0 : 1, `${member}.rasters`);
  const definition = {
    type,
    rasters: rasters.map((raster, i) => rasterOf(raster, `${member}.rasters.${i}`, catalog)),
    ...(isAverage && { target: rasterOf(targetRaster as string, `${member}.targetRaster`, catalog) }),
  } as Definition;
  // Lines pass through cells by a rule of their own.
  const coverage = pixelIsArea && !isJoin ? 'touched' : 'centre';
  const known = [...ahead.values()].find((one) => isDeepStrictEqual(one.definition, definition));
  return {
    request: { operation: type, definition, coverage, ...drawn },
    known: known && { ...known.resolved, coverage },
    type,
  };
}

function rasterOf(name: string, member: string, catalog: Pick<Catalog, 'rasters'>): string {
  const known = rasterNamed(name, catalog);
  if (known !== undefined) return known;
  const names = [...catalog.rasters.keys()].slice(0, 100).join(', ');
  const shown = JSON.stringify(name.slice(0, 100));
  throw new ProblemError(400, `${member}: no raster is called ${shown}; expected one of ${names}`);
}

/** As many as a definition has. */
const mostRasters = 8;

function checkCount(count: number, least: number, member: string): void {
  if (count >= least && count <= mostRasters) return;
  throw new ProblemError(400, `${member}: has ${count} names, expected ${least} to ${mostRasters}`);
}
