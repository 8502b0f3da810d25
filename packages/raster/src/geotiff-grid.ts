import type { Crs } from '@catchment/crs';
import type { GeotiffTags } from './geotiff.ts';
import type { Grid } from './grid.ts';

const pixelIsPoint = 2;

/** The grid that the tags tell, in a CRS. Throws an Error that says what is missing or not supported. */
export function gridOf(tags: GeotiffTags, crs: Crs): Grid {
  const [width, height] = [tags.number('ImageWidth') ?? 0, tags.number('ImageLength') ?? 0];
  if (width < 1 || height < 1) throw new Error(`it is ${width} × ${height} cells large, expected at least 1 × 1`);
  const [x, y, cellWidth, cellHeight] = placement(tags);
  if (![x, y, cellWidth, cellHeight].every(Number.isFinite) || cellWidth === 0 || cellHeight === 0) {
    throw new Error(
      `its cells are ${cellWidth} × ${cellHeight} large and begin at (${x}, ${y}), expected finite numbers other than 0`,
    );
  }
  if (cellHeight < 0) throw new Error('its rows go upwards (south-up), expected rows that go downwards');
  if (cellWidth < 0) throw new Error('its columns go leftwards, expected columns that go rightwards');
  // There, the file tells where the middle of the cell lies.
  const shift = tags.geoKeys.GTRasterTypeGeoKey === pixelIsPoint ? 0.5 : 0;
  return { crs, originX: x - shift * cellWidth, originY: y + shift * cellHeight, cellWidth, cellHeight, width, height };
}

function placement(tags: GeotiffTags): readonly [x: number, y: number, cellWidth: number, cellHeight: number] {
  const scale = Array.from(tags.numbers('ModelPixelScale'));
  const tie = Array.from(tags.numbers('ModelTiepoint'));
  const matrix = Array.from(tags.numbers('ModelTransformation'));
  if (scale.length >= 2 && tie.length >= 6) {
    const [[cellWidth = 0, cellHeight = 0], [column = 0, row = 0, , x = 0, y = 0]] = [scale, tie];
    return [x - column * cellWidth, y + row * cellHeight, cellWidth, cellHeight];
  }
  if (matrix.length >= 8) {
    const [cellWidth = 0, shearX, , x = 0, shearY, cellHeight = 0, , y = 0] = matrix;
    if (shearX !== 0 || shearY !== 0) throw new Error('its grid is rotated, expected one that is not');
    return [x, y, cellWidth, -cellHeight];
  }
  throw new Error(
    'it does not say where its cells lie, expected the tags ModelPixelScale and ModelTiepoint, or ModelTransformation',
  );
}
