import type { GroupedCounts, XyPolygons } from '@cellshed/raster';

/** Counts an area, again and again. What it keeps between two counts is the mode's own. */
export interface Counter {
  count(polygons: XyPolygons): Promise<GroupedCounts>;
  close(): Promise<void>;
}
