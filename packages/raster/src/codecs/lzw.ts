const clear = 256;
const endOfInformation = 257;

/**
 * Decodes LZW in TIFF (codes from the most significant bit, widths change one code early): up to
 * `length` bytes, fewer if the data end. Before TIFF 6, codes began at the least significant bit,
 * and widths changed on time; the first code, a clear code, distinguishes the two. Throws on an
 * impossible code.
 */
export function decodeLzw(stored: Uint8Array, length: number): Uint8Array {
  const isOld = stored[0] === 0 && (stored[1]! & 1) === 1;
  const early = isOld ? 0 : 1;
  const decoded = new Uint8Array(length);
  // A code stands for bytes that were decoded before: their start and their number.
  const starts = new Uint32Array(4096);
  const lengths = new Uint16Array(4096);
  let next = endOfInformation + 1;
  let width = 9;
  let [bits, bitCount] = [0, 0];
  let [previous, previousLength] = [0, 0];
  for (let position = 0, written = 0; written < length; ) {
    while (bitCount < width) {
      if (position === stored.length) return decoded.subarray(0, written);
      bits = isOld ? bits | (stored[position++]! << bitCount) : (bits << 8) | stored[position++]!;
      bitCount += 8;
    }
    bitCount -= width;
    const code = isOld ? bits & ((1 << width) - 1) : bits >>> bitCount;
    bits = isOld ? bits >>> width : bits & ((1 << bitCount) - 1);
    if (code === endOfInformation) return decoded.subarray(0, written);
    if (code === clear) {
      next = endOfInformation + 1;
      width = 9;
      previousLength = 0;
      continue;
    }
    if (previousLength > 0 && next < 4096) {
      starts[next] = previous;
      lengths[next++] = previousLength + 1;
      if (next + early === 1 << width && width < 12) width++;
    }
    if (code >= next) throw new Error(`LZW code ${code} before there are so many`);
    previous = written;
    if (code < clear) {
      decoded[written++] = code;
      previousLength = 1;
    } else {
      // The bytes are copied one by one, because the string may reach into the bytes that are being
      // written.
      previousLength = lengths[code]!;
      const end = written + previousLength;
      for (let from = starts[code]!; written < end; ) decoded[written++] = decoded[from++]!;
    }
  }
  return decoded;
}
