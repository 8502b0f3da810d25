import type { Area } from '@cellshed/areas';
import { crsFromText } from '@cellshed/crs';
import { placeArea } from '../../src/planning/place-area.ts';

/**
 * Cells of a tenth of a degree; the area ends within its tenth row and column, the line goes
 * through the middle of its fifth row.
 */
const grid = {
  crs: crsFromText('EPSG:4326'),
  originX: 10,
  originY: 50,
  cellWidth: 0.1,
  cellHeight: 0.1,
  width: 100,
  height: 100,
};
const square: Area = {
  polygons: [
    [
      [
        [10, 50],
        [10.95, 50],
        [10.95, 49.05],
        [10, 49.05],
        [10, 50],
      ],
    ],
  ],
  warnings: [],
};
const lines = [
  [
    [9, 49.55],
    [12, 49.55],
  ],
] as const;

const bounds = (endColumn: number) => ({ firstColumn: 0, endColumn, firstRow: 0, endRow: 100 });

it.each([
  [100, 10],
  [4, 4],
])('lines in rasters of %i columns have %i cells there, of the ten that they have in the area', (endColumn, cells) => {
  const placed = placeArea(square, { grid, bounds: bounds(endColumn) }, { coverage: 'centre', lines: { lines } });
  expect([placed.spans.cells, placed.areaCells]).toEqual([cells, 10]);
});
