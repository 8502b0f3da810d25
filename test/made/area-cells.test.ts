import { crsFromText } from '@catchment/crs';
import {
  type CellPolygons,
  centreCells,
  type Grid,
  lineSpansOf,
  projectLinesToCells,
  projectToCells,
  type Spans,
  sharedCells,
  touchedCells,
  type Window,
  wholeCell,
} from '@catchment/raster';
import { answers } from './answers.ts';
import { grid as place, smallAreas, streams } from './country.ts';
import { digest } from './write.ts';

const grid: Grid = {
  crs: crsFromText(`EPSG:${place.epsg}`),
  originX: place.originX,
  originY: place.originY,
  cellWidth: place.cell,
  cellHeight: place.cell,
  width: place.width,
  height: place.height,
};
const window: Window = { firstColumn: 0, endColumn: grid.width, firstRow: 0, endRow: grid.height };
const areas = smallAreas().map(({ id, name, polygons }) => ({
  id,
  name,
  polygons: projectToCells(polygons, grid),
  told: answers.areas[id]!,
}));
const lines = projectLinesToCells(streams(), grid);

describe('cells of areas with winding borders', () => {
  it.each(areas)('by centre are those that GDAL and shapely name: $id', ({ polygons, told }) => {
    const { spans, areaCells } = centreCells(polygons, window);
    expect(named(spans)).toEqual(told.centre);
    expect(areaCells).toBe(told.centre.cells);
  });

  it.each(areas)('by touching are those of which exactextract finds any share: $id', ({ polygons, told }) => {
    const { spans, areaCells } = touchedCells(polygons, window);
    expect(named(spans)).toEqual(told.touched);
    expect(areaCells).toBe(told.touched.cells);
  });

  it.each(areas)('by fraction have the shares that exactextract finds: $id', ({ polygons, told }) => {
    const { spans, areaCells } = sharedCells(polygons, window);
    expect(named(spans)).toEqual(told.touched);
    const found = moments(spans);
    expect(found.border).toBe(told.fraction.border);
    // exactextract's shares are float32.
    expect(Math.abs(found.sum - told.fraction.area)).toBeLessThan(2e-6);
    expect(Math.abs(found.columns - told.fraction.columns)).toBeLessThan(1e-3);
    expect(Math.abs(found.rows - told.fraction.rows)).toBeLessThan(1e-3);
    expect(areaCells).toBeCloseTo(told.fraction.area, 5);
  });

  it.each(areas)('along streams are those of each segment, clipped and drawn by itself: $id', ({ polygons, told }) => {
    expect(named(lineSpansOf(lines, polygons, window))).toEqual(told.streams);
  });

  it('are shared by no two neighbours, and none is lost between them', () => {
    const taken = new Uint8Array(grid.width * grid.height);
    const neighbours = areas.slice(0, 20);
    for (const { polygons } of neighbours)
      forEachRun(centreCells(polygons, window).spans, (row, start, end) => {
        for (let column = start; column < end; column++) taken[row * grid.width + column]! += 1;
      });
    expect(taken.every((times) => times <= 1)).toBe(true);
    const all: CellPolygons = neighbours.flatMap(({ polygons }) => polygons);
    expect(taken.reduce((sum, times) => sum + times, 0)).toBe(centreCells(all, window).spans.cells);
  });
});

function named(spans: Spans) {
  const runs: string[] = [];
  forEachRun(spans, (row, start, end) => runs.push(`${row} ${start} ${end};`));
  return { cells: spans.cells, digest: digest(runs.join('')) };
}

/** Visits the runs of cells that follow each other without a gap. */
function forEachRun({ firstRow, rowStarts, columns }: Spans, visit: (row: number, start: number, end: number) => void) {
  for (let r = 0; r + 1 < rowStarts.length; r++) {
    for (let k = rowStarts[r]!; k < rowStarts[r + 1]!; ) {
      const start = columns[2 * k]!;
      do k++;
      while (k < rowStarts[r + 1]! && columns[2 * k] === columns[2 * k - 1]);
      visit(firstRow + r, start, columns[2 * k - 1]!);
    }
  }
}

function moments(spans: Spans) {
  const sums = { sum: 0, columns: 0, rows: 0 };
  const add = (column: number, row: number, share: number) => {
    sums.sum += share;
    sums.columns += share * column;
    sums.rows += share * row;
  };
  forEachRun(spans, (row, start, end) => {
    for (let column = start; column < end; column++) add(column, row, 1);
  });
  const { rowStarts, columns, parts } = spans.shares!;
  let border = 0;
  for (let r = 0; r + 1 < rowStarts.length; r++) {
    for (let k = rowStarts[r]!; k < rowStarts[r + 1]!; k++) {
      add(columns[k]!, spans.firstRow + r, parts[k]! / wholeCell - 1);
      // As float32, shares of nearly one are one.
      if (Math.fround(parts[k]! / wholeCell) < 1) border++;
    }
  }
  return { ...sums, border };
}
