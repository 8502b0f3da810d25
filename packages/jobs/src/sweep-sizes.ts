/** The number of results of a pass. */
export const resultsOfPass = 250;

/**
 * The number of results that are swept together: those of a pass, as long as nothing is refused.
 */
export function sweepSizes() {
  let size = resultsOfPass;
  return {
    size: () => size,
    /** Reports a pass: the size of its largest sweep, and whether a larger one was refused. */
    learn: (largest: number, wasRefused: boolean) => {
      size = wasRefused ? largest || Math.ceil(size / 2) : Math.min(resultsOfPass, Math.ceil(size * 1.25));
    },
  };
}
