import { sampleBits, sampleOf, type Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CellNumbers } from './cell-numbers.ts';
import { portion } from './portions.ts';

/** The rasters have more combinations of values in an area than allowed. */
export class TooManyGroupsError extends Error {
  override readonly name = 'TooManyGroupsError';
  readonly publicMessage = this.message;
}

export function tooManyGroups(most: number): TooManyGroupsError {
  return new TooManyGroupsError(`the rasters have more than ${most} combinations of values in this area`);
}

/**
 * Numbers combinations by open addressing, for rasters of any type. The words of a cell, one for
 * each raster but two for a float64, are its key. Throws TooManyGroupsError beyond `most` keys.
 */
export function hashNumbers(types: readonly SampleType[], most: number): CellNumbers {
  const places = types.flatMap((type, raster) =>
    sampleBits(type) === 64 ? [place(raster, 2, 0), place(raster, 2, 1)] : [place(raster, 1, 0)],
  );
  const width = places.length;
  const firstWords = types.map((_, raster) => places.findIndex((each) => each.raster === raster));
  const cells = new Uint32Array(portion * width);
  const hashes = new Int32Array(portion);
  const table = keyTable(width, most);
  return {
    number(rasters, from, length, numbers) {
      hashes.fill(0, 0, length);
      for (let i = 0; i < places.length; i++) {
        const { raster, stride, word } = places[i]!;
        gather(rasters[raster]!, from[raster]! * stride + word, stride, length, cells, hashes, i, width);
      }
      table.number(cells, hashes, length, numbers);
    },
    size: table.size,
    samples(number) {
      const key = table.key(number);
      return types.map((type, raster) => sampleOf(type, key[firstWords[raster]!]!, key[firstWords[raster]! + 1]));
    },
  };
}

const place = (raster: number, stride: number, word: number) => ({ raster, stride, word });

/** Puts a word of each cell into the cell's key, and into its hash. */
function gather(
  words: Words,
  from: number,
  stride: number,
  size: number,
  cells: Uint32Array,
  hashes: Int32Array,
  first: number,
  width: number,
): void {
  for (let i = 0, w = from, c = first; i < size; i++, w += stride, c += width) {
    const word = words[w]!;
    cells[c] = word;
    const mixed = Math.imul(hashes[i]! ^ word, 0x9e3779b1);
    hashes[i] = mixed ^ (mixed >>> 15);
  }
}

/**
 * Numbers keys of `width` words from 0 in the order of appearance. Slots hold number + 1; at most
 * half of them are taken.
 */
function keyTable(width: number, most: number) {
  let slots = new Int32Array(512);
  let keys = new Uint32Array(256 * width);
  let keyHashes = new Int32Array(256);
  let size = 0;

  const grow = () => {
    const capacity = 2 * keyHashes.length;
    keys = enlarged(keys, new Uint32Array(capacity * width));
    keyHashes = enlarged(keyHashes, new Int32Array(capacity));
    slots = new Int32Array(2 * capacity);
    for (let number = 0; number < size; number++) {
      let slot = keyHashes[number]! & (slots.length - 1);
      while (slots[slot]! > 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number + 1;
    }
  };
  /** Numbers cells up to the first with a new key, and returns its index. */
  const numberKnown = (
    cells: Uint32Array,
    hashes: Int32Array,
    from: number,
    to: number,
    numbers: Int32Array,
  ): number => {
    const mask = slots.length - 1;
    for (let i = from; i < to; i++) {
      let slot = hashes[i]! & mask;
      let number = slots[slot]! - 1;
      while (number >= 0 && !sameKey(keys, number * width, cells, i * width, width)) {
        slot = (slot + 1) & mask;
        number = slots[slot]! - 1;
      }
      if (number < 0) return i;
      numbers[i] = number;
    }
    return to;
  };
  const learn = (cells: Uint32Array, hash: number, cell: number) => {
    if (size === most) throw tooManyGroups(most);
    if (size === keyHashes.length) grow();
    let slot = hash & (slots.length - 1);
    while (slots[slot]! > 0) slot = (slot + 1) & (slots.length - 1);
    keys.set(cells.subarray(cell * width, (cell + 1) * width), size * width);
    keyHashes[size] = hash;
    slots[slot] = ++size;
  };
  return {
    number(cells: Uint32Array, hashes: Int32Array, length: number, numbers: Int32Array): void {
      for (let i = 0; ; ) {
        i = numberKnown(cells, hashes, i, length, numbers);
        if (i === length) return;
        learn(cells, hashes[i]!, i);
      }
    },
    size: () => size,
    key: (number: number) => keys.subarray(number * width, (number + 1) * width),
  };
}

function sameKey(keys: Uint32Array, key: number, cells: Uint32Array, cell: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (keys[key + i] !== cells[cell + i]) return false;
  return true;
}

export function enlarged<T extends Uint32Array | Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
