import { nearNodata } from './nodata.ts';
import type { Raster, Samples } from './raster.ts';

/** What tells a value from no data: samples from `least` to `most` are none; NaN: all are values. */
export interface Meaning {
  readonly least: number;
  readonly most: number;
}

/** What the samples of a raster mean. */
export function meaningOf(raster: Pick<Raster, 'nodata' | 'sampleType'>): Meaning {
  const known = meanings.get(raster);
  if (known !== undefined) return known;
  const { nodata = Number.NaN, sampleType } = raster;
  const { least, most } = nearNodata(nodata, sampleType) ?? { least: nodata, most: nodata };
  const meaning = { least, most };
  meanings.set(raster, meaning);
  return meaning;
}

const meanings = new WeakMap<object, Meaning>();

/** Whether a sample is a value: not one that means no data, not NaN, not infinite. */
export function isData(sample: number, { least, most }: Meaning): boolean {
  return !(sample >= least && sample <= most) && sample - sample === 0;
}

/** Samples as doubles, from the beginning of `values`; NaN where there is no data. */
export function readValues(
  samples: Samples,
  from: number,
  length: number,
  { least, most }: Meaning,
  values: Float64Array,
): void {
  values.set(samples.subarray(from, from + length));
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if ((value >= least && value <= most) || value - value !== 0) values[i] = Number.NaN;
  }
}

/** The value of a sample; NaN: no data. */
export function valueOf(sample: number, meaning: Meaning): number {
  return isData(sample, meaning) ? sample + 0 : Number.NaN;
}
