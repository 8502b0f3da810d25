import { crsFromText } from '@cellshed/crs';
import { partUnder } from '../../src/grid/part-of-grid.ts';

const albers = crsFromText('EPSG:5070');
const grid = { crs: albers, originX: 1000, originY: 9000, cellWidth: 30, cellHeight: 30, width: 200, height: 200 };

it('is the cells beneath another grid, and one more on each side', () => {
  const other = { ...grid, originX: 1310, originY: 8005, cellWidth: 100, cellHeight: 100, width: 3, height: 2 };
  // From x 1310 to 1610 are columns 10 to 20, from y 8005 to 7805 rows 33 to 39.
  expect(partUnder(grid, other)).toEqual({
    ...{ ...grid, originX: 1000 + 9 * 30, originY: 9000 - 32 * 30 },
    ...{ width: 22 - 9, height: 41 - 32 },
  });
});

it('ends where the grid ends', () => {
  const other = { ...grid, originX: -5000, originY: 50_000, cellWidth: 1000, cellHeight: 1000 };
  expect(partUnder(grid, other)).toEqual(grid);
});

it('is found in another CRS', () => {
  // Around 96° W, 23° N is the origin of EPSG:5070.
  const degrees = { ...grid, crs: crsFromText('EPSG:4326'), originX: -95.99, originY: 23.05 };
  const { originX, originY, width, height } = partUnder(grid, {
    ...degrees,
    cellWidth: 0.005,
    cellHeight: 0.005,
    width: 2,
    height: 2,
  });
  expect([originX, originY]).toEqual([expect.any(Number), expect.any(Number)]);
  expect((originX - grid.originX) % 30).toBe(0);
  expect((grid.originY - originY) % 30).toBe(0);
  expect([width, height].every((side) => side > 30 && side < 60)).toBe(true);
});

it('is all of the grid where the two do not meet', () => {
  expect(partUnder(grid, { ...grid, originX: 1e6 })).toEqual(grid);
});
