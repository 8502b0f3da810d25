import { nearNodata } from './nodata.ts';
import type { Raster, Samples } from './raster.ts';

/** What tells a value from no data, and how a sample becomes a value. */
export interface Meaning {
  /** Samples from `least` to `most` are no data; NaN: all are values. */
  readonly least: number;
  readonly most: number;
  /** A value is sample × scale + offset, each rounded to a double; undefined: it is the sample. */
  readonly scaling: { readonly scale: number; readonly offset: number } | undefined;
}

type Described = Pick<Raster, 'nodata' | 'sampleType' | 'scaling'>;

/** What the samples of a raster mean. */
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

/** Whether values may be smaller or larger than a float32 can be. */
export function hasWideValues(raster: Described): boolean {
  return raster.sampleType === 'float64' || meaningOf(raster).scaling !== undefined;
}

/** Whether a sample is a value: not one that means no data, not NaN, not infinite. */
export function isData(sample: number, { least, most }: Pick<Meaning, 'least' | 'most'>): boolean {
  return !(sample >= least && sample <= most) && sample - sample === 0;
}

/** The value of a sample; NaN: no data, which also NaN and infinities are. */
export function valueOf(sample: number, meaning: Meaning): number {
  if (!isData(sample, meaning)) return Number.NaN;
  const { scaling } = meaning;
  return scaling === undefined ? sample + 0 : scaled(sample, scaling.scale, scaling.offset);
}

/** Samples as values, from the beginning of `values`; NaN where there is no data. */
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

/** Beyond all doubles there is no value. */
function scaled(sample: number, scale: number, offset: number): number {
  const value = sample * scale + offset;
  return value - value === 0 ? value + 0 : Number.NaN;
}
