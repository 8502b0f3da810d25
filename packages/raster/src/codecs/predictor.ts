/** Unsigned words as wide as the samples, so that differences wrap around. */
export type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * Undoes TIFF predictor 2, in place: each word of a row is stored as the difference from the one
 * `step` before it.
 */
export function sumDifferences(words: Words, rowLength: number, step: number): void {
  for (let row = 0; row < words.length; row += rowLength) {
    for (let first = row; first < row + step; first++) {
      if (words instanceof BigUint64Array) sumLong(words, first, row + rowLength, step);
      else sum(words, first, row + rowLength, step);
    }
  }
}

/**
 * Undoes TIFF predictor 3 (Adobe TIFF Technical Note 3): the bytes of a row of floats are stored in
 * planes, the most significant first, each byte as the difference from the one `step` before it.
 * The result is floats in little-endian order, in any file.
 */
export function joinBytePlanes(
  planes: Uint8Array,
  rowLength: number,
  bytesPerSample: number,
  step: number,
): Uint8Array {
  sumDifferences(planes, rowLength * bytesPerSample, step);
  return bytesPerSample < 4
    ? joinNarrowPlanes(planes, rowLength, bytesPerSample)
    : joinWords(planes, rowLength, bytesPerSample);
}

/** Joins planes of 16- and 24-bit floats. */
function joinNarrowPlanes(planes: Uint8Array, rowLength: number, bytesPerSample: number): Uint8Array {
  const joined = new Uint8Array(planes.length);
  const rowBytes = rowLength * bytesPerSample;
  for (let row = 0; row < planes.length; row += rowBytes) {
    for (let byte = 0; byte < bytesPerSample; byte++) {
      const from = row + (bytesPerSample - 1 - byte) * rowLength;
      for (let i = 0; i < rowLength; i++) joined[row + i * bytesPerSample + byte] = planes[from + i]!;
    }
  }
  return joined;
}

/** Joins planes of 32- and 64-bit floats. */
function joinWords(planes: Uint8Array, rowLength: number, bytesPerSample: number): Uint8Array {
  const joined = new Uint32Array(planes.length / 4);
  const wordsPerSample = bytesPerSample / 4;
  for (let row = 0; row < joined.length; row += rowLength * wordsPerSample) {
    for (let word = 0; word < wordsPerSample; word++) {
      let from = 4 * (row + word * rowLength);
      let to = row + wordsPerSample - 1 - word;
      for (const end = from + rowLength; from < end; from++, to += wordsPerSample) {
        joined[to] =
          (planes[from]! << 24) |
          (planes[from + rowLength]! << 16) |
          (planes[from + 2 * rowLength]! << 8) |
          planes[from + 3 * rowLength]!;
      }
    }
  }
  return new Uint8Array(joined.buffer);
}

function sum(words: Uint8Array | Uint16Array | Uint32Array, first: number, end: number, step: number): void {
  // The sum is not read back from the array: that would wait for each store.
  let total = 0;
  for (let i = first; i < end; i += step) {
    total = (total + words[i]!) | 0;
    words[i] = total;
  }
}

function sumLong(words: BigUint64Array, first: number, end: number, step: number): void {
  for (let i = first + step; i < end; i += step) words[i]! += words[i - step]!;
}
