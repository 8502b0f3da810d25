type Position = readonly [x: number, y: number];
type Ring = readonly Position[];

/** The rings of a polygon, laid out without a leap from one side of the world to the other. */
export interface Unrolled {
  readonly rings: readonly Ring[];
  /** The decision for each ring that has an edge longer than half the world. */
  readonly leaps: readonly Leap[];
}

export interface Leap {
  readonly ring: number;
  /** The x of the ends of its first such edge. */
  readonly from: number;
  readonly to: number;
  /**
   * `crosses`: the edge goes the short way, across the antimeridian. A `box` is unchanged, because
   * it is meant the long way. So is a ring `round` a pole.
   */
  readonly taken: 'crosses' | 'box' | 'round';
}

/**
 * The rings of a polygon whose x repeats after `period`: 360 for longitudes. RFC 7946 wants rings
 * that cross the antimeridian to be cut there, but many are not: they leap from 179 to −179. An
 * edge longer than half the world counts as such a leap, and the ring continues beyond 180. Three
 * kinds of rings stay unchanged:
 * - rings that would not close, as around a pole
 * - rings that would then lie on one side of the antimeridian, such as a box from −180 or to 180
 * - anticlockwise boxes, which may be meant the long way: RFC 7946 wants outer rings anticlockwise
 * An inner ring is moved by whole periods to where the first ring is.
 */
export function unrolled(rings: readonly Ring[], period: number): Unrolled {
  const leaps: Leap[] = [];
  const laid = rings.map((ring, index) => {
    const at = leapOf(ring, period);
    if (at < 0) return ring;
    const [from, to] = [ring[at - 1]![0], ring[at]![0]];
    const { taken, positions } = layOut(ring, period);
    if (taken !== undefined) leaps.push({ ring: index, from, to, taken });
    return positions;
  });
  const [outer, ...inner] = laid;
  if (outer === undefined || inner.length === 0) return { rings: laid, leaps };
  const range = rangeOf([outer]);
  return { rings: [outer, ...inner.map((ring) => beside(ring, range, period))], leaps };
}

/** The vertices of a line, laid out in the same way. Its end need not meet its beginning. */
export function unrolledLine(line: Ring, period: number): Ring {
  return leapOf(line, period) < 0 ? line : goOn(line, period);
}

/** The least x and the greatest. */
export function rangeOf(rings: readonly Ring[]): [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const ring of rings) {
    for (const [x] of ring) {
      if (x < least) least = x;
      if (x > greatest) greatest = x;
    }
  }
  return [least, greatest];
}

/** The first vertex more than half the world away from the one before, or −1. */
function leapOf(ring: Ring, period: number): number {
  let before = ring[0]?.[0] ?? 0;
  for (let i = 1; i < ring.length; i++) {
    const x = ring[i]![0];
    if (Math.abs(x - before) > period / 2) return i;
    before = x;
  }
  return -1;
}

/** A ring that winds around the world more often winds around a pole and back. */
const mostTurns = 2;

function layOut(ring: Ring, period: number): { readonly taken?: Leap['taken']; readonly positions: Ring } {
  const positions = goOn(ring, period);
  const [least, greatest] = rangeOf([ring]);
  if (positions.at(-1)![0] !== ring[0]![0]) {
    // An edge as long as the world is wide runs along the pole.
    const isClosedByPole = leaps(ring, period).every((leap) => Math.abs(leap) >= period * (1 - 1e-12));
    return { ...(!isClosedByPole && { taken: 'round' }), positions: ring };
  }
  // Where longitudes run from 0 to 360, the world ends at 0.
  const end = greatest > period / 2 ? 0 : period / 2;
  const [from, to] = rangeOf([positions]).map((x) => (x - end) / period) as [number, number];
  if (Math.ceil(to) - Math.floor(from) < 2) return { positions: ring };
  if (to - from > mostTurns) return { taken: 'round', positions: ring };
  const width = (360 * (greatest - least)) / period;
  if (isBox(ring) && width >= 360) return { positions: ring };
  if (isBox(ring) && (width <= 270 || width >= 358)) return { taken: 'box', positions: ring };
  return { taken: 'crosses', positions };
}

function leaps(ring: Ring, period: number): number[] {
  return ring.slice(1).flatMap(([x], i) => (Math.abs(x - ring[i]![0]) > period / 2 ? [x - ring[i]![0]] : []));
}

/** Each vertex, moved by whole periods to the place nearest to the vertex before. */
function goOn(ring: Ring, period: number): Ring {
  let turns = 0;
  return ring.map((position, i) => {
    const step = i === 0 ? 0 : position[0] - ring[i - 1]![0];
    if (step > period / 2) turns -= 1;
    else if (step < -period / 2) turns += 1;
    return turns === 0 ? position : [position[0] + turns * period, position[1]];
  });
}

/** Whether a ring is an anticlockwise rectangle: its signed area equals the area of its box. */
function isBox(ring: Ring): boolean {
  const [least, greatest] = rangeOf([ring]);
  const [bottom, top] = rangeOf([ring.map(([x, y]) => [y, x])]);
  const [x0, y0] = ring[0] as Position;
  let twice = 0;
  for (let i = 1; i < ring.length; i++) {
    const [[x1, y1], [x2, y2]] = [ring[i - 1]!, ring[i]!];
    twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return twice > 0 && twice / 2 >= (greatest - least) * (top - bottom) * (1 - 1e-9);
}

/** A ring, moved by whole periods to a place between two x, if there is one. */
function beside(ring: Ring, [least, greatest]: readonly [number, number], period: number): Ring {
  const [from, to] = rangeOf([ring]);
  if (from >= least && to <= greatest) return ring;
  const turns = [-1, 1, -2, 2].find((n) => from + n * period >= least && to + n * period <= greatest);
  return turns === undefined ? ring : ring.map(([x, y]) => [x + turns * period, y]);
}
