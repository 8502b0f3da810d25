import { crsFromText } from '@cellshed/crs';
import {
  type CellPolygons,
  cellRules,
  type Grid,
  lineSpansOf,
  projectLinesToCells,
  projectToCells,
  type Spans,
  type Window,
  wholeCell,
} from '@cellshed/raster';
import type { RasterToWrite } from '../../sample/geotiff-writer.ts';
import { type AreaAnswer, answers } from './answers.ts';
import { alignedAreas, heightsGrid, grid as place, smallAreas, streams } from './country.ts';
import { digest } from './write.ts';

const { centre: centreCells, touched: touchedCells, fraction: sharedCells } = cellRules;

const gridOf = ({ cell, cellHeight = cell, epsg, ...size }: Omit<RasterToWrite, 'samples'>): Grid => ({
  ...size,
  crs: crsFromText(`EPSG:${epsg}`),
  cellWidth: cell,
  cellHeight,
});
const windowOf = ({ width, height }: Grid): Window => ({
  firstColumn: 0,
  endColumn: width,
  firstRow: 0,
  endRow: height,
});

const grid = gridOf(place);
const window = windowOf(grid);
/** Cuts some of the areas, holds some and none of others. */
const inner: Window = { firstColumn: 230, endColumn: 611, firstRow: 201, endRow: 480 };
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
    expect(named(centreCells(polygons, inner).spans)).toEqual(told.inWindow.centre);
  });

  it.each(areas)('by touching are those of which exactextract finds any share: $id', ({ polygons, told }) => {
    const { spans, areaCells } = touchedCells(polygons, window);
    expect(named(spans)).toEqual(told.touched);
    expect(areaCells).toBe(told.touched.cells);
    expect(named(touchedCells(polygons, inner).spans)).toEqual(told.inWindow.touched);
  });

  it.each(areas)('by fraction have the shares that exactextract finds: $id', ({ polygons, told }) => {
    const { spans, areaCells } = sharedCells(polygons, window);
    expect(named(spans)).toEqual(told.touched);
    expectMoments(spans, told.fraction);
    expect(areaCells).toBeCloseTo(told.fraction.area, 5);
    expect(named(sharedCells(polygons, inner).spans)).toEqual(told.inWindow.touched);
  });

  it.each(areas)('along streams are those of each segment, clipped and drawn by itself: $id', ({ polygons, told }) => {
    expect(named(lineSpansOf(lines, polygons, window))).toEqual(told.streams);
    expect(named(lineSpansOf(lines, polygons, inner))).toEqual(told.inWindow.streams);
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

describe('cells of areas whose borders run through centres and corners of oblong cells', () => {
  const heights = gridOf(heightsGrid());
  const aligned = alignedAreas().map(({ id, polygons }) => ({
    id,
    polygons: projectToCells(polygons, heights),
    told: answers.aligned[id]!,
  }));
  const all = windowOf(heights);

  it.each(aligned)('are by centre those that GDAL burns: $id', ({ polygons, told }) => {
    expect(named(centreCells(polygons, all).spans)).toEqual(told.centre);
  });

  it.each(aligned)('are by touching and by fraction those that exactextract finds: $id', ({ polygons, told }) => {
    expect(named(touchedCells(polygons, all).spans)).toEqual(told.touched);
    const { spans } = sharedCells(polygons, all);
    expect(named(spans)).toEqual(told.touched);
    expectMoments(spans, told.fraction);
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

function expectMoments(spans: Spans, told: AreaAnswer['fraction']): void {
  const found = moments(spans);
  expect(found.border).toBe(told.border);
  // exactextract's shares are float32.
  expect(Math.abs(found.sum - told.area)).toBeLessThan(2e-6);
  expect(Math.abs(found.columns - told.columns)).toBeLessThan(1e-3);
  expect(Math.abs(found.rows - told.rows)).toBeLessThan(1e-3);
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
