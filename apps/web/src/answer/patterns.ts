import type { Fill } from './fills.ts';

/** The lines of each pattern, in a square of 6 by 6. Those beyond are drawn closer together. */
const lines = ['M0 6 6 0', 'M0 0 6 6', 'M0 3H6', 'M3 0V6', 'M0 3H6M3 0V6', 'M0 6 6 0M0 0 6 6'];
export const side = 6;

/** A pattern: its name, the lines, and how much smaller it is. */
export function patternOf({ color, pattern }: Fill) {
  const round = Math.floor((pattern - 1) / lines.length);
  const path = lines[(pattern - 1) % lines.length] as string;
  return { id: `pattern-${color.slice(1)}-${pattern}`, path, size: side / (1 + round / 2) };
}

/** The paint of a fill, for an attribute `fill`. */
export function paintOf(fill: Fill): string {
  return fill.pattern === 0 ? fill.color : `url(#${patternOf(fill).id})`;
}
