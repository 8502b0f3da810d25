import type { Raster, SampleType } from './raster.ts';
import type { View } from './rectangles.ts';
import { meaningOf, valueOf } from './sample-values.ts';

/** What is kept for each set of rasters that have samples somewhere. */
export interface PresentLayers<Kept> {
  /** What is kept for the rasters that have views; made when they are seen together first. */
  at(views: readonly (View | undefined)[]): Kept;
  /**
   * All that is kept, and of it the value of each raster, given the samples of those that are
   * present; null: no data.
   */
  all(): Iterable<{ readonly kept: Kept; readonly values: (samples: readonly number[]) => (number | null)[] }>;
}

export function presentLayers<Kept>(
  rasters: readonly Raster[],
  make: (types: readonly SampleType[]) => Kept,
): PresentLayers<Kept> {
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
