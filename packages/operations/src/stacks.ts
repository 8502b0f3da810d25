import { type CatalogOperation, type Definition, rastersOf } from '@catchment/catalog';
import { type Raster, type RasterStack, stackRasters } from '@catchment/raster';

/** Operations that can be done in one pass: their first rasters have the same grid, so that areas lie on the same cells, to the bit. */
export interface SharedStack {
  /** Of all of them, each once; the first gives the grid. */
  readonly rasters: readonly string[];
  /** Indexes of the definitions. */
  readonly members: readonly number[];
}

type RastersOf = Pick<Definition, 'rasters'> | Pick<CatalogOperation, 'rasters'>;

/** Puts definitions together that can share their tiles; the rasters of each align. */
export function sharedStacks(definitions: readonly RastersOf[], open: ReadonlyMap<string, Raster>): SharedStack[] {
  const stacks = new Map<string, { rasters: Set<string>; members: number[] }>();
  for (const [member, definition] of definitions.entries()) {
    const rasters = rastersOf(definition);
    const stack = stacks.get(gridText(open.get(rasters[0] as string) as Raster)) ?? { rasters: new Set(), members: [] };
    stacks.set(gridText(open.get(rasters[0] as string) as Raster), stack);
    for (const raster of rasters) stack.rasters.add(raster);
    stack.members.push(member);
  }
  return [...stacks.values()].map(({ rasters, members }) => ({ rasters: [...rasters], members }));
}

/** A stack of these rasters, and where each lies in it. */
export function stackOf(rasters: readonly string[], open: ReadonlyMap<string, Raster>): NamedStack {
  const stack = stackRasters(rasters.map((name) => open.get(name) as Raster));
  return { stack, layersOf: (definition) => rastersOf(definition).map((name) => rasters.indexOf(name)) };
}

export interface NamedStack {
  readonly stack: RasterStack;
  /** The layers that a definition looks at, in the order of `rastersOf`. */
  readonly layersOf: (definition: RastersOf) => number[];
}

/** Rasters of equal extent do not have equal grids where they begin elsewhere: a position has other cell coordinates, by rounding. */
function gridText({ grid }: Raster): string {
  const { crs, originX, originY, cellWidth, cellHeight } = grid;
  return [crs.definition, originX, originY, cellWidth, cellHeight].join();
}
