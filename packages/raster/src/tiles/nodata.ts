import type { SampleType } from './samples.ts';

const integerRanges: Partial<Record<SampleType, readonly [least: number, most: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
  uint32: [0, 4_294_967_295],
  int32: [-2_147_483_648, 2_147_483_647],
};

const greatestFloats = { float32: 2 ** 127 * (2 - 2 ** -23), float64: Number.MAX_VALUE };

/**
 * Converts a no-data value to a sample of the type; undefined if the type cannot hold it, or if it
 * is NaN, which is always no data. Floats hold the nearest value to any number: the lowest float64
 * becomes the lowest float32.
 */
export function nodataFor(value: number, type: SampleType): number | undefined {
  const range = integerRanges[type];
  if (range !== undefined) {
    return Number.isInteger(value) && value >= range[0] && value <= range[1] ? value + 0 : undefined;
  }
  if (Number.isNaN(value)) return undefined;
  const held = type === 'float32' ? Math.fround(value) : value;
  const isTooLarge = !Number.isFinite(held) && Number.isFinite(value);
  return isTooLarge ? Math.sign(value) * greatestFloats[type as 'float32'] : held;
}

/**
 * Converts the no-data value of a tag to a sample of the type. GDAL cuts off the fraction for
 * integers.
 */
export function nodataOfTag(value: number, type: SampleType): number | undefined {
  const range = integerRanges[type];
  const isInRange = range !== undefined && value >= range[0] && value <= range[1];
  return nodataFor(isInRange ? Math.trunc(value) : value, type);
}

/**
 * The value of the cells of a sparse tile in a file with this no-data tag: the nearest value of the
 * type, or 0 for NaN among integers.
 */
export function fillOfTag(value: number, type: SampleType): number {
  const range = integerRanges[type];
  if (range === undefined) return Number.isNaN(value) ? value : (nodataFor(value, type) as number);
  const rounded = Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
  return Math.min(range[1], Math.max(range[0], rounded || 0)) + 0;
}

const number = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?/i;

/**
 * Reads the number at the beginning of a text that GDAL writes, with a decimal point or comma;
 * undefined if there is none. Older C libraries write NaN as `-1.#IND` or `1.#QNAN`, and infinity
 * as `1.#INF`. A number too large for a double becomes the greatest double.
 */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.split('\0')[0]!.trim();
  if (/^[+-]?(?:nan|1\.#(?:ind|qnan|snan))/i.test(trimmed)) return Number.NaN;
  const infinite = /^([+-]?)(?:inf|1\.#inf)/i.exec(trimmed);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const [written] = number.exec(trimmed) ?? [];
  if (written === undefined) return undefined;
  const value = Number(written.replace(',', '.'));
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)) + 0;
}

/**
 * The floats that GDAL takes for a no-data value: those so near that the tag, written with seven
 * digits, may mean them. Undefined if only the value itself is no data: for integers, 0 and
 * infinities.
 */
export function nearNodata(nodata: number, type: SampleType): { least: number; most: number } | undefined {
  if (nodata === 0 || !Number.isFinite(nodata)) return undefined;
  if (type !== 'float32' && type !== 'float64') return undefined;
  const round = type === 'float32' ? Math.fround : (value: number) => value;
  // The sum of two floats near the greatest one is infinite: then all that are about as large are
  // meant, but not where the no-data value itself is less than half of the greatest float.
  const isVast = !Number.isFinite(round(2 * nodata));
  const isNear = (value: number) => {
    const sum = round(value + nodata);
    return (isVast || Number.isFinite(sum)) && Math.abs(round(value - nodata)) < 2 ** -22 * Math.abs(sum);
  };
  const farthestTowards = (end: number) => {
    let [inside, outside] = [nodata, end];
    if (isNear(outside)) return outside;
    for (;;) {
      const middle = round(inside + (outside - inside) / 2);
      if (middle === inside || middle === outside) return inside;
      if (isNear(middle)) inside = middle;
      else outside = middle;
    }
  };
  const greatest = greatestFloats[type];
  const farthest = Math.max(-greatest, Math.min(greatest, 2 * nodata));
  const ends = [farthestTowards(0), farthestTowards(farthest)];
  return { least: Math.min(...ends), most: Math.max(...ends) };
}
