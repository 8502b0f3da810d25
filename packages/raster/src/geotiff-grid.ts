import { type Crs, gdalwarpNorthUp } from '@catchment/crs';
import type { GeotiffTags } from './geotiff.ts';
import { type Grid, refuseCells } from './grid.ts';
import type { GeoTransform } from './world-file.ts';

const pixelIsPoint = 2;

/** A rotation that moves no corner of the raster by more than so much of a cell is none. */
const mostShear = 1e-6;

/** A grid, and how a file has its rows. */
export interface FileGrid {
  readonly grid: Grid;
  /** Whether the file's first row is the grid's last one. */
  readonly isSouthUp: boolean;
}

/** A grid that somebody else tells, as large as the file. */
export function placedGrid(tags: GeotiffTags, placed: Omit<Grid, 'width' | 'height'>): FileGrid {
  return { grid: { ...placed, ...sizeOf(tags) }, isSouthUp: false };
}

/** Along one side, as in GDAL. */
const mostCells = 2 ** 31 - 1;

/** Columns and rows that the tags tell. Throws an Error unless there are some. */
export function sizeOf(tags: GeotiffTags): Pick<Grid, 'width' | 'height'> {
  const [width, height] = [tags.number('ImageWidth') ?? 0, tags.number('ImageLength') ?? 0];
  if (width < 1 || height < 1) throw new Error(`it is ${width} × ${height} cells large, expected at least 1 × 1`);
  if (Math.max(width, height) > mostCells)
    throw new Error(`it is ${width} × ${height} cells large, expected at most ${mostCells} along a side`);
  return { width, height };
}

/**
 * The grid of a file in a CRS, by its tags, or by what lies beside the file. Throws an Error that
 * says what is missing or not supported.
 */
export function gridOf(tags: GeotiffTags, crs: Crs, beside?: GeoTransform): FileGrid {
  const size = sizeOf(tags);
  const transform = beside ?? transformOf(tags);
  if (transform === undefined) throw unplaced(tags);
  const [x = 0, cellWidth = 0, shearX = 0, y = 0, shearY = 0, step = 0] = transform;
  // What rounding left of a rotation moves no cell.
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

/** Where the tags say that the file's cells lie; undefined: they do not. */
export function transformOf(tags: GeotiffTags): GeoTransform | undefined {
  const transform = scaledTransform(tags) ?? matrixTransform(tags);
  if (transform === undefined || tags.geoKeys.GTRasterTypeGeoKey !== pixelIsPoint) return transform;
  // There, the file tells where the middle of the cell lies.
  const [x = 0, cellWidth = 0, shearX = 0, y = 0, shearY = 0, step = 0] = transform;
  return [x - (cellWidth + shearX) / 2, cellWidth, shearX, y - (shearY + step) / 2, shearY, step];
}

function scaledTransform(tags: GeotiffTags): GeoTransform | undefined {
  const [cellWidth = 0, cellHeight = 0] = Array.from(tags.numbers('ModelPixelScale'));
  const tie = Array.from(tags.numbers('ModelTiepoint'));
  if (cellWidth === 0 || cellHeight === 0 || tie.length < 6) return undefined;
  const [column = 0, row = 0, , x = 0, y = 0] = tie;
  // As GDAL reads it: who writes a negative height has rows that go downwards, and means the step
  // from one to the next.
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
