import { nearNodata } from './nodata.ts';
import type { Raster } from './raster.ts';
import type { Samples } from './samples.ts';

/** The rule that separates values from no data, and turns a sample into a value. */
export interface Meaning {
  /** Samples from `least` to `most` are no data; NaN: all are values. */
  readonly least: number;
  readonly most: number;
  /**
   * A value is sample × scale + offset, each step rounded to a double; undefined: it is the sample.
   */
  readonly scaling: { readonly scale: number; readonly offset: number } | undefined;
}

type Described = Pick<Raster, 'nodata' | 'sampleType' | 'scaling'>;

/** The meaning of the samples of a raster. */
export function meaningOf(raster: Described): Meaning {
  const known = meanings.get(raster);
  if (known !== undefined) return known;
  const { nodata = Number.NaN, sampleType, scaling } = raster;
  const { least, most } = nearNodata(nodata, sampleType) ?? { least: nodata, most: nodata };
  const meaning = { least, most, scaling: scaling?.isApplied ? scaling : undefined };
  meanings.set(raster, meaning);
  return meaning;
}

const meanings = new WeakMap<object, Meaning>();

/** Tells whether values may be smaller or larger than any float32. */
export function hasWideValues(raster: Described): boolean {
  return raster.sampleType === 'float64' || meaningOf(raster).scaling !== undefined;
}

/** Tells whether a sample is a value: not no data, not NaN, not infinite. */
export function isData(sample: number, { least, most }: Pick<Meaning, 'least' | 'most'>): boolean {
  return !(sample >= least && sample <= most) && sample - sample === 0;
}

/** Turns a sample into its value; NaN for no data, NaN and infinities. */
export function valueOf(sample: number, meaning: Meaning): number {
  if (!isData(sample, meaning)) return Number.NaN;
  const { scaling } = meaning;
  return scaling === undefined ? sample + 0 : scaled(sample, scaling.scale, scaling.offset);
}

/** Writes samples as values to the beginning of `values`; NaN for no data. */
export function readValues(
  samples: Samples,
  from: number,
  length: number,
  { least, most, scaling }: Meaning,
  values: Float64Array,
): void {
  values.set(samples.subarray(from, from + length));
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if ((value >= least && value <= most) || value - value !== 0) values[i] = Number.NaN;
  }
  if (scaling === undefined) return;
  const { scale, offset } = scaling;
  for (let i = 0; i < length; i++) values[i] = scaled(values[i]!, scale, offset);
}

/** A value beyond all doubles is no data. */
function scaled(sample: number, scale: number, offset: number): number {
  const value = sample * scale + offset;
  return value - value === 0 ? value + 0 : Number.NaN;
}
