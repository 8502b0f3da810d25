/** What one process measured of one area: the same of ours and of rivals. */
export interface Measured {
  /** Of each repetition. */
  readonly milliseconds: readonly number[];
  readonly peakMebibytes: number;
  /** Cells by values, which are joined by commas. */
  readonly counts: Readonly<Record<string, number>>;
}
