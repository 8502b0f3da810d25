/** What is wrong with a member of a catalog. */
export interface Fault {
  /**
   * Path of the member, such as `operations.nlcd_soil.rasters.1`; empty: the document as a whole.
   */
  readonly member: string;
  /** What is wrong and what was expected. */
  readonly sentence: string;
}

/** A fault, and where it stands. */
export interface Problem extends Fault {
  /** Line of the catalog file, from 1; undefined: the file as a whole. */
  readonly line: number | undefined;
}

/**
 * A catalog is refused: the message holds every problem, a line each: `catalog.yaml:12:
 * rasters.nlcd.band: expected …`.
 */
export class CatalogError extends Error {
  readonly problems: readonly Problem[];

  constructor(path: string, problems: readonly Problem[], options?: ErrorOptions) {
    const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(sorted.map((problem) => format(path, problem)).join('\n'), options);
    this.name = 'CatalogError';
    this.problems = sorted;
  }
}

/** The faults with the lines of their members. */
export function located(faults: readonly Fault[], lines: ReadonlyMap<string, number>): Problem[] {
  return faults.map((fault) => ({ ...fault, line: lines.get(fault.member) }));
}

function format(path: string, { line, member, sentence }: Problem): string {
  const place = line === undefined ? path : `${path}:${line}`;
  const parts = [place, member, sentence].filter((part) => part !== '');
  // A value that is quoted may have line breaks.
  return parts.join(': ').replaceAll(/\s*[\r\n]\s*/g, ' ');
}

/** More than anybody mends at once. */
const mostTold = 1000;

/** The problems that are told, and how many more there are. */
export function told(problems: readonly Problem[]): Problem[] {
  const more = problems.length - mostTold;
  if (more <= 0) return [...problems];
  return [
    ...problems.slice(0, mostTold),
    { line: undefined, member: '', sentence: `it has ${more} more faults like these` },
  ];
}
