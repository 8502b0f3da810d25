import type { Position } from '@cellshed/areas';

/** The corners of areas, each with a number: the same for all areas that share it. */
export interface CornerNumbers {
  /** The corners, each at its number. */
  readonly corners: readonly Position[];
  numberOf(corner: Position): number;
}

/**
 * Numbers at most so many corners. A hash table in typed arrays is a tenth of the work of maps,
 * which have an object for each number that is no small integer.
 */
export function cornerNumbers(most: number): CornerNumbers {
  const corners: Position[] = [];
  const mask = 2 ** Math.ceil(Math.log2(2 * most + 2)) - 1;
  const numbers = new Int32Array(mask + 1).fill(-1);
  const bits = new Float64Array(2);
  const words = new Uint32Array(bits.buffer);
  return {
    corners,
    numberOf(corner) {
      const [x, y] = corner;
      // Adding 0 makes −0 the 0 that it equals.
      bits[0] = x + 0;
      bits[1] = y + 0;
      let hash = Math.imul(words[0]! ^ Math.imul(words[1]!, 0x85ebca6b), 0xc2b2ae35);
      hash = Math.imul(hash ^ words[2]! ^ Math.imul(words[3]!, 0x27d4eb2f), 0x9e3779b1);
      for (let at = (hash ^ (hash >>> 15)) & mask; ; at = (at + 1) & mask) {
        const number = numbers[at]!;
        if (number < 0) return (numbers[at] = corners.push(corner) - 1);
        const known = corners[number]!;
        if (known[0] === x && known[1] === y) return number;
      }
    },
  };
}
