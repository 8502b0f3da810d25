/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return scramble(state);
  };
}

/** A number in [0, 1) that follows from a place and a seed. */
export function randomAt(column: number, row: number, seed: number): number {
  return scramble((Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1)) >>> 0);
}

function scramble(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/**
 * `feature` is the size in cells of the largest features; each octave halves it and adds half as
 * much.
 */
export interface NoiseShape {
  readonly width: number;
  readonly height: number;
  readonly feature: number;
  readonly octaves: number;
  readonly seed: number;
}

/**
 * Smooth random values about 0, nearly all within [-1, 1], row by row: octaves of interpolated
 * lattice values.
 */
export function fractalNoise({ width, height, feature, octaves, seed }: NoiseShape): Float32Array {
  const noise = new Float32Array(width * height);
  const total = 2 - 2 ** (1 - octaves);
  for (let octave = 0; octave < octaves; octave++) {
    const size = feature / 2 ** octave;
    const amplitude = (1.6 * 0.5 ** octave) / total;
    addOctave(noise, { width, height, size, amplitude, seed: seed + octave * 7919 });
  }
  return noise;
}

interface Octave {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly amplitude: number;
  readonly seed: number;
}

function addOctave(noise: Float32Array, { width, height, size, amplitude, seed }: Octave): void {
  const columns = Math.floor((width - 1) / size) + 2;
  const knots = new Float64Array(columns);
  // The same for all rows.
  const lattice = Int32Array.from({ length: width }, (_, column) => Math.floor(column / size));
  const eased = Float64Array.from({ length: width }, (_, column) => ease(column / size - lattice[column]!));
  for (let row = 0; row < height; row++) {
    const latticeRow = Math.floor(row / size);
    const down = ease(row / size - latticeRow);
    for (let column = 0; column < columns; column++) {
      const [above, below] = [randomAt(column, latticeRow, seed), randomAt(column, latticeRow + 1, seed)];
      knots[column] = (2 * (above + (below - above) * down) - 1) * amplitude;
    }
    for (let column = 0, cell = row * width; column < width; column++, cell++) {
      const left = knots[lattice[column]!]!;
      noise[cell]! += left + (knots[lattice[column]! + 1]! - left) * eased[column]!;
    }
  }
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
