/** Unsigned, as wide as the samples: differences wrap around. */
export type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Undoes, in place, TIFF predictor 2: rows of words of which each is stored as the difference to the one `step` before it. */
export function sumDifferences(words: Words, rowLength: number, step: number): void {
  if (words instanceof BigUint64Array) {
    for (let row = 0; row < words.length; row += rowLength) {
      for (let i = row + step; i < row + rowLength; i++) words[i]! += words[i - step]!;
    }
    return;
  }
  for (let row = 0; row < words.length; row += rowLength) {
    for (let i = row + step; i < row + rowLength; i++) words[i]! += words[i - step]!;
  }
}

/**
 * Undoes TIFF predictor 3 (Adobe TIFF Technical Note 3): the bytes of a row's floats lie in planes, the most significant
 * first, each byte stored as the difference to the one `step` before it. Yields floats in little-endian order, whatever the file's is.
 */
export function joinBytePlanes(
  planes: Uint8Array,
  rowLength: number,
  bytesPerSample: number,
  step: number,
): Uint8Array {
  const rowBytes = rowLength * bytesPerSample;
  sumDifferences(planes, rowBytes, step);
  const joined = new Uint8Array(planes.length);
  for (let row = 0; row < planes.length; row += rowBytes) {
    for (let plane = 0; plane < bytesPerSample; plane++) {
      const from = row + plane * rowLength;
      let to = row + bytesPerSample - 1 - plane;
      for (let i = from; i < from + rowLength; i++, to += bytesPerSample) joined[to] = planes[i]!;
    }
  }
  return joined;
}
