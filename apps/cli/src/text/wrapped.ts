import { createRequire } from 'node:module';

/** Is loaded for the first line that is to be broken: many commands end sooner than it loads. */
const wrapper = (): typeof import('wrap-ansi') => createRequire(import.meta.url)('wrap-ansi');

/** Letters that take one column of a terminal each. */
const narrow = /^[ -~\u00a1-\u00ff]*$/;

/** The lines of a text, each indented and at most `width` columns wide. Longer words stay whole. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const room = width - indent.length;
  const fits = room === Number.POSITIVE_INFINITY || (text.length <= room && narrow.test(text));
  const lines = fits ? [text.trim()] : wrapper().default(text, room).split('\n');
  return lines.map((line) => `${indent}${line}`);
}

/** Sentences in lines at most `width` columns wide. The indent of a line is kept after breaks. */
export function wrappedText(text: string, width = Number.POSITIVE_INFINITY): string {
  return text
    .split('\n')
    .flatMap((line) => wrapped(line.trimStart(), width, /^ */.exec(line)?.[0]))
    .join('\n');
}
