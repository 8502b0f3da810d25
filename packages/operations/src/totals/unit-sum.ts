import {
  areaText,
  coverageRules,
  type Definition,
  onLines,
  operationContracts,
  type Request,
  type ResultDocument,
} from '@cellshed/contracts';
import { addCellCounts, type CellCount, cellsWithParts, countOfCells } from '@cellshed/raster';
import { methodOf, type PartialResult } from '../methods.ts';
import { resultDocument } from '../result.ts';

/** The results of some units, added up. Plain JSON; sums of others are added in any order. */
export interface UnitSum {
  /** The number of units. */
  readonly units: number;
  /** Absent where no unit has a cell on a raster: then there is nothing to add. */
  readonly part?: PartialResult;
  /** The cells of the units, on rasters or not. */
  readonly areaCells: CellCount;
  /** Whether a unit is where the rasters are. */
  readonly onRasters: boolean;
  /** The members of a result that all units have. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Sentences about units, with their names: the first few. */
  readonly warnings: readonly string[];
  /** The number of further ones. */
  readonly moreWarnings: number;
}

/** The most warnings that a total repeats. */
const mostWarnings = 20;

/**
 * The sum of one result. Undefined: it does not have all that a total needs, as it was computed
 * before totals were. Throws for an operation whose results do not add up.
 */
export function sumOfUnit(definition: Definition, document: ResultDocument): UnitSum | undefined {
  const { partOf } = methodOf(definition.type);
  if (typeof partOf !== 'function') throw new TypeError(partOf.whyNot);
  const { area, cells, covered, warnings = [] } = document;
  const part = cells > 0 ? partOf(document) : undefined;
  const areaCells = areaCellsOf(document);
  if ((cells > 0 && part === undefined) || areaCells === undefined) return undefined;
  return {
    units: 1,
    ...(part && { part }),
    areaCells,
    onRasters: covered > 0,
    known: knownOf(definition, document),
    ...bounded(warnings.map((warning) => `${area}: ${warning}`)),
  };
}

/** Adds sums up: at least one. */
export function addUnitSums(definition: Definition, sums: readonly UnitSum[]): UnitSum {
  const [first] = sums as readonly [UnitSum, ...UnitSum[]];
  if (sums.length === 1) return first;
  const parts = sums.map(({ part }) => part).filter((part) => part !== undefined);
  return {
    units: sums.reduce((count, { units }) => count + units, 0),
    ...(parts.length > 0 && { part: methodOf(definition.type).merge(parts) }),
    areaCells: sums.reduce<CellCount>((cells, sum) => addCellCounts(cells, sum.areaCells), { cells: 0 }),
    onRasters: sums.some(({ onRasters }) => onRasters),
    known: first.known,
    ...bounded(
      sums.flatMap(({ warnings }) => warnings),
      sums.reduce((count, { moreWarnings }) => count + moreWarnings, 0),
    ),
  };
}

/** The result of several areas as one, from the sum of all of them. */
export function totalDocument({ area, coverage }: Request, definition: Definition, sum: UnitSum): ResultDocument {
  const { units, part, known, areaCells, onRasters, warnings, moreWarnings } = sum;
  const { operation, ...others } = known;
  const more = moreWarnings > 0 ? [`there are ${moreWarnings} more warnings about its areas`] : [];
  const frame = {
    ...{ definition, coverage, onRasters },
    known: { operation, area: areaText(area), areas: units, ...others },
    warnings: [...warnings, ...more],
    areaCells: cellsWithParts(areaCells),
  };
  return resultDocument(frame, part ? [part] : []);
}

function bounded(warnings: readonly string[], more = 0): Pick<UnitSum, 'warnings' | 'moreWarnings'> {
  if (warnings.length === 0) return { warnings, moreWarnings: more };
  const each = [...new Set(warnings)];
  const kept = each.slice(0, mostWarnings);
  return { warnings: kept, moreWarnings: more + each.length - kept.length };
}

/**
 * All cells of an area. `covered` is their quotient, so that a whole number of them is found again.
 * Undefined: an older result tells only that no cell is on a raster.
 */
function areaCellsOf({ cells, covered, areaCells, coverage }: ResultDocument): CellCount | undefined {
  if (covered === 0) return areaCells === undefined ? undefined : countOfCells(areaCells);
  if (covered === 1) return countOfCells(cells);
  const all = cells / covered;
  const hasShares = coverage !== onLines && coverageRules[coverage].hasShares;
  return hasShares ? countOfCells(all) : { cells: Math.round(all) };
}

/** The members of a result that were known before anything was counted, but for its area. */
function knownOf({ type }: Definition, document: ResultDocument): UnitSum['known'] {
  const names = knownNames.get(type);
  const known: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(document)) if (names?.has(member)) known[member] = value;
  return known;
}

/** Their names, by the type of the operation. There may be thousands of results. */
const knownNames = new Map<string, ReadonlySet<string>>(
  operationContracts.map(({ type, result, members }) => {
    const others = ['area', 'areas', 'cells', 'covered', 'areaCells', 'warnings', ...Object.keys(members)];
    return [type, new Set(Object.keys(result.properties).filter((member) => !others.includes(member)))];
  }),
);
