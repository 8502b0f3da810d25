import { bitsAt } from './random.ts';

/** The look of a raster of classes. */
export interface Patchwork {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** 64 classes, each as often as it is common. */
  readonly classes: Uint8Array;
  /**
   * The count of cells among 256 that take the class of a neighbour of their coarser cell: the
   * roughness of the borders.
   */
  readonly roughness: number;
  /**
   * The count of cells among 65,536 that become a patch of a class of their own, by doublings from
   * the finest.
   */
  readonly specks: readonly number[];
}

/** Rows of a raster. */
export interface Rows {
  readonly first: number;
  readonly samples: Uint8Array;
}

/**
 * Classes in patches of all sizes, as land cover has them, `height` rows at a time: a coarse map is
 * doubled again and again, and each time its borders become rougher and some cells begin a patch of
 * their own. The same patchwork gives the same classes.
 */
export function* patchwork(recipe: Patchwork, rowsAtOnce: number): Generator<Rows> {
  const doublings = recipe.specks.length;
  let map = coarsest(recipe, doublings);
  for (let level = doublings - 1; level > 0; level--) map = doubled(map, recipe, { level, ...sizeAt(recipe, level) });
  for (let first = 0; first < recipe.height; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, recipe.height - first);
    const { samples } = doubled(map, recipe, { level: 0, width: recipe.width, height: rows, first });
    yield { first, samples };
  }
}

interface ClassMap {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

function sizeAt({ width, height }: Patchwork, level: number) {
  return { width: Math.ceil(width / 2 ** level), height: Math.ceil(height / 2 ** level) };
}

function coarsest({ classes, seed, ...recipe }: Patchwork, level: number): ClassMap {
  const { width, height } = sizeAt({ classes, seed, ...recipe }, level);
  const samples = Uint8Array.from({ length: width * height }, (_, cell) => {
    const bits = bitsAt(cell % width, Math.floor(cell / width), seed + level);
    return classes[bits & 63]!;
  });
  return { width, height, samples };
}

interface Doubling {
  readonly level: number;
  readonly width: number;
  /** The count of rows that are made, from `first` on. */
  readonly height: number;
  readonly first?: number;
}

function doubled(parent: ClassMap, recipe: Patchwork, { level, width, height, first = 0 }: Doubling): ClassMap {
  const { classes, roughness, seed } = recipe;
  const specks = recipe.specks[level]!;
  const samples = new Uint8Array(width * height);
  const own = Int32Array.from({ length: width }, (_, column) => column >> 1);
  const next = own.map((middle, column) => within(column & 1 ? middle + 1 : middle - 1, parent.width));
  for (let row = 0, cell = 0; row < height; row++) {
    const middle = (first + row) >> 1;
    const start = middle * parent.width;
    const beside = within((first + row) & 1 ? middle + 1 : middle - 1, parent.height) * parent.width;
    for (let column = 0; column < width; column++, cell++) {
      const bits = bitsAt(column, first + row, seed + level);
      if (bits >>> 16 < specks) samples[cell] = classes[bits & 63]!;
      else if ((bits & 255) >= roughness) samples[cell] = parent.samples[start + own[column]!]!;
      else samples[cell] = parent.samples[(bits & 256 ? beside : start) + (bits & 512 ? next : own)[column]!]!;
    }
  }
  return { width, height, samples };
}

function within(place: number, size: number): number {
  return Math.max(0, Math.min(place, size - 1));
}
