import { wordWrapped } from './terminal-text.ts';

/** The lines of a text, each indented and at most `width` columns wide. Longer words stay whole. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines = wordWrapped(text, width - indent.length).split('\n');
  return lines.map((line) => `${indent}${line}`);
}

/** Sentences in lines at most `width` columns wide. The indent of a line is kept after breaks. */
export function wrappedText(text: string, width = Number.POSITIVE_INFINITY): string {
  return text
    .split('\n')
    .flatMap((line) => wrapped(line.trimStart(), width, /^ */.exec(line)?.[0]))
    .join('\n');
}
