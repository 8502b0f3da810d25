import { isDeepStrictEqual } from 'node:util';
import type { Budget } from '@cellshed/budget';
import type { Catalog } from '@cellshed/catalog';
import type { Definition } from '@cellshed/contracts';
import { type OperationAhead, rasterNamed } from '@cellshed/operations';
import { ProblemError, refused } from '../problems/problem-error.ts';
import type { AskedQuestion } from '../processes/asked.ts';
import type { AnsweredType } from './answer-of.ts';

const types = {
  RasterGroupedCount: 'groupedCount',
  RasterGroupedCountMany: 'groupedCount',
  RasterGroupedAverage: 'groupedAverage',
  RasterLinesJoin: 'linesJoin',
  RasterSummary: 'summary',
} as const satisfies Record<string, Definition['type']>;

export type OperationName = keyof typeof types;

/** Finds a name among those that are known. Throws a ProblemError (400) when it is none of them. */
export function operationNamed(name: string, known: readonly OperationName[]): OperationName {
  const found = known.find((one) => one === name);
  if (found === undefined) throw new ProblemError(400, `Unknown operationType: ${name}`);
  return found;
}

/** An operation that is spelled out, instead of named. */
export interface SpelledOperation {
  readonly name: OperationName;
  readonly rasters: readonly string[];
  readonly targetRaster?: string | null;
  readonly pixelIsArea?: boolean | null;
}

/** A question about each area, and the form of its answer. */
export interface Question extends AskedQuestion {
  readonly type: AnsweredType;
}

export interface QuestionSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  /** The path of the operation in the body, such as `operations.3`. */
  readonly path: string;
  /**
   * Reads the lines that came with the operation. Throws a ProblemError that names the missing
   * path.
   */
  readonly lines: () => { readonly drawn: string };
  readonly budget: Budget;
}

/** The cost of reading a question, and of comparing it with one operation of the catalog. */
const stepsOfQuestion = 200;

/**
 * Reads the question of an operation. Throws a ProblemError (400) when something is missing or
 * unknown.
 */
export function questionOf(operation: SpelledOperation, sources: QuestionSources): Question {
  const { catalog, ahead, path, lines, budget } = sources;
  budget.spend(stepsOfQuestion + stepsOfQuestion * ahead.size);
  const { name, rasters, targetRaster, pixelIsArea } = operation;
  const type = types[name];
  const isAverage = type === 'groupedAverage';
  const isJoin = type === 'linesJoin';
  if (isAverage && targetRaster == null) throw new ProblemError(400, 'Missing required targetRaster');
  const drawn = isJoin ? { lines: lines() } : {};
  checkCount(rasters.length, isAverage ? 0 : 1, `${path}.rasters`);
  const definition = {
    type,
    rasters: rasters.map((raster, i) => rasterOf(raster, `${path}.rasters.${i}`, catalog)),
    ...(isAverage && { target: rasterOf(targetRaster as string, `${path}.targetRaster`, catalog) }),
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

function rasterOf(name: string, path: string, catalog: Pick<Catalog, 'rasters'>): string {
  const known = rasterNamed(name, catalog);
  if (known !== undefined) return known;
  const names = [...catalog.rasters.keys()].slice(0, 100).join(', ');
  const shown = JSON.stringify(name.slice(0, 100));
  throw refused({ path, problem: `no raster is called ${shown}; expected one of ${names}` });
}

/** The most rasters that a definition has. */
const mostRasters = 8;

function checkCount(count: number, least: number, path: string): void {
  if (count >= least && count <= mostRasters) return;
  throw refused({ path, problem: `has ${count} names, expected ${least} to ${mostRasters}` });
}
