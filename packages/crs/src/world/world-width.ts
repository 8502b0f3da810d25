import { type Budget, unlimited } from '@cellshed/budget';

/** A ring or a line as x, y, x, y, … */
export type Flat = Float64Array;

/** The width of a world whose x repeats: from `first` to a period beyond it. */
export interface WorldWidth {
  readonly first: number;
  readonly period: number;
  /** The distance by which something may exceed the width and still counts as within it. */
  readonly tolerance: number;
  /**
   * The number of vertices along a cut for each unit of y, where a straight line here is a curve
   * elsewhere. Default: none.
   */
  readonly perUnit?: number;
}

/**
 * The rings of a polygon, moved by whole periods into the width of the world. A ring that exceeds
 * an end of the world is repeated, whole, at the other end:
 *
 *      ┆  ┌────┆───┐        ┌──┆─┐    ┌────┆───┐
 *      ┆  │    ┆   │   →    │  ┆ │    │    ┆   │
 *      ┆  └────┆───┘        └──┆─┘    └────┆───┘
 */
export function polygonsAround(rings: readonly Flat[], width: WorldWidth): readonly (readonly Flat[])[] {
  return turnsOf(rangeOf(rings), width).map((turns) => rings.map((ring) => moved(ring, -turns * width.period)));
}

/** A line, moved and repeated in the same way. */
export function linesAround(line: Flat, width: WorldWidth): readonly Flat[] {
  return turnsOf(rangeOf([line]), width).map((turns) => moved(line, -turns * width.period));
}

/**
 * The rings of a polygon, moved in the same way but cut at the ends of the world. The budget pays
 * for the vertices along the cut, because few edges may need very many. Throws OverBudget.
 */
export function polygonsCut(
  rings: readonly Flat[],
  width: WorldWidth,
  budget: Budget = unlimited,
): readonly (readonly Flat[])[] {
  const range = rangeOf(rings);
  return turnsOf(range, width).map((turns) => {
    const ends = endsOf(width, turns);
    const inside = reachesOver(range, ends, width) ? rings.map((ring) => cut(ring, ends, { ...width, budget })) : rings;
    return inside.filter((ring) => ring.length > 0).map((ring) => moved(ring, -turns * width.period));
  });
}

/** A line, cut in the same way into one or more lines. */
export function linesCut(line: Flat, width: WorldWidth): readonly Flat[] {
  const range = rangeOf([line]);
  return turnsOf(range, width).flatMap((turns) => {
    const ends = endsOf(width, turns);
    const inside = reachesOver(range, ends, width) ? stretches(line, ...ends) : [line];
    return inside.map((one) => moved(one, -turns * width.period));
  });
}

type Ends = readonly [low: number, high: number];

function endsOf({ first, period }: WorldWidth, turns: number): Ends {
  return [first + turns * period, first + (turns + 1) * period];
}

function reachesOver([least, greatest]: Ends, [low, high]: Ends, { tolerance }: WorldWidth): boolean {
  return least < low - tolerance || greatest > high + tolerance;
}

function rangeOf(rings: readonly Flat[]): Ends {
  let [least, greatest] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i]!;
      if (x < least) least = x;
      if (x > greatest) greatest = x;
    }
  }
  return [least, greatest];
}

/** The most periods; positions further out are nowhere and stay there. */
const mostTurns = 4;

/** The periods by which a range lies outside the width; several where it exceeds an end. */
function turnsOf([least, greatest]: Ends, { first, period, tolerance }: WorldWidth): number[] {
  if (least >= first - tolerance && greatest <= first + period + tolerance) return [0];
  const from = Math.floor((least + tolerance - first) / period);
  const to = Math.max(from, Math.ceil((greatest - tolerance - first) / period) - 1);
  if (!(Math.abs(from) <= mostTurns && Math.abs(to) <= mostTurns)) return [0];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i + 0);
}

function moved(flat: Flat, distance: number): Flat {
  return distance === 0 ? flat : flat.map((value, i) => (i % 2 === 0 ? value + distance : value));
}

/**
 * The part of a ring between two x. Its edges along these have more vertices, at the same y on
 * every such edge.
 */
function cut(ring: Flat, [low, high]: Ends, { perUnit, budget }: WorldWidth & { readonly budget: Budget }): Flat {
  const inside = below(high, below(-low, ring, -1), 1);
  if (perUnit === undefined) return inside;
  const followed: number[] = [];
  let [x1, y1] = [inside.at(-2) as number, inside.at(-1) as number];
  for (let i = 0; i < inside.length; i += 2) {
    const [x2, y2] = [inside[i]!, inside[i + 1]!];
    if (x1 === x2 && (x1 === low || x1 === high)) {
      budget.spend(stepsOfVertex * (1 + Math.abs(y2 - y1) * perUnit));
      for (const n of wholeBetween(y1 * perUnit, y2 * perUnit)) followed.push(x1, n / perUnit);
    }
    followed.push(x2, y2);
    [x1, y1] = [x2, y2];
  }
  return Float64Array.from(followed);
}

/** The steps to put a vertex along a cut. */
const stepsOfVertex = 10;

/** The whole numbers from one number to another, in this order. */
function wholeBetween(from: number, to: number): number[] {
  const [low, high] = [Math.floor(Math.min(from, to)) + 1, Math.ceil(Math.max(from, to))];
  const rising = Array.from({ length: Math.max(0, high - low) }, (_, i) => low + i);
  return from < to ? rising : rising.reverse();
}

/**
 * The part of a ring whose x times `sign` is at most `bound`. An edge is cut at the same place in
 * both directions.
 */
function below(bound: number, ring: Flat, sign: 1 | -1): Flat {
  const kept: number[] = [];
  const end = bound * sign;
  let [x1, y1] = [ring.at(-2) as number, ring.at(-1) as number];
  for (let i = 0; i < ring.length; i += 2) {
    const [x2, y2] = [ring[i]!, ring[i + 1]!];
    const [wasIn, isIn] = [sign * x1 <= bound, sign * x2 <= bound];
    if (wasIn !== isIn) kept.push(end, heightAt(end, [x1, y1], [x2, y2]));
    if (isIn) kept.push(x2, y2);
    [x1, y1] = [x2, y2];
  }
  return Float64Array.from(kept);
}

type Position = readonly [x: number, y: number];

function heightAt(x: number, a: Position, b: Position): number {
  const [[x1, y1], [x2, y2]] = a[0] < b[0] ? [a, b] : [b, a];
  return y1 + ((x - x1) / (x2 - x1)) * (y2 - y1);
}

/** The stretches of a line between two x. */
function stretches(line: Flat, low: number, high: number): Flat[] {
  const found: number[][] = [];
  let open: number[] | undefined;
  for (let i = 2; i < line.length; i += 2) {
    const segment = between([line[i - 2]!, line[i - 1]!], [line[i]!, line[i + 1]!], low, high);
    if (segment === undefined) {
      open = undefined;
      continue;
    }
    const [from, to] = segment;
    const goesOn = open !== undefined && open.at(-2) === from[0] && open.at(-1) === from[1];
    if (!goesOn) found.push((open = [...from]));
    open?.push(...to);
  }
  return found.map((one) => Float64Array.from(one));
}

function between(a: Position, b: Position, low: number, high: number): readonly [Position, Position] | undefined {
  const [left, right] = a[0] < b[0] ? [a, b] : [b, a];
  if (right[0] < low || left[0] > high) return undefined;
  const end = (position: Position, bound: number): Position =>
    bound === position[0] ? position : [bound, heightAt(bound, a, b)];
  const within = (position: Position) => end(position, Math.min(Math.max(position[0], low), high));
  return [within(a), within(b)];
}
