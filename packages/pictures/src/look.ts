import { toLonLat } from '@cellshed/crs';
import { boxOfGrid, cellArea, type Level, type RasterLevels, someValues } from '@cellshed/raster';
import { cellFinder, cellsPerPixel } from './cell-finder.ts';
import { type Ramp, rampColors } from './colours.ts';
import { mostCells } from './draw-tile.ts';
import { mostZoom, shareOfLatitude, tileSide } from './tile-address.ts';

/** The things that a map has to know of a raster before it shows it. */
export interface Look {
  /** West, south, east, north in degrees; absent: the corners have no place on Earth. */
  readonly bbox?: readonly [number, number, number, number];
  /** The zooms at which it can be drawn, and beyond which pixels are finer than cells. */
  readonly minzoom: number;
  readonly maxzoom: number;
  /** The area of each cell in m²; absent unless the CRS is an equal-area one. */
  readonly cellArea?: number;
  /** The values that the colours of a raster without a legend go through. */
  readonly ramp: Ramp;
}

/** Looks at a raster: at its place, and at some of its values. */
export async function lookAt({ levels }: Pick<RasterLevels, 'levels'>): Promise<Look> {
  const { grid } = levels[0] as Level;
  const [bbox, area] = [boxOfGrid(grid), cellArea(grid)];
  const cells = area === undefined ? {} : { cellArea: area };
  return { ...(bbox && { bbox }), ...zoomsOf(levels), ...cells, ramp: await rampOf(levels.at(-1) as Level) };
}

/** The latitude beyond which the map does not go. */
const mostLatitude = 85;

function zoomsOf(levels: readonly Level[]): Pick<Look, 'minzoom' | 'maxzoom'> {
  const [whole, coarsest] = [levels[0] as Level, levels.at(-1) as Level];
  const { crs, originX, originY, cellWidth, cellHeight, width, height } = whole.grid;
  const [longitude, latitude] = toLonLat(crs)(originX + (width * cellWidth) / 2, originY - (height * cellHeight) / 2);
  const within = Math.min(mostLatitude, Math.max(-mostLatitude, latitude));
  const place = [longitude / 360 + 0.5, shareOfLatitude(within)] as const;
  const deepest = tileSide * 2 ** mostZoom;
  // Columns and rows of cells in a pixel of the map that is one tile.
  const cells = cellsPerPixel(cellFinder(whole.grid), place, deepest) * 2 ** mostZoom;
  const zoomFor = (share: number) => Math.min(mostZoom, Math.max(0, Math.ceil(Math.log2(share))));
  const isSmall = coarsest.grid.width * coarsest.grid.height <= mostCells;
  // A tile may lie across those of the raster.
  const ofCoarsest = (cells * tileSide * coarsest.grid.width) / width;
  return {
    minzoom: isSmall || !Number.isFinite(cells) ? 0 : zoomFor(ofCoarsest / Math.sqrt(mostCells / 4)),
    maxzoom: Number.isFinite(cells) ? zoomFor(cells) : mostZoom,
  };
}

/** The colours go from the second to the ninety-eighth percentile of what is looked at. */
const [leastShare, mostShare] = [0.02, 0.98];

/** The ramp of a level: the same one each time. */
async function rampOf(level: Level): Promise<Ramp> {
  const values = await someValues(level);
  const at = (share: number) => values[Math.floor(share * (values.length - 1))] ?? 0;
  return { least: at(leastShare), most: at(mostShare), colors: rampColors };
}
