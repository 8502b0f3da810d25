import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * What knows all letters, loaded for the first text that has others than narrow ones, or that is
 * broken: it takes longer to load than many commands run.
 */
const wideText = (): typeof import('./wide-text.ts') =>
  createRequire(import.meta.url)(fileURLToPath(new URL('wide-text.ts', import.meta.url)));

/** Letters that take one column of a terminal each. */
const narrow = /^[ -~\u00a1-\u00ff]*$/;

/** The columns that a text takes. */
export function widthOf(text: string): number {
  return narrow.test(text) ? text.length : wideText().stringWidth(text);
}

/** A text in lines of at most so many columns. Longer words stay whole, unless they are cut. */
export function broken(text: string, columns: number, { cutsWords = false } = {}): string {
  const fits = columns === Number.POSITIVE_INFINITY || (text.length <= columns && narrow.test(text));
  return fits ? text.trim() : wideText().wrapAnsi(text, columns, { hard: cutsWords });
}
