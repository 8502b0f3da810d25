const { imul } = Math;

/**
 * 32 bits that follow from a place and a seed (the finalizer of MurmurHash3 without its last step).
 */
export function bitsAt(column: number, row: number, seed: number): number {
  let bits = imul(column, 0x9e3779b1) ^ imul(row, 0x85ebca6b) ^ imul(seed, 0xc2b2ae35);
  bits = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The same as a number in [0, 1). */
export function randomAt(column: number, row: number, seed: number): number {
  return bitsAt(column, row, seed) / 2 ** 32;
}
