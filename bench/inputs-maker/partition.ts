import { grid, type Position, type Ring } from './place.ts';
import { bitsAt, randomAt } from './random.ts';

/** The way in which a rectangle of cells is cut into areas. */
export interface Partition {
  /** The sizes in cells: multiples of `step`. */
  readonly width: number;
  readonly height: number;
  /** Cells between two corners of a border, about. */
  readonly step: number;
  /** Areas in a row, and rows of them. */
  readonly across: number;
  readonly down: number;
  readonly seed: number;
}

/**
 * The whole of the rasters, in 2,912 areas of some 170,000 cells: as many as the HUC-12s of a
 * region.
 */
export const sweepPartition: Partition = {
  width: grid.width,
  height: grid.height,
  step: 8,
  across: 56,
  down: 52,
  seed: 5,
};

/**
 * Areas that tile the rectangle: every place lies in one of them, neighbours share each vertex of
 * their border. They grow from seeds over a lattice of squares, as fast as the ground lets them;
 * the lattice's corners are moved, each by less than half a step (so that no two borders cross).
 */
export function partition(recipe: Partition): Ring[] {
  const lattice = latticeOf(recipe);
  return ringsOf(lattice, grown(lattice), cornersOf(lattice));
}

interface Lattice extends Partition {
  readonly columns: number;
  readonly rows: number;
}

function latticeOf(recipe: Partition): Lattice {
  return { ...recipe, columns: recipe.width / recipe.step, rows: recipe.height / recipe.step };
}

const slowest = 9;

/**
 * The area of each square: that whose way from its seed to there is shortest, squares being slow to
 * different degrees (Dial's algorithm).
 */
function grown(lattice: Lattice): Int32Array {
  const { columns, rows, across, down, seed } = lattice;
  const labels = new Int32Array(columns * rows).fill(-1);
  const areas = across * down;
  // Squares that are reached at a time, and by which area, as square × areas + label; of all times
  // within the slowest step.
  const reached: number[][] = Array.from({ length: slowest + 1 }, () => []);
  for (let label = 0; label < areas; label++) reached[0]!.push(seedOf(lattice, label) * areas + label);
  for (let time = 0, idle = 0; idle <= slowest; time++) {
    const slot = time % (slowest + 1);
    const now = reached[slot]!;
    reached[slot] = [];
    idle = now.length === 0 ? idle + 1 : 0;
    const spread = (square: number, label: number) => {
      if (labels[square] !== -1) return;
      const later = time + 1 + (bitsAt(square, 2, seed) % slowest);
      reached[later % (slowest + 1)]!.push(square * areas + label);
    };
    for (const one of now) {
      const [square, label] = [Math.floor(one / areas), one % areas];
      if (labels[square] !== -1) continue;
      labels[square] = label;
      const column = square % columns;
      if (column > 0) spread(square - 1, label);
      if (column < columns - 1) spread(square + 1, label);
      if (square >= columns) spread(square - columns, label);
      if (square < labels.length - columns) spread(square + columns, label);
    }
  }
  return labels;
}

/** Each area begins in a part of the rectangle of its own. */
function seedOf({ columns, rows, across, down, seed }: Lattice, label: number): number {
  const place = (index: number, parts: number, size: number, which: number) =>
    Math.floor(((index + 0.1 + 0.8 * randomAt(label, which, seed)) / parts) * size);
  return place(Math.floor(label / across), down, rows, 1) * columns + place(label % across, across, columns, 0);
}

/** The corners of the lattice in cells; those on the rim stay on it. */
function cornersOf({ columns, rows, step, seed }: Lattice): (corner: number) => Position {
  const moved = (at: number, last: number, random: number) =>
    at === 0 || at === last ? at * step : (at + 0.9 * (random - 0.5)) * step;
  return (corner) => {
    const [column, row] = [corner % (columns + 1), Math.floor(corner / (columns + 1))];
    return [moved(column, columns, randomAt(corner, 3, seed)), moved(row, rows, randomAt(corner, 4, seed))];
  };
}

/**
 * Follows the border of each area from corner to corner, the area on its right as the rows go down.
 */
function ringsOf(
  { columns, rows, across, down }: Lattice,
  labels: Int32Array,
  placeOf: (corner: number) => Position,
): Ring[] {
  const nextOf = Array.from({ length: across * down }, () => new Map<number, number>());
  const stride = columns + 1;
  for (let row = 0, square = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, square++) {
      const label = labels[square]!;
      const next = nextOf[label]!;
      const corner = row * stride + column;
      if (row === 0 || labels[square - columns] !== label) next.set(corner, corner + 1);
      if (column === columns - 1 || labels[square + 1] !== label) next.set(corner + 1, corner + 1 + stride);
      if (row === rows - 1 || labels[square + columns] !== label) next.set(corner + 1 + stride, corner + stride);
      if (column === 0 || labels[square - 1] !== label) next.set(corner + stride, corner);
    }
  }
  return nextOf.map((next) => followed(next).map(placeOf));
}

/**
 * An area is in one piece and surrounds no other, so its border is one ring. Throws if it is not.
 */
function followed(next: ReadonlyMap<number, number>): number[] {
  const [start = -1] = next.keys();
  const ring = [start];
  do ring.push(next.get(ring.at(-1)!)!);
  while (ring.at(-1) !== start);
  if (ring.length !== next.size + 1)
    throw new Error('an area of the partition has more than one ring: take another seed');
  return ring;
}
