import type { Raster } from '../tiles/raster.ts';
import { meaningOf, valueOf } from '../tiles/sample-values.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { View } from './rectangle.ts';

/** A store with one value for each set of rasters that have samples somewhere. */
export interface PresentRasters<Kept> {
  /** The value for the set of rasters that have views; created on first use. */
  at(views: readonly (View | undefined)[]): Kept;
  /**
   * All values, each with a function that turns samples of the present rasters into the values of
   * all rasters; null: no data.
   */
  all(): Iterable<{ readonly kept: Kept; readonly values: (samples: readonly number[]) => (number | null)[] }>;
}

export function presentRasters<Kept>(
  rasters: readonly Raster[],
  make: (types: readonly SampleType[]) => Kept,
): PresentRasters<Kept> {
  const sets = new Map<string, { readonly present: readonly boolean[]; readonly kept: Kept }>();
  return {
    at(views) {
      const present = views.map((view) => view !== undefined);
      const key = present.join();
      const known = sets.get(key);
      if (known !== undefined) return known.kept;
      const kept = make(rasters.filter((_, i) => present[i]).map(({ sampleType }) => sampleType));
      sets.set(key, { present, kept });
      return kept;
    },
    *all() {
      for (const { present, kept } of sets.values()) {
        const values = (samples: readonly number[]) => {
          let next = 0;
          return rasters.map((raster, i) => (present[i] ? valueOrNull(raster, samples[next++]!) : null));
        };
        yield { kept, values };
      }
    },
  };
}

/** JSON has neither NaN nor infinities; -0 is 0. */
function valueOrNull(raster: Raster, sample: number): number | null {
  const value = valueOf(sample, meaningOf(raster));
  return Number.isNaN(value) ? null : value;
}
