import type { CachedResult } from '@cellshed/operations';
import prettyBytes from 'pretty-bytes';
import { durationText, minuteText } from '../text/figures.ts';

/** The head of the lines of `entryLine`. */
export const entryHead = `${'size'.padStart(7)}  ${'computed (UTC)'.padEnd(16)}  ${'cost'.padStart(8)}  ${'expires (UTC)'.padEnd(16)}  key`;

/**
 * A cached result in one line: size, when and how long it was computed, when it expires, its key.
 * The key comes last and is never cut, so that it can be copied; where the line would be longer
 * than `width`, it stands below.
 */
export function entryLine({ key, header }: CachedResult, width: number): string {
  const [size, computed, cost, expires] = header
    ? [
        prettyBytes(header.valueBytes),
        minuteText(header.computedAt),
        durationText(header.costMs),
        header.hardUntil === null ? 'never' : minuteText(header.hardUntil),
      ]
    : ['-', 'unreadable', '-', '-'];
  const facts = [size.padStart(7), computed.padEnd(16), cost.padStart(8), expires.padEnd(16)].join('  ');
  return facts.length + 2 + key.length <= width ? `${facts}  ${key}` : `${facts.trimEnd()}\n  ${key}`;
}
