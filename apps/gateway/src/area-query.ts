import type { Bbox } from '@catchment/areas';

/**
 * The box that `bbox` of a query means: west,south,east,north in degrees, or with heights, which areas do not have, third and last.
 * A west greater than the east crosses the antimeridian.
 */
export function parseBbox(text: string | undefined): { readonly bbox?: Bbox } | { readonly problem: string } {
  if (text === undefined) return {};
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const corners = numbers.length === 6 ? numbers.toSpliced(5, 1).toSpliced(2, 1) : numbers;
  const [west, south, east, north] = corners as [number, number, number, number];
  if (corners.length === 4 && numbers.every(Number.isFinite) && south <= north) {
    return { bbox: [west, south, east, north] };
  }
  return { problem: `is ${JSON.stringify(text.slice(0, 100))}, expected west,south,east,north in degrees` };
}

const time = String.raw`\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?`;
const datetime = new RegExp(`^(${time}|(${time}|\\.\\.)?/(${time}|\\.\\.)?)$`, 'i');

/** Whether a text is a time or an interval as the standard writes them; an end that is open is empty or `..`. */
export function isDatetime(text: string): boolean {
  return datetime.test(text);
}
