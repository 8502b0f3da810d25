const none = 'none';

/** A number with about six digits, whole ones with all; null is `none`. */
export function numberText(value: number | null): string {
  if (value === null) return none;
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return value.toLocaleString('en');
  if (size >= 1e15 || size < 1e-4) return value.toExponential(5);
  return value.toLocaleString('en', { maximumFractionDigits: decimalsOf(size) });
}

/**
 * The numbers of a column with the same number of decimals: none where all are whole, else what the
 * largest has room for.
 */
export function columnOfNumbers(values: readonly (number | null)[]): string[] {
  const numbers = values.filter((value) => value !== null);
  const isWhole = numbers.every((value) => Number.isInteger(value));
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const digits = isWhole ? 0 : decimalsOf(largest);
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return values.map((value) => (value === null ? none : value.toLocaleString('en', options)));
}

/**
 * The texts, filled up on the right so that their decimal points are in one column where they stand
 * flush right.
 */
export function alignedAtPoint(texts: readonly string[]): string[] {
  const fractions = texts.map((text) => (text.includes('.') ? text.length - text.indexOf('.') : 0));
  const longest = Math.max(0, ...fractions);
  return texts.map((text, i) => text + ' '.repeat(longest - (fractions[i] as number)));
}

/** The decimals for six digits in all, but at least two. */
function decimalsOf(size: number): number {
  return Math.min(12, Math.max(2, 5 - Math.floor(Math.log10(size))));
}
