import { isDeepStrictEqual } from 'node:util';
import type { Catalog, Definition } from '@catchment/catalog';
import type { Request } from '@catchment/jobs';
import {
  type GroupedAverageResult,
  type GroupedCountResult,
  type LinesJoinResult,
  type OperationAhead,
  type ResultDocument,
  rasterNamed,
  type SummaryResult,
} from '@catchment/operations';
import { ProblemError } from '../problem.ts';
import { averagesAnswer, countsAnswer, type Extremes, type Figures, summaryAnswer } from './answers.ts';

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
export interface Question {
  readonly request: Omit<Request, 'area'>;
  /** The same as an operation of the catalog has it; undefined: none does. */
  readonly known: Omit<Request, 'area'> | undefined;
  readonly answer: (result: ResultDocument) => Figures | Extremes[];
}

export interface QuestionSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  /** Where the operation stands, for sentences: `operations.3`. */
  readonly member: string;
  /** The lines that came with it; throws the ProblemError that says which member is missing. */
  readonly lines: () => { readonly drawn: string };
}

/** What an operation asks for. Throws a ProblemError (400) when something is missing or unknown. */
export function questionOf(operation: SpelledOperation, sources: QuestionSources): Question {
  const { catalog, ahead, member, lines } = sources;
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
    answer: answers[type],
  };
}

const answers: Record<(typeof types)[OperationName], Question['answer']> = {
  groupedCount: (result) => countsAnswer(result as GroupedCountResult),
  groupedAverage: (result) => averagesAnswer(result as GroupedAverageResult),
  linesJoin: (result) => countsAnswer(result as LinesJoinResult),
  summary: (result) => summaryAnswer(result as SummaryResult),
};

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
