import type { Area, Lines } from '@cellshed/areas';
import { OverBudget, unlimited } from '@cellshed/budget';
import type { Coverage, Refusal } from '@cellshed/contracts';
import {
  type AreaCells,
  type CellPolygons,
  cellArea,
  cellRules,
  IntricateAreaError,
  lineCells,
  type Placing,
  projectLinesToCells,
  projectToCells,
  UnprojectablePositionError,
  type Window,
  worldColumns,
} from '@cellshed/raster';
import { recentlyUsed } from '@cellshed/recent';
import type { PlaceBudgets } from '../effort.ts';
import type { Lattice } from '../stacks.ts';
import { NotUnited } from './united-area.ts';

/** An area on a grid; its spans lie within the rasters' bounds. */
export interface PlacedArea extends AreaCells {
  /**
   * The westernmost vertex (of several, the northernmost), as column and row. It does not depend on
   * the vertex with which the polygon begins.
   */
  readonly firstVertex: readonly [number, number];
  /** Square metres; undefined where the CRS has no constant one. */
  readonly cellArea: number | undefined;
  readonly warnings: readonly string[];
}

const free: PlaceBudgets = { area: unlimited, lines: unlimited, cells: unlimited };

export interface PlaceWork {
  readonly coverage: Coverage;
  readonly lines: Lines | undefined;
  readonly budgets?: PlaceBudgets;
}

/**
 * Projects an area and finds its cells, or those on the lines in it. Throws what `refusal` knows
 * when it cannot be placed there.
 */
export function placeArea(
  { polygons, crs, warnings }: Area,
  { grid, bounds }: Pick<Lattice, 'grid' | 'bounds'>,
  { coverage, lines, budgets = free }: PlaceWork,
): PlacedArea {
  const cells = projectToCells(polygons, grid, { crs, bounds, budget: budgets.area });
  const placing = { world: worldColumns(grid, bounds), budget: budgets.cells };
  return {
    ...(lines
      ? lineCells(
          projectLinesToCells(lines.lines, grid, { crs: lines.crs, bounds, budget: budgets.lines }),
          cells,
          bounds,
          placing,
        )
      : rules[coverage](cells, bounds, placing)),
    firstVertex: firstVertexOf(cells),
    cellArea: cellArea(grid),
    warnings,
  };
}

function firstVertexOf(polygons: CellPolygons): readonly [number, number] {
  let column = Number.NaN;
  let row = Number.NaN;
  for (const rings of polygons)
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2) {
        const x = ring[i]!;
        const y = ring[i + 1]!;
        if (x > column || (x === column && y >= row)) continue;
        column = x;
        row = y;
      }
  return [column, row];
}

const rules: Record<Coverage, (polygons: CellPolygons, bounds: Window, placing: Placing) => AreaCells> = cellRules;

/** The asker's fault in what placing threw; throws on what is not. */
export function refusal(error: unknown): Refusal {
  if (error instanceof UnprojectablePositionError || error instanceof IntricateAreaError) {
    return { path: 'area', problem: error.message };
  }
  if (error instanceof NotUnited) return error.refusal;
  if (error instanceof OverBudget)
    return { path: 'area', problem: `${error.message}; ask for a simpler one, or for less at once` };
  throw error;
}

/**
 * Areas placed lately: the batches of one request need the same, and so do several operations on
 * one area.
 */
export interface PlacementCache {
  get(key: string, place: () => Promise<PlacedArea>): Promise<PlacedArea>;
}

const mostBytes = 64 * 2 ** 20;

export function placementCache(): PlacementCache {
  const areas = recentlyUsed<PlacedArea>({ limit: mostBytes, sizeOf: bytesOf, least: 1 });
  return {
    get: async (key, place) => {
      const known = areas.get(key);
      if (known) return known;
      const area = await place();
      areas.set(key, area);
      return area;
    },
  };
}

function bytesOf({ spans: { rowStarts, columns, shares } }: PlacedArea): number {
  const inPart = shares ? shares.rowStarts.byteLength + shares.columns.byteLength + shares.parts.byteLength : 0;
  return 1000 + rowStarts.byteLength + columns.byteLength + inPart;
}
