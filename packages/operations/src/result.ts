import type { Definition } from '@catchment/catalog';
import Type, { type Static } from 'typebox';
import { methodOf, methods, type PartialResult } from './methods.ts';
import type { Coverage } from './request.ts';

/** Of the result documents in caches: raise it when their shape or meaning changes. */
export const resultSchemaVersion = 1;

/** What is known of every result before anything is counted. */
const known = {
  operation: Type.String(),
  /** `table/id`, or `drawn/` and the fingerprint of the geometry. */
  area: Type.String(),
  /** Their names; the values of a group are in this order. */
  rasters: Type.Array(Type.String()),
  /** Which cells were counted; `lines`: those on lines in the area. */
  coverage: Type.Enum(['centre', 'touched', 'fraction', 'lines']),
  /** Square metres; absent where the CRS has no constant one. */
  cellArea: Type.Optional(Type.Number()),
  /**
   * The rasters whose files say how samples become values in units: sample × scale + offset. Their
   * values here are such if this was applied, else the samples themselves. Absent: there are none.
   */
  scales: Type.Optional(
    Type.Array(
      Type.Object({ raster: Type.String(), scale: Type.Number(), offset: Type.Number(), applied: Type.Boolean() }),
    ),
  ),
};

const counted = {
  /**
   * Cells of the area that lie on at least one of the rasters; under the coverage `fraction` each
   * by its share.
   */
  cells: Type.Number({ minimum: 0 }),
  /** Their share of all cells of the area. */
  covered: Type.Number({ minimum: 0, maximum: 1 }),
};

const remarks = {
  /** Sentences about the area, such as that a ring crosses itself. */
  warnings: Type.Optional(Type.Array(Type.String())),
};

/** What a client gets for a grouped count. */
export const GroupedCountResult = Type.Object(
  { ...known, ...counted, ...methods.groupedCount.members, ...remarks },
  { $id: 'GroupedCountResult' },
);
export type GroupedCountResult = Static<typeof GroupedCountResult>;

/** What a client gets for averages of a target raster. */
export const GroupedAverageResult = Type.Object(
  { ...known, target: Type.String(), ...counted, ...methods.groupedAverage.members, ...remarks },
  { $id: 'GroupedAverageResult' },
);
export type GroupedAverageResult = Static<typeof GroupedAverageResult>;

/** What a client gets for a join with lines. */
export const LinesJoinResult = Type.Object(
  {
    ...known,
    /** A line source of the catalog, or `drawn/` and the fingerprint of the lines. */
    lines: Type.String(),
    ...counted,
    ...methods.linesJoin.members,
    ...remarks,
  },
  { $id: 'LinesJoinResult' },
);
export type LinesJoinResult = Static<typeof LinesJoinResult>;

/** What a client gets for a summary. */
export const SummaryResult = Type.Object(
  { ...known, ...counted, ...methods.summary.members, ...remarks },
  { $id: 'SummaryResult' },
);
export type SummaryResult = Static<typeof SummaryResult>;

/** What a client gets for statistics. */
export const StatisticsResult = Type.Object(
  { ...known, weights: Type.Optional(Type.String()), ...counted, ...methods.statistics.members, ...remarks },
  { $id: 'StatisticsResult' },
);
export type StatisticsResult = Static<typeof StatisticsResult>;

/** The result document of each type of operation. */
export const resultSchemas = {
  groupedCount: GroupedCountResult,
  groupedAverage: GroupedAverageResult,
  linesJoin: LinesJoinResult,
  summary: SummaryResult,
  statistics: StatisticsResult,
} as const satisfies Record<Definition['type'], Type.TObject>;

export type ResultDocument = Static<(typeof resultSchemas)[keyof typeof resultSchemas]>;

/** What is known of a result before anything is counted. Plain JSON. */
export interface ResultFrame {
  readonly definition: Definition;
  readonly coverage: Coverage;
  /** Members of the document. */
  readonly known: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  /** Cells of the area, on rasters or not, those in part by their share. */
  readonly areaCells: number;
  /** Of an area so small that it holds no cell's centre: whether it lies where the rasters are. */
  readonly onRasters: boolean;
  /** What tallies have of the area; absent: nothing. */
  readonly tallied?: PartialResult;
}

/**
 * Adds up partial results, and what tallies have, into the result document. The order of the parts
 * does not matter.
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
    ...members,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  } as ResultDocument;
}

/** Parts of a result as one of them, so that few need to be kept. */
export function mergeParts({ definition }: ResultFrame, parts: Iterable<PartialResult>): PartialResult {
  return methodOf(definition.type).merge(parts);
}

/**
 * Shares of cells are rounded one by one: their sum may differ from the area's own size by some
 * billionths.
 */
function shareOf(cells: number, areaCells: number): number {
  const share = cells / areaCells;
  return Number.isInteger(cells) && Number.isInteger(areaCells) ? share : Math.min(1, Math.round(share * 1e9) / 1e9);
}
