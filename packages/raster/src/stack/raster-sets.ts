import type { AreaVisit } from './area-visit.ts';

/**
 * Rasters of a stack, by index, that areas look at together. Each raster is in one set at most: the
 * tiles of one set can be read and given back before those of the next.
 */
export type RasterSet = ReadonlySet<number>;

/** The sets of rasters that areas look at, and the set of an area. */
export interface RasterSets {
  readonly sets: readonly RasterSet[];
  /** Undefined: the area looks at no raster. */
  readonly setOf: (area: AreaVisit) => RasterSet | undefined;
}

/** Finds the smallest sets of rasters such that no area looks at rasters of two. */
export function rasterSets(areas: readonly AreaVisit[]): RasterSets {
  const setOfRaster = new Map<number, RasterSet>();
  for (const { rasters } of areas) {
    const [first] = rasters;
    if (first === undefined || rasters.every((raster) => setOfRaster.get(raster)?.has(first))) continue;
    const together = new Set(rasters.flatMap((raster) => [...(setOfRaster.get(raster) ?? [raster])]));
    for (const raster of together) setOfRaster.set(raster, together);
  }
  return {
    sets: [...new Set(setOfRaster.values())],
    setOf: ({ rasters: [first] }) => (first === undefined ? undefined : setOfRaster.get(first)),
  };
}
