import { type Refusal, refusalText } from '@cellshed/contracts';

/** A fault of a catalog, and where it stands in the file. */
export interface Problem extends Refusal {
  /** A line of the catalog file, from 1; undefined: the file as a whole. */
  readonly line: number | undefined;
}

/**
 * A catalog is refused: the message holds every problem, a line each: `catalog.yaml:12:
 * rasters.nlcd.band: expected …`.
 */
export class CatalogError extends Error {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: ErrorOptions) {
    const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(sorted.map((problem) => format(file, problem)).join('\n'), options);
    this.name = 'CatalogError';
    this.problems = sorted;
  }
}

/** The faults with the lines on which they stand. */
export function located(faults: readonly Refusal[], lines: ReadonlyMap<string, number>): Problem[] {
  return faults.map((fault) => ({ ...fault, line: lines.get(fault.path ?? '') }));
}

function format(file: string, { line, ...fault }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  // A value that is quoted may have line breaks.
  return `${place}: ${refusalText(fault)}`.replaceAll(/\s*[\r\n]\s*/g, ' ');
}

/** The most problems that are listed: nobody mends more at once. */
const mostListed = 1000;

/** The first problems, and how many more there are. */
export function firstProblems(problems: readonly Problem[]): Problem[] {
  const more = problems.length - mostListed;
  if (more <= 0) return [...problems];
  return [...problems.slice(0, mostListed), { line: undefined, problem: `it has ${more} more faults like these` }];
}
