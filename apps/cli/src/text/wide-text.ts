// Loaded by `terminal-text.ts` alone, when it is needed.
export { default as stringWidth } from 'string-width';
export { default as wrapAnsi } from 'wrap-ansi';
