import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The packages that know the width of every letter, loaded for the first text that has others than
 * narrow ones, or that is too long: loading them takes longer than many commands run.
 */
const wideText = (): typeof import('./wide-text.ts') =>
  createRequire(import.meta.url)(fileURLToPath(new URL('wide-text.ts', import.meta.url)));

/** Letters that take one column of a terminal each. */
const narrow = /^[ -~\u00a1-\u00ac\u00ae-\u00ff]*$/;

/** The columns that a text takes. */
export function widthOf(text: string): number {
  return narrow.test(text) ? text.length : wideText().stringWidth(text);
}

/**
 * A text in lines of at most so many columns, without spaces around them. Longer words stay whole,
 * unless they are cut.
 */
export function wordWrapped(text: string, columns: number, { cutsWords = false } = {}): string {
  const fits = (line: string) => columns === Number.POSITIVE_INFINITY || (line.length <= columns && narrow.test(line));
  const lines = text.split('\n');
  if (lines.every(fits)) return lines.map((line) => line.trim()).join('\n');
  return wideText().wrapAnsi(text, columns, { hard: cutsWords });
}
