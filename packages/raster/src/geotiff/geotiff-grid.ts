import { type Crs, gdalwarpNorthUp } from '@cellshed/crs';
import type { GeoTransform } from '../grid/geo-transform.ts';
import { type Grid, refuseCells } from '../grid/grid.ts';
import type { GeotiffTags } from './geotiff.ts';

const pixelIsPoint = 2;

/** The rotation that is ignored: the most, in cells, that it moves a corner of the raster. */
const mostShear = 1e-6;

/** A grid, and the order of rows in its file. */
export interface FileGrid {
  readonly grid: Grid;
  /** Whether the file's first row is the grid's last one. */
  readonly isSouthUp: boolean;
}

/** A grid that the caller gives, as large as the file. */
export function placedGrid(tags: GeotiffTags, placed: Omit<Grid, 'width' | 'height'>): FileGrid {
  return { grid: { ...placed, ...sizeOf(tags) }, isSouthUp: false };
}

/** The most cells along one side, as in GDAL. */
const mostCells = 2 ** 31 - 1;

/** Reads the number of columns and rows from the tags. Throws an Error unless there are some. */
export function sizeOf(tags: GeotiffTags): Pick<Grid, 'width' | 'height'> {
  const [width, height] = [tags.number('ImageWidth') ?? 0, tags.number('ImageLength') ?? 0];
  if (width < 1 || height < 1) throw new Error(`it is ${width} × ${height} cells large, expected at least 1 × 1`);
  if (Math.max(width, height) > mostCells)
    throw new Error(`it is ${width} × ${height} cells large, expected at most ${mostCells} along a side`);
  return { width, height };
}

/**
 * The grid of a file in a CRS, from its tags or from a file beside it. Throws an Error that tells
 * what is missing or not supported.
 */
export function gridOf(tags: GeotiffTags, crs: Crs, beside?: GeoTransform): FileGrid {
  const size = sizeOf(tags);
  const transform = beside ?? transformOf(tags);
  if (transform === undefined) throw unplaced(tags);
  const [x = 0, cellWidth = 0, shearX = 0, y = 0, shearY = 0, step = 0] = transform;
  // A rotation that is only rounding moves no cell.
  const isRotated =
    Math.abs(shearX * size.height) > mostShear * Math.abs(cellWidth) ||
    Math.abs(shearY * size.width) > mostShear * Math.abs(step);
  if (isRotated) {
    throw new Error(`its grid is rotated, expected one that is not: ${gdalwarpNorthUp('IN.tif')} makes such a file`);
  }
  if (![x, y, cellWidth, step].every(Number.isFinite) || cellWidth === 0 || step === 0) {
    throw new Error(
      `its cells are ${cellWidth} × ${-step} large and begin at (${x}, ${y}), expected finite numbers other than 0`,
    );
  }
  if (cellWidth < 0) {
    throw new Error(
      `its columns go leftwards, expected columns that go rightwards: ${gdalwarpNorthUp('IN.tif')} makes such a file`,
    );
  }
  const isSouthUp = step > 0;
  const originY = isSouthUp ? y + size.height * step : y;
  const grid = { crs, originX: x, originY, cellWidth, cellHeight: Math.abs(step), ...size };
  refuseCells(grid);
  return { grid, isSouthUp };
}

/** The transform in the tags; undefined if they have none. */
export function transformOf(tags: GeotiffTags): GeoTransform | undefined {
  const transform = scaledTransform(tags) ?? matrixTransform(tags);
  if (transform === undefined || tags.geoKeys.GTRasterTypeGeoKey !== pixelIsPoint) return transform;
  // In this case the file contains the middle of the cell.
  const [x = 0, cellWidth = 0, shearX = 0, y = 0, shearY = 0, step = 0] = transform;
  return [x - (cellWidth + shearX) / 2, cellWidth, shearX, y - (shearY + step) / 2, shearY, step];
}

function scaledTransform(tags: GeotiffTags): GeoTransform | undefined {
  const [cellWidth = 0, cellHeight = 0] = Array.from(tags.numbers('ModelPixelScale'));
  const tie = Array.from(tags.numbers('ModelTiepoint'));
  if (cellWidth === 0 || cellHeight === 0 || tie.length < 6) return undefined;
  const [column = 0, row = 0, , x = 0, y = 0] = tie;
  // As in GDAL, a negative height has rows that run downwards: it is the step from one row to the
  // next.
  const down = Math.abs(cellHeight);
  return [x - column * cellWidth, cellWidth, 0, y + row * down, 0, -down];
}

function matrixTransform(tags: GeotiffTags): GeoTransform | undefined {
  const matrix = Array.from(tags.numbers('ModelTransformation'));
  if (matrix.length < 8) return undefined;
  const [cellWidth = 0, shearX = 0, , x = 0, shearY = 0, step = 0, , y = 0] = matrix;
  return [x, cellWidth, shearX, y, shearY, step];
}

function unplaced(tags: GeotiffTags): Error {
  const points = tags.numbers('ModelTiepoint').length / 6;
  if (points > 1) {
    return new Error(
      `its cells lie between ${points} control points, expected a grid: ${gdalwarpNorthUp('IN.tif')} makes such a file`,
    );
  }
  return new Error(
    'it does not say where its cells lie, expected the tags ModelPixelScale and ModelTiepoint, or ModelTransformation, ' +
      'or a world file or .aux.xml beside it',
  );
}
