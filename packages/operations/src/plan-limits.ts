import { tilesIn } from '@catchment/raster';
import type { PlacedArea } from './place-area.ts';
import type { Refusal } from './refusal.ts';
import type { NamedStack } from './stacks.ts';

export interface PlanLimits {
  /** Runs of cells of all areas together. */
  readonly mostSpans?: number | undefined;
  /** Cells that are read, and cells that are counted; what tallies have is neither. */
  readonly mostCells?: number | undefined;
}

/**
 * An area of its own may have a quarter of them. Some ten thousand HUC-8s have them on a grid of 30
 * m.
 */
const defaultSpans = 2 ** 25;

/** Adds up what a plan comes to, and refuses what is too much. */
export interface PlanCount {
  /** Each area once: placing them costs time before any is counted. */
  area(place: string, area: PlacedArea): Refusal | undefined;
  /** What is counted of an area. */
  counted(cells: number): Refusal | undefined;
  /** Tiles that are read. */
  read(tiles: Parameters<typeof tilesIn>[0], stack: Pick<NamedStack['stack'], 'block'>): Refusal | undefined;
}

export function planCount({ mostSpans = defaultSpans, mostCells = Number.POSITIVE_INFINITY }: PlanLimits): PlanCount {
  const seen = new Set<string>();
  let [spans, counted, read] = [0, 0, 0];
  const tooMany = (cells: number, done: string): Refusal | undefined =>
    cells <= mostCells
      ? undefined
      : {
          problem: `areas: ${cells.toLocaleString('en')} cells or more would be ${done} for this request, at most ${mostCells.toLocaleString('en')} are allowed (CELL_LIMIT); ask for smaller areas, or for fewer at once`,
        };
  return {
    area(place, area) {
      if (!seen.has(place)) spans += area.spans.columns.length / 2;
      seen.add(place);
      return spans <= mostSpans
        ? undefined
        : { problem: `areas: together they have more than ${mostSpans} runs of cells; ask for fewer at once` };
    },
    counted(cells) {
      counted += cells;
      return tooMany(counted, 'counted');
    },
    read(tiles, { block }) {
      read += tilesIn(tiles) * block.width * block.height;
      return tooMany(read, 'read');
    },
  };
}
