import type { SampleType } from './raster.ts';

const integerRanges: Partial<Record<SampleType, readonly [least: number, most: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65_535],
  int16: [-32_768, 32_767],
  uint32: [0, 4_294_967_295],
  int32: [-2_147_483_648, 2_147_483_647],
};

/**
 * The no-data value as samples of the type hold it; undefined if they cannot hold it, or if it is NaN, which is always no data.
 * A float32 cannot hold most values that people write: its nearest is taken.
 */
export function nodataFor(value: number, type: SampleType): number | undefined {
  const range = integerRanges[type];
  if (range !== undefined) {
    return Number.isInteger(value) && value >= range[0] && value <= range[1] ? value + 0 : undefined;
  }
  const held = type === 'float32' ? Math.fround(value) : value;
  return Number.isNaN(held) || Number.isFinite(held) !== Number.isFinite(value) ? undefined : held;
}

/** The number in GDAL's no-data tag; undefined if there is none in it. */
export function parseNodata(text: string): number | undefined {
  const trimmed = text.split('\0')[0]!.trim();
  if (/^[+-]?nan/i.test(trimmed)) return Number.NaN;
  const infinite = /^([+-]?)inf/i.exec(trimmed);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(trimmed);
  return trimmed === '' || Number.isNaN(value) ? undefined : value;
}
