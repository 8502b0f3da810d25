import type { Unit } from '../asked.ts';

const language = 'en';
const minus = '\u2212';

/** The digits of a measured figure that are worth reading. */
const significant = 4;

/** A figure with four digits that count; a whole number as it is. */
export function figure(value: number): string {
  const known = Number.isInteger(value) ? value : Number(value.toPrecision(significant));
  return printed(known.toLocaleString(language, { maximumFractionDigits: 20 }));
}

interface ColumnOptions {
  readonly unit?: Unit | undefined;
  /** The digits of the greatest figure that count. */
  readonly digits?: number;
}

const [mostDecimals, mostOfPercent] = [6, 1];

/**
 * The words of the figures of a column. All have as many decimals, so that they line up; one that
 * is too small for them is said to be less than the last of them.
 */
export function columnFormat(
  figures: readonly (number | null | undefined)[],
  { unit, digits = significant }: ColumnOptions = {},
): (value: number) => string {
  const known = figures.filter((one) => typeof one === 'number' && Number.isFinite(one)) as number[];
  const most = known.reduce((all, one) => Math.max(all, Math.abs(one)), 0);
  // Cells are counted, and their shares are not worth reading.
  const isWhole = unit === 'cells' || most === 0 || known.every(Number.isInteger);
  const wanted = isWhole ? 0 : digits - 1 - Math.floor(Math.log10(most));
  const decimals = Math.max(0, Math.min(wanted, unit === 'percent' ? mostOfPercent : mostDecimals));
  const words = (value: number) =>
    printed(value.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  const least = 10 ** -decimals;
  return (value) => {
    if (value !== 0 && Math.abs(value) < least / 2) return `< ${words(least)}`;
    // There is no negative nothing.
    return words(value === 0 ? 0 : value);
  };
}

/** A text with the minus of print. */
function printed(text: string): string {
  return text.replace('-', minus);
}

/** The text of a difference, with its sign. */
export function withSign(text: string, value: number): string {
  return value > 0 && /^\d/.test(text) ? `+${text}` : text;
}

/** A share of one, as per cent; a small one is not called nothing, a large one not all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1\u00a0%';
  if (share < 1 && share > 0.995) return '> 99\u00a0%';
  return `${Math.round(100 * share)}\u00a0%`;
}

/** A time as people say it. */
export function duration(milliseconds: number): string {
  return `${(Math.max(100, milliseconds) / 1000).toFixed(1)} s`;
}

const squareMetresOfAcre = 4046.8564224;

/** The size of an area in a unit of area: acres where those are chosen, else km². */
export function size(squareMetres: number, unit: Unit): string {
  if (unit === 'acres') return `${figure(squareMetres / squareMetresOfAcre)}\u00a0acres`;
  return `${figure(squareMetres / 1e6)}\u00a0km²`;
}
