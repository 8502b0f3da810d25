import type { Coverage, Definition, ResultDocument } from '@cellshed/contracts';
import { methodOf, type PartialResult } from './methods.ts';

/** The part of a result that is known before anything is counted. Plain JSON. */
export interface ResultFrame {
  readonly definition: Definition;
  readonly coverage: Coverage;
  /** Members of the document. */
  readonly known: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  /** The cells of the area, on rasters or not, those in part by their share. */
  readonly areaCells: number;
  /** Whether the area is where the rasters are: `covered` of an area that has no cell. */
  readonly onRasters: boolean;
  /** The sum of the tiles that tallies have; absent: they have none. */
  readonly tallied?: PartialResult;
}

/**
 * Adds up partial results, and the sum from tallies, into the result document. The order of the
 * parts does not matter.
 */
export function resultDocument(frame: ResultFrame, parts: Iterable<PartialResult>): ResultDocument {
  const { definition, coverage, known, warnings, areaCells, onRasters, tallied } = frame;
  const { merge, describe } = methodOf(definition.type);
  const { cells, ...members } = describe(merge(tallied ? [tallied, ...parts] : parts), definition, coverage);
  const covered = areaCells > 0 ? shareOf(cells, areaCells) : Number(onRasters);
  return {
    ...known,
    cells,
    covered,
    ...(covered === 0 && { areaCells }),
    ...members,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  } as ResultDocument;
}

/** Adds up some parts of a result into one, so that few need to be kept. */
export function mergeParts({ definition }: ResultFrame, parts: Iterable<PartialResult>): PartialResult {
  return methodOf(definition.type).merge(parts);
}

/**
 * A share of an area's cells, to a billionth: shares of cells are rounded one by one, and their sum
 * may differ from the area's size by that much.
 */
function shareOf(cells: number, areaCells: number): number {
  const share = cells / areaCells;
  return Number.isInteger(cells) && Number.isInteger(areaCells) ? share : Math.min(1, Math.round(share * 1e9) / 1e9);
}
