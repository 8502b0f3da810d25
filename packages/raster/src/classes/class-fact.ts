/** A fact about a value of a raster, from its file. */
export interface ClassFact {
  readonly label?: string;
  /** As `#rrggbb`. */
  readonly color?: string;
}

/** A colour as `#rrggbb`, of its red, green and blue from 0 to 255; undefined if it is none. */
export function colourText(parts: readonly number[]): string | undefined {
  const whole = parts.slice(0, 3).map(Math.round);
  if (whole.length < 3 || !whole.every((part) => part >= 0 && part <= 255)) return undefined;
  return `#${whole.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
