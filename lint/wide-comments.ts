/** The columns that a comment may have. Code has the width of `biome.json`. */
export const mostColumns = 100;

/** A line of a source whose comment ends too far to the right. Lines are counted from 1. */
export interface WideComment {
  readonly line: number;
  readonly columns: number;
}

/**
 * Finds the comments in a source that end beyond the last column allowed: those of scripts (`ts`,
 * `mjs`), and those behind `#` of all other languages. A word that is longer than a line, such as a
 * URL, may stand alone on its line.
 */
export function wideComments(source: string, language: string): WideComment[] {
  const comment = scripts.has(language) ? scriptComment : hashComment;
  return source.split('\n').flatMap((text, index) => {
    const columns = [...text].length;
    const words = columns > mostColumns ? comment.exec(text.replaceAll(quoted, '""'))?.groups?.words : undefined;
    return words?.trim().includes(' ') ? [{ line: index + 1, columns }] : [];
  });
}

const scripts = new Set(['ts', 'mjs']);
const quoted = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
const scriptComment = /(?:^\s*\/?\*+|(?:^|\s)\/\/)\s(?<words>.*)/;
const hashComment = /(?:^|\s)#\s(?<words>.*)/;
