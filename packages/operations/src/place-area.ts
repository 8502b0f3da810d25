import type { Area } from '@catchment/areas';
import {
  type CellPolygons,
  cellArea,
  cellsOf,
  IntricateAreaError,
  projectToCells,
  type RasterStack,
  type Spans,
  spansOf,
  UnprojectablePositionError,
  type Window,
} from '@catchment/raster';

/** An area on the lattice of an operation's rasters. */
export interface PlacedArea {
  /** Its cells within the rasters' bounds. */
  readonly spans: Spans;
  /** All its cells, on rasters or not. */
  readonly areaCells: number;
  /** Whether its first vertex lies within the rasters' bounds. */
  readonly onRasters: boolean;
  /** Square metres; undefined where the CRS has no constant one. */
  readonly cellArea: number | undefined;
  readonly warnings: readonly string[];
}

/** Projects an area and finds its cells. Throws what `refusal` knows when the area cannot be placed there. */
export function placeArea({ polygons, warnings }: Area, { grid, bounds }: RasterStack): PlacedArea {
  const cells = projectToCells(polygons, grid);
  return {
    spans: spansOf(cells, bounds),
    areaCells: cellsOf(cells),
    onRasters: firstVertexIn(cells, bounds),
    cellArea: cellArea(grid),
    warnings,
  };
}

function firstVertexIn(polygons: CellPolygons, { firstColumn, endColumn, firstRow, endRow }: Window): boolean {
  const [column = Number.NaN, row = Number.NaN] = polygons[0]?.[0] ?? [];
  return column >= firstColumn && column < endColumn && row >= firstRow && row < endRow;
}

/** The asker's fault in what placing threw; throws on what is not. */
export function refusal(error: unknown): { readonly problem: string } {
  if (error instanceof UnprojectablePositionError || error instanceof IntricateAreaError) {
    return { problem: `area: ${error.message}` };
  }
  throw error;
}

/** Areas placed lately: the batches of one request need the same. */
export interface PlacementCache {
  get(key: string, place: () => Promise<PlacedArea>): Promise<PlacedArea>;
}

const mostAreas = 16;

export function placementCache(): PlacementCache {
  const areas = new Map<string, PlacedArea>();
  return {
    get: async (key, place) => {
      const area = areas.get(key) ?? (await place());
      // Deleted and set again: the map's order is that of the last use.
      areas.delete(key);
      areas.set(key, area);
      const oldest = areas.keys().next().value;
      if (areas.size > mostAreas && oldest !== undefined) areas.delete(oldest);
      return area;
    },
  };
}
