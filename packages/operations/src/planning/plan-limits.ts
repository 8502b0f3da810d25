import type { Refusal } from '@cellshed/contracts';
import { tilesIn } from '@cellshed/raster';
import type { NamedStack } from '../stacks.ts';
import type { PlacedArea } from './place-area.ts';

export interface PlanLimits {
  /** Runs of cells of all areas together. */
  readonly mostSpans?: number | undefined;
  /** Cells that are read, and cells that are counted; what tallies have is neither. */
  readonly mostCells?: number | undefined;
}

/**
 * The most spans of one request; a single area may have a quarter of them. About 10,000 HUC-8s have
 * as many on a grid of 30 m.
 */
const defaultSpans = 2 ** 25;

/** Adds up what a plan comes to, and refuses what is too much. */
export interface PlanCount {
  /** Each area once: placing them costs time before any is counted. */
  area(place: string, area: PlacedArea): Refusal | undefined;
  /** Adds the cells that are counted of an area. */
  counted(cells: number): Refusal | undefined;
  /** Tiles that are read. */
  read(tiles: Parameters<typeof tilesIn>[0], stack: Pick<NamedStack['stack'], 'block'>): Refusal | undefined;
  /** The cells that are read, or those that are counted, whichever are more. */
  cells(): number;
}

/** Opens the count of a plan for so many requests. */
export function planCount(
  { mostSpans = defaultSpans, mostCells = Number.POSITIVE_INFINITY }: PlanLimits,
  requests: number,
): PlanCount {
  const { path, have, instead } = requests === 1 ? ofOne : ofSeveral;
  const seen = new Set<string>();
  let [spans, counted, read] = [0, 0, 0];
  const tooMany = (cells: number, done: string): Refusal | undefined => {
    if (cells <= mostCells) return undefined;
    const most = mostCells.toLocaleString('en');
    const problem = `${cells.toLocaleString('en')} cells or more would be ${done} for this request, at most ${most} are allowed (CELL_LIMIT)`;
    return { path, problem: `${problem}; ask for ${instead.cells}` };
  };
  return {
    area(place, area) {
      if (!seen.has(place)) spans += area.spans.columns.length / 2;
      seen.add(place);
      if (spans <= mostSpans) return undefined;
      return { path, problem: `${have} more than ${mostSpans} runs of cells; ask for ${instead.spans}` };
    },
    counted(cells) {
      counted += cells;
      return tooMany(counted, 'counted');
    },
    read(tiles, { block }) {
      read += tilesIn(tiles) * block.width * block.height;
      return tooMany(read, 'read');
    },
    cells: () => Math.max(counted, read),
  };
}

/** The words of refusals, for one area or for several. */
const ofOne = { path: 'area', have: 'it has', instead: { cells: 'a smaller area', spans: 'a simpler one' } };
const ofSeveral = {
  path: 'areas',
  have: 'together they have',
  instead: { cells: 'smaller areas, or for fewer at once', spans: 'fewer at once' },
};
