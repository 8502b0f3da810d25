import { type Climate, climateOf } from './climate.ts';
import { type Cover, coverOf } from './landcover.ts';
import { makeMesh } from './mesh.ts';
import { type Stream, streamsOf } from './streams.ts';
import { type Size, surfaceOf } from './surface.ts';
import { carveTerrain } from './terrain.ts';
import { cutWatersheds, type Watersheds } from './watersheds.ts';

/** Everything in the sample: rasters row by row, watersheds and streams in cells. */
export interface Basin extends Watersheds, Cover {
  readonly elevation: Int16Array;
  readonly slope: Uint8Array;
  readonly climate: Climate;
  readonly streams: readonly Stream[];
}

/** Cells between points of the mesh. */
const spacing = 8;
const cellsOfPoint = spacing * spacing * (Math.sqrt(3) / 2);

/**
 * Makes a synthetic river basin, cut into subwatersheds of at least so many cells; the same size
 * makes the same basin.
 */
export function makeBasin(size: Size, cellsOfSubwatershed = 60_000): Basin {
  const mesh = makeMesh(size.width, size.height, spacing);
  const terrain = carveTerrain(mesh);
  const surface = surfaceOf(mesh, terrain, size);
  const watersheds = cutWatersheds(mesh, terrain, cellsOfSubwatershed / cellsOfPoint, 7);
  const streams = streamsOf(mesh, terrain, 80);
  return { ...watersheds, ...surface, ...coverOf(surface), climate: climateOf(surface), streams };
}
