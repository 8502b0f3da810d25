const unitMilliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration as the catalog writes it: `90s`, `15m`, `6h`, `7d`. NaN for any other
 * text.
 */
export function durationMilliseconds(text: string): number {
  return Number(text.slice(0, -1)) * (unitMilliseconds[text.slice(-1)] ?? Number.NaN);
}
