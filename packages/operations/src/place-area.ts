import type { Area, Lines } from '@catchment/areas';
import {
  type CellPolygons,
  cellArea,
  cellsOf,
  IntricateAreaError,
  lineSpansOf,
  projectLinesToCells,
  projectToCells,
  type Spans,
  shareOf,
  shareSpansOf,
  spansOf,
  touchedCellsOf,
  touchedSpansOf,
  UnprojectablePositionError,
  type Window,
} from '@catchment/raster';

import type { Coverage } from './request.ts';
import type { Lattice } from './stacks.ts';

/** An area on a grid. */
export interface PlacedArea {
  /** Its cells within the rasters' bounds. */
  readonly spans: Spans;
  /** All its cells, on rasters or not; those in part by their share. */
  readonly areaCells: number;
  /** Its first vertex, as column and row. */
  readonly firstVertex: readonly [number, number];
  /** Square metres; undefined where the CRS has no constant one. */
  readonly cellArea: number | undefined;
  readonly warnings: readonly string[];
}

/** Projects an area and finds its cells, or those on the lines in it. Throws what `refusal` knows when it cannot be placed there. */
export function placeArea(
  { polygons, warnings }: Area,
  { grid, bounds }: Pick<Lattice, 'grid' | 'bounds'>,
  { coverage, lines }: { readonly coverage: Coverage; readonly lines: Lines | undefined },
): PlacedArea {
  const cells = projectToCells(polygons, grid);
  const [column = Number.NaN, row = Number.NaN] = cells[0]?.[0] ?? [];
  return {
    ...(lines ? linesIn(cells, projectLinesToCells(lines, grid), bounds) : covered[coverage](cells, bounds)),
    firstVertex: [column, row],
    cellArea: cellArea(grid),
    warnings,
  };
}

type Cells = Pick<PlacedArea, 'spans' | 'areaCells'>;

const covered: Record<Coverage, (polygons: CellPolygons, bounds: Window) => Cells> = {
  centre: (polygons, bounds) => cellsIn(polygons, bounds, { spans: spansOf, cells: cellsOf }),
  touched: (polygons, bounds) => cellsIn(polygons, bounds, { spans: touchedSpansOf, cells: touchedCellsOf }),
  fraction: (polygons, bounds) => ({ spans: shareSpansOf(polygons, bounds), areaCells: shareOf(polygons) }),
};

/** An area that lies within the bounds has all its cells there: they need not be found twice. */
function cellsIn(polygons: CellPolygons, bounds: Window, of: { spans: typeof spansOf; cells: typeof cellsOf }): Cells {
  const spans = of.spans(polygons, bounds);
  return { spans, areaCells: contains(bounds, windowAround(polygons)) ? spans.cells : of.cells(polygons) };
}

function contains(outer: Window, inner: Window): boolean {
  return (
    inner.firstColumn >= outer.firstColumn &&
    inner.endColumn <= outer.endColumn &&
    inner.firstRow >= outer.firstRow &&
    inner.endRow <= outer.endRow
  );
}

function linesIn(polygons: CellPolygons, lines: Parameters<typeof lineSpansOf>[0], bounds: Window): Cells {
  const spans = lineSpansOf(lines, polygons, bounds);
  return { spans, areaCells: lineSpansOf(lines, polygons, windowAround(polygons)).cells };
}

/** The smallest window that holds all cells of the polygons. */
function windowAround(polygons: CellPolygons): Window {
  let [firstColumn, endColumn, firstRow, endRow] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      const [column, row] = [Math.floor(ring[i]!), Math.floor(ring[i + 1]!)];
      firstColumn = Math.min(firstColumn, column);
      endColumn = Math.max(endColumn, column + 1);
      firstRow = Math.min(firstRow, row);
      endRow = Math.max(endRow, row + 1);
    }
  }
  return { firstColumn, endColumn, firstRow, endRow };
}

/** The asker's fault in what placing threw; throws on what is not. */
export function refusal(error: unknown): { readonly problem: string } {
  if (error instanceof UnprojectablePositionError || error instanceof IntricateAreaError) {
    return { problem: `area: ${error.message}` };
  }
  throw error;
}

/** Areas placed lately: the batches of one request need the same, and so do several operations on one area. */
export interface PlacementCache {
  get(key: string, place: () => Promise<PlacedArea>): Promise<PlacedArea>;
}

const mostBytes = 64 * 2 ** 20;

export function placementCache(): PlacementCache {
  const areas = new Map<string, PlacedArea>();
  let bytes = 0;
  return {
    get: async (key, place) => {
      const known = areas.get(key);
      const area = known ?? (await place());
      // Deleted and set again: the map's order is that of the last use.
      areas.delete(key);
      areas.set(key, area);
      if (!known) bytes += bytesOf(area);
      for (const [oldest, gone] of areas) {
        if (bytes <= mostBytes || oldest === key) break;
        areas.delete(oldest);
        bytes -= bytesOf(gone);
      }
      return area;
    },
  };
}

function bytesOf({ spans: { rowStarts, columns, shares } }: PlacedArea): number {
  const inPart = shares ? shares.rowStarts.byteLength + shares.columns.byteLength + shares.parts.byteLength : 0;
  return 1000 + rowStarts.byteLength + columns.byteLength + inPart;
}
