import { type GeotiffDirectories, type GeotiffTags, readOverviews } from '../geotiff/geotiff.ts';
import { sizeOf } from '../geotiff/geotiff-grid.ts';
import type { Grid } from '../grid/grid.ts';
import type { Level, RasterLevels } from '../tiles/levels.ts';
import { gridIn, openDescribed, tilesIn } from './open-geotiff.ts';
import type { RasterFiles } from './raster-files.ts';
import type { GeotiffOptions } from './raster-options.ts';

/** Opens a GeoTIFF with its overviews. Throws as `openRaster` does. */
export async function openGeotiffLevels(options: GeotiffOptions, signal?: AbortSignal): Promise<RasterLevels> {
  const { described: levels, ...opened } = await openDescribed(
    options,
    (files) => levelsOf(files, options, signal),
    signal,
  );
  return { ...opened, levels: levels.map((level) => ({ ...level, tileCache: opened.tileCache })) };
}

async function levelsOf(
  files: RasterFiles,
  options: GeotiffOptions,
  signal: AbortSignal | undefined,
): Promise<Level[]> {
  const { grid, isSouthUp } = gridIn(files, options);
  const levelOf = (directories: GeotiffDirectories): Level => ({
    grid: gridAs(grid, directories.image),
    ...tilesIn({ ...files, directories }, options, isSouthUp),
  });
  const { directories } = files;
  const whole = levelOf(directories);
  // A mask in a file of its own has overviews in that file.
  if (files.maskFile !== undefined) return [whole];
  const overviews = (await readOverviews(files.source, signal)).filter(
    ({ image, mask }) => isOverlevelOf(image, grid) && (mask === undefined) === (directories.mask === undefined),
  );
  return [whole, ...overviews.map((one) => levelOf({ ...one, image: inheriting(one.image, directories.image) }))];
}

/** Whether an image has the proportions of a grid, to a cell. A file may have several images. */
function isOverlevelOf(image: GeotiffTags, grid: Grid): boolean {
  const { width, height } = sizeOf(image);
  return width < grid.width && Math.abs((width * grid.height) / grid.width - height) <= 1;
}

/** The same place in other cells. */
function gridAs(grid: Grid, image: GeotiffTags): Grid {
  const { width, height } = sizeOf(image);
  const [cellWidth, cellHeight] = [(grid.cellWidth * grid.width) / width, (grid.cellHeight * grid.height) / height];
  return { ...grid, width, height, cellWidth, cellHeight };
}

/** The tags of an overview: what it does not say of its values, the image says. */
function inheriting(overview: GeotiffTags, image: GeotiffTags): GeotiffTags {
  return { ...overview, text: (tag) => overview.text(tag) ?? image.text(tag) };
}
