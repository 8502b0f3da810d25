import {
  type AreaCells,
  type CellPolygons,
  cellRules,
  countGroups,
  type GroupedCounts,
  openRaster,
  openTileCache,
  planTiles,
  projectToCells,
  type Raster,
  stackRasters,
  type TileCache,
  type Window,
  type XyPolygons,
} from '@cellshed/raster';
import type { Counter } from './counter.ts';
import { talliesCounter } from './tallies-counter.ts';

/** Opens what a mode keeps, on the rasters of a folder of inputs. */
type OpenCounter = (inputs: string) => Promise<Counter>;

const both = ['nlcd', 'soil'] as const;

/**
 * The ways in which the kernel bench counts. `decode`: rasters opened, and tiles decoded, for every
 * count. `kept`: rasters kept open and decoded tiles kept. `tallies`: with a tally that was built
 * beforehand, rasters kept open, results of tiles and squares unpacked for every count (the store
 * keeps 16 MiB of their bytes for a second, as in a worker). `squares`: with both kept in memory.
 * `single` and `single-fraction` are `decode` on one raster, by cell centres and by shares of
 * cells. What is undefined is left out.
 */
export const kernelModes = {
  decode: decoding(both, cellRules.centre),
  kept: keeping(both, cellRules.centre),
  tallies: talliesCounter({ keptBytes: 0 }),
  squares: talliesCounter({}),
  single: decoding(['nlcd'], cellRules.centre),
  'single-fraction': decoding(['nlcd'], cellRules.fraction),
} satisfies Readonly<Record<string, OpenCounter | undefined>>;

export type KernelMode = keyof typeof kernelModes;

type CellsIn = (cells: CellPolygons, bounds: Window) => AreaCells;

function decoding(names: readonly string[], cellsIn: CellsIn): OpenCounter {
  return async (inputs) => ({
    count: async (polygons) => {
      const rasters = await Promise.all(names.map((name) => openInput(inputs, name)));
      const counts = await countIn(rasters, polygons, cellsIn);
      await Promise.all(rasters.map((raster) => raster.close()));
      return counts;
    },
    close: async () => {},
  });
}

/** Room for all tiles of the largest area: the rival's cache has it, too. */
const tileCacheBytes = 2 ** 30;

function keeping(names: readonly string[], cellsIn: CellsIn): OpenCounter {
  return async (inputs) => {
    const tileCache = openTileCache({ mostBytes: tileCacheBytes });
    const rasters = await Promise.all(names.map((name) => openInput(inputs, name, tileCache)));
    return {
      count: (polygons) => countIn(rasters, polygons, cellsIn),
      close: async () => void (await Promise.all(rasters.map((raster) => raster.close()))),
    };
  };
}

/** Every value counts, also those that the files call no data: rivals do the same. */
function openInput(inputs: string, name: string, tileCache?: TileCache): Promise<Raster> {
  return openRaster({ name, url: `${inputs}/${name}.tif`, nodata: 'none', tileCache });
}

function countIn(rasters: readonly Raster[], polygons: XyPolygons, cellsIn: CellsIn): Promise<GroupedCounts> {
  const stack = stackRasters(rasters);
  const { spans } = cellsIn(projectToCells(polygons, stack.grid), stack.bounds);
  return countGroups({ stack, spans, tiles: planTiles(stack, spans).runs });
}
