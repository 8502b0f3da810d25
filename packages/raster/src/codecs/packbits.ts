/**
 * Decodes PackBits (TIFF 6.0, section 9): up to `length` bytes, fewer if the data end. A byte n
 * from 0 to 127 precedes n + 1 bytes to copy; one from -127 to -1 precedes a byte that occurs 1 - n
 * times; -128 has no meaning.
 */
export function decodePackBits(stored: Uint8Array, length: number): Uint8Array {
  const decoded = new Uint8Array(length);
  let written = 0;
  for (let position = 0; position < stored.length && written < length; ) {
    const head = stored[position++]!;
    if (head === 128) continue;
    if (head < 128) {
      const run = stored.subarray(position, position + Math.min(head + 1, length - written));
      decoded.set(run, written);
      written += run.length;
      position += head + 1;
    } else if (position < stored.length) {
      const end = Math.min(written + 257 - head, length);
      decoded.fill(stored[position++]!, written, end);
      written = end;
    }
  }
  return decoded.subarray(0, written);
}
