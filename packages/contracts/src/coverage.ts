import Type from 'typebox';

/** A rule that says which cells are in an area, in words. */
interface CoverageRule {
  /** The cells: an answer to "which cells lie in the area?". */
  readonly cells: string;
  /** The text that follows the number of cells of a result. */
  readonly remark: string;
  /** Whether a cell can count by a share of it. */
  readonly hasShares: boolean;
  /** Whether areas that only share a border share no cell, or no part of one. */
  readonly isApart: boolean;
}

/** The rules by their names; the first is the default. */
export const coverageRules = {
  centre: { cells: 'those whose centres do', remark: '', hasShares: false, isApart: true },
  touched: { cells: 'those that it touches', remark: ', all that are touched', hasShares: false, isApart: false },
  fraction: { cells: 'each by the share of it that does', remark: ', by their shares', hasShares: true, isApart: true },
} as const satisfies Record<string, CoverageRule>;

export type Coverage = keyof typeof coverageRules;

/** The names of the rules. */
export const coverages = Object.keys(coverageRules) as Coverage[];

export const Coverage = Type.Enum(coverages);

/** The rule that holds where none is chosen. */
export const defaultCoverage: Coverage = 'centre';

/** The coverage in the results of operations that count the cells on lines. */
export const onLines = 'lines';

/** The coverage in a result: a rule, or `lines`. */
export const ResultCoverage = Type.Enum([...coverages, onLines]);

/** The text that follows the number of cells of a result with this coverage. */
export function coverageRemark(coverage: Coverage | typeof onLines): string {
  return coverage === onLines ? ' on lines' : coverageRules[coverage].remark;
}
