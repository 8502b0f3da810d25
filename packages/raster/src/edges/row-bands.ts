import type { Budget } from '@cellshed/budget';
import { type Border, countPassages } from './border.ts';
import { floorsAlong } from './floor-sum.ts';
import type { Segment } from './segment.ts';

/** The rule by which the cells of a row follow from the places of its edges. */
export interface RowRule {
  /** The sum of the columns at which spans start along an edge, in some rows. */
  starts(edge: Segment, firstRow: number, rows: number): number;
  /** The sum of the columns at which spans end along an edge, in some rows. */
  ends(edge: Segment, firstRow: number, rows: number): number;
  /** Whether spans of separate areas may share cells. */
  readonly mayMeet: boolean;
}

/** The centre rule: see scanRows. */
export const centreRule: RowRule = {
  starts: (edge, firstRow, rows) => floorsAlong(edge, firstRow + 0.5, rows, 0.5),
  ends: (edge, firstRow, rows) => floorsAlong(edge, firstRow + 0.5, rows, 0.5),
  mayMeet: false,
};

/** The rule that takes all touched cells. */
export const touchedRule: RowRule = {
  starts: ([x1, y1, x2, y2], firstRow, rows) =>
    floorsAlong([x1, y1, x2, y2], x1 <= x2 ? firstRow : firstRow + 1, rows, 0),
  ends: ([x1, y1, x2, y2], firstRow, rows) =>
    -floorsAlong([-x1, y1, -x2, y2], x1 <= x2 ? firstRow + 1 : firstRow, rows, 0) + 0,
  mayMeet: true,
};

interface BandWork {
  readonly rule: RowRule;
  /** Counts the cells of rows one by one. */
  readonly scan: (firstRow: number, endRow: number) => number;
  /** The most edges times rows that may be scanned; a band counts as some rows. */
  readonly most: number;
  readonly budget: Budget;
}

/** The cost of summing up the rows of a band for each edge: as many rows, and as many steps. */
const [rowsPerSum, stepsPerSum] = [8, 400];

/** The cost of finding whether an edge passes through a band, and sorting it there. */
const stepsPerEdge = 8;

/** A smaller number of rows is scanned. */
const fewRows = 64;

/**
 * The number of cells of a border with few vertices and many rows. In a band of rows without a
 * vertex, in which no two edges change places, the spans of all rows are summed up at once. Rows
 * with vertices are scanned, and bands in which edges cross are halved. Undefined if that takes
 * more work than `most`.
 */
export function cellsInBands(border: Border, { rule, scan, most, budget }: BandWork): number | undefined {
  let [cells, left] = [0, most];
  const scanThem = (firstRow: number, endRow: number) => {
    left -= border.count + countPassages(border, firstRow, endRow);
    if (left >= 0) cells += scan(firstRow, endRow);
  };
  const addBand = (edges: readonly Edge[], firstRow: number, endRow: number): void => {
    left -= edges.length;
    if (edges.length === 0 || left < 0) return;
    budget.spend(edges.length * stepsPerEdge);
    const sum = sumOfBand(edges, rule, [firstRow, endRow]);
    if (sum !== undefined) {
      cells += sum;
      left -= edges.length * rowsPerSum;
      budget.spend(edges.length * stepsPerSum);
    } else if (endRow - firstRow <= fewRows) scanThem(firstRow, endRow);
    else {
      const middle = Math.floor((firstRow + endRow) / 2);
      addBand(edges, firstRow, middle);
      addBand(edges, middle, endRow);
    }
  };
  let next = border.firstRow;
  for (const [firstRow, endRow] of rowsWithVertices(border)) {
    left -= border.count;
    budget.spend(border.count);
    if (next < firstRow) addBand(edgesThrough(border, next, firstRow), next, firstRow);
    scanThem(firstRow, endRow);
    if (left < 0) return undefined;
    next = endRow;
  }
  return cells;
}

/** The rows in which edges begin or end, joined if they are near each other, from top to bottom. */
function rowsWithVertices({ count, ends }: Border): [firstRow: number, endRow: number][] {
  const heights = Float64Array.from({ length: 2 * count }, (_, i) => ends[2 * i + 1]!).sort();
  const found: [number, number][] = [];
  for (const y of heights) {
    const [firstRow, endRow] = [Math.ceil(y) - 1, Math.floor(y) + 1];
    const last = found.at(-1);
    if (last !== undefined && firstRow - last[1] < fewRows) last[1] = Math.max(last[1], endRow);
    else found.push([firstRow, endRow]);
  }
  return found;
}

interface Edge {
  readonly line: Segment;
  readonly polygon: number;
}

/** The edges that pass from the upper to the lower line of some rows. */
function edgesThrough({ count, ends, polygon }: Border, firstRow: number, endRow: number): Edge[] {
  const through: Edge[] = [];
  for (let e = 0; e < count; e++) {
    const line = [ends[4 * e]!, ends[4 * e + 1]!, ends[4 * e + 2]!, ends[4 * e + 3]!] as const;
    if (line[1] <= firstRow && line[3] >= endRow) through.push({ line, polygon: polygon[e]! });
  }
  return through;
}

/**
 * The number of cells of a band of rows that all edges pass through; undefined if some change
 * places, or meet in some rows and not in others.
 */
function sumOfBand(edges: readonly Edge[], rule: RowRule, [firstRow, endRow]: Rows): number | undefined {
  const order = edges.map((edge) => ({
    ...edge,
    top: columnAt(edge.line, firstRow),
    end: columnAt(edge.line, endRow),
  }));
  order.sort((a, b) => a.top - b.top || a.end - b.end);
  const odd = new Set<number>();
  let cells = 0;
  let ended: Segment | undefined;
  for (const [i, { line, polygon, end }] of order.entries()) {
    if (i > 0 && (order[i - 1] as (typeof order)[number]).end > end) return undefined;
    const wasIn = odd.size > 0;
    if (!odd.delete(polygon)) odd.add(polygon);
    if (wasIn && odd.size === 0) ended = line;
    if (wasIn || odd.size === 0) continue;
    const apart = ended === undefined || !rule.mayMeet || areApart(ended, line, [firstRow, endRow]);
    if (apart === undefined) return undefined;
    if (!apart) continue;
    if (ended) cells += rule.ends(ended, firstRow, endRow - firstRow);
    cells -= rule.starts(line, firstRow, endRow - firstRow);
  }
  return ended ? cells + rule.ends(ended, firstRow, endRow - firstRow) : cells;
}

type Rows = readonly [firstRow: number, endRow: number];

/**
 * Tells whether the cells up to one edge and the cells from the next edge on are separate, in all
 * rows; false: in none; undefined: it cannot be told. Two neighbouring cells count as one.
 */
function areApart(ended: Segment, next: Segment, [firstRow, endRow]: Rows): boolean | undefined {
  const at = (y: number) => [columnAt(ended, y), columnAt(next, y)] as const;
  const [[ended1, next1], [ended2, next2]] = [at(firstRow), at(endRow)];
  if (Math.ceil(Math.max(ended1, ended2)) <= Math.floor(Math.min(next1, next2))) return true;
  // With less than a cell between them, every column belongs to one of them.
  if (next1 - ended1 < 1 && next2 - ended2 < 1) return false;
  const isFar = [firstRow, endRow - 1].every((row) => {
    const [[endAbove, nextAbove], [endBelow, nextBelow]] = [at(row), at(row + 1)];
    return Math.min(nextAbove, nextBelow) - Math.max(endAbove, endBelow) >= 2;
  });
  return isFar ? true : undefined;
}

function columnAt([x1, y1, x2, y2]: Segment, y: number): number {
  return x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
}
