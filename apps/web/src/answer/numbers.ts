import type { Unit } from '../asked.ts';

const language = 'en';

/** A figure with three significant digits, in full from a thousand on. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString(language);
  const most = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 3;
  return value.toLocaleString(language, {
    maximumFractionDigits: most,
    maximumSignificantDigits: Math.abs(value) >= 1000 ? 21 : 4,
  });
}

/** A share of one, as per cent; a small one is not called nothing, a large one not all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %';
  if (share < 1 && share > 0.995) return '> 99 %';
  return `${Math.round(100 * share)} %`;
}

/** A time as people say it. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

const squareMetresOfAcre = 4046.8564224;

/** The size of an area in a unit of area: acres where those are chosen, else km². */
export function size(squareMetres: number, unit: Unit): string {
  if (unit === 'acres') return `${figure(squareMetres / squareMetresOfAcre)} acres`;
  return `${figure(squareMetres / 1e6)} km²`;
}
