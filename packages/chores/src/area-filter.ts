import picomatch from 'picomatch';

/** Chooses areas of a table by their ids. */
export interface AreaFilter {
  /** The patterns as one text; the same whatever their order. */
  readonly text: string;
  matches(id: string): boolean;
}

/** The patterns that `areaFilter` takes, for the help of a command. */
export const areaFilterHelp =
  '--id takes patterns in quotes: * is any text, ? one character, [0-5] one of several, {1015,1016} one text of several.\n' +
  "A pattern after ! leaves areas out: --id '9901*' '!990102*'.";

/** Ids are no paths: `*` stands for slashes, leading dots and line breaks, too. */
const options = { bash: true, dot: true, flags: 's', nonegate: true, windows: false };

/**
 * Reads patterns such as `0204*`; one that begins with `!` leaves ids out. Without any other
 * pattern all ids are taken but those. An id always fits itself as a pattern.
 */
export function areaFilter(patterns: readonly string[]): AreaFilter {
  const [excluding, including] = [true, false].map((isWanted) =>
    patterns.filter((pattern) => pattern.startsWith('!') === isWanted),
  ) as [string[], string[]];
  const isIncluded = picomatch(including.length > 0 ? including : ['*'], options);
  const isExcluded = picomatch(
    excluding.map((pattern) => pattern.slice(1)),
    options,
  );
  return {
    text: [...new Set(patterns)].sort().join(' '),
    matches: (id) => isIncluded(id) && !isExcluded(id),
  };
}

/** The most asterisks of a client's pattern: each more multiplies the time that an id takes. */
const mostStars = 3;
const longestPattern = 200;

/** Why a pattern is not taken from a client; undefined: each is. */
export function patternProblem(patterns: readonly string[]): string | undefined {
  const wrong = patterns.find((pattern) => !isSimple(pattern));
  if (wrong === undefined) return undefined;
  const shown = JSON.stringify(wrong.slice(0, longestPattern));
  return `has ${shown}, expected a pattern such as 9901*, of at most ${longestPattern} letters and ${mostStars} asterisks, without ( ) | + @`;
}

/** Whether no part of it is a regular expression. */
function isSimple(pattern: string): boolean {
  const text = pattern.startsWith('!') ? pattern.slice(1) : pattern;
  if (text === '' || text.length > longestPattern || /[()|+@\\]/.test(text)) return false;
  return text.split('*').length - 1 <= mostStars;
}
