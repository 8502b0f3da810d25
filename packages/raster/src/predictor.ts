/** Unsigned, as wide as the samples: differences wrap around. */
export type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * Undoes, in place, TIFF predictor 2: rows of words of which each is stored as the difference to
 * the one `step` before it.
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
 * Undoes TIFF predictor 3 (Adobe TIFF Technical Note 3): the bytes of a row of floats lie in
 * planes, the most significant first, each byte stored as the difference to the one `step` before
 * it. Yields floats in little-endian order, whatever the file's is.
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

/** Of 16 and 24 bits. */
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

/** Of 32 and 64 bits. */
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
  // Not read back from the array: that would wait for each store.
  let total = 0;
  for (let i = first; i < end; i += step) {
    total = (total + words[i]!) | 0;
    words[i] = total;
  }
}

function sumLong(words: BigUint64Array, first: number, end: number, step: number): void {
  for (let i = first + step; i < end; i += step) words[i]! += words[i - step]!;
}
