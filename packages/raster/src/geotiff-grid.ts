import type { Crs } from '@catchment/crs';
import type { GeotiffTags } from './geotiff.ts';
import type { Grid } from './grid.ts';

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

function sizeOf(tags: GeotiffTags): Pick<Grid, 'width' | 'height'> {
  const [width, height] = [tags.number('ImageWidth') ?? 0, tags.number('ImageLength') ?? 0];
  if (width < 1 || height < 1) throw new Error(`it is ${width} × ${height} cells large, expected at least 1 × 1`);
  return { width, height };
}

/** The grid that the tags tell, in a CRS. Throws an Error that says what is missing or not supported. */
export function gridOf(tags: GeotiffTags, crs: Crs): FileGrid {
  const { width, height } = sizeOf(tags);
  const [x, y, cellWidth, cellHeight] = placement(tags);
  if (![x, y, cellWidth, cellHeight].every(Number.isFinite) || cellWidth === 0 || cellHeight === 0) {
    throw new Error(
      `its cells are ${cellWidth} × ${cellHeight} large and begin at (${x}, ${y}), expected finite numbers other than 0`,
    );
  }
  if (cellWidth < 0) {
    throw new Error(
      'its columns go leftwards, expected columns that go rightwards: gdalwarp IN.tif OUT.tif makes such a file',
    );
  }
  // There, the file tells where the middle of the cell lies.
  const shift = tags.geoKeys.GTRasterTypeGeoKey === pixelIsPoint ? 0.5 : 0;
  const [originX, firstEdge] = [x - shift * cellWidth, y + shift * cellHeight];
  const isSouthUp = cellHeight < 0;
  const originY = isSouthUp ? firstEdge - height * cellHeight : firstEdge;
  return { grid: { crs, originX, originY, cellWidth, cellHeight: Math.abs(cellHeight), width, height }, isSouthUp };
}

/** Where the file's cell (0, 0) begins, and how large cells are; their height is negative where rows go upwards. */
function placement(tags: GeotiffTags): readonly [x: number, y: number, cellWidth: number, cellHeight: number] {
  const scale = Array.from(tags.numbers('ModelPixelScale'));
  const tie = Array.from(tags.numbers('ModelTiepoint'));
  const matrix = Array.from(tags.numbers('ModelTransformation'));
  if (scale.length >= 2 && tie.length >= 6) {
    const [[cellWidth = 0, cellHeight = 0], [column = 0, row = 0, , x = 0, y = 0]] = [scale, tie];
    // As GDAL reads it: who writes a negative height has rows that go downwards, and means the step from one to the next.
    const down = Math.abs(cellHeight);
    return [x - column * cellWidth, y + row * down, cellWidth, down];
  }
  if (matrix.length >= 8) {
    const [cellWidth = 0, shearX = 0, , x = 0, shearY = 0, cellHeight = 0, , y = 0] = matrix;
    const [columns, rows] = [tags.number('ImageWidth') ?? 0, tags.number('ImageLength') ?? 0];
    // What rounding left of a rotation moves no cell.
    if (
      Math.abs(shearX * rows) > mostShear * Math.abs(cellWidth) ||
      Math.abs(shearY * columns) > mostShear * Math.abs(cellHeight)
    ) {
      throw new Error('its grid is rotated, expected one that is not: gdalwarp IN.tif OUT.tif makes such a file');
    }
    return [x, y, cellWidth, -cellHeight];
  }
  throw new Error(
    'it does not say where its cells lie, expected the tags ModelPixelScale and ModelTiepoint, or ModelTransformation',
  );
}
