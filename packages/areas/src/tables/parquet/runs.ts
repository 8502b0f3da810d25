/**
 * The numbers of a hybrid of runs and bit-packed groups, which Parquet uses for the levels of
 * values and for places in a dictionary
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE). However long a run says
 * that it is, no more than `count` numbers are built.
 */
export function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > 32) throw new Error('is damaged: a page has numbers of more than 32 bits');
  const numbers = new Uint32Array(count);
  let at = 0;
  const next = () => {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('is damaged: a page is cut short');
    return byte;
  };
  for (let read = 0; read < count; ) {
    const head = readHead(next);
    const runLength = Math.floor(head / 2);
    if (head % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value += next() * 2 ** shift;
      const end = Math.min(count, read + runLength);
      numbers.fill(value, read, end);
      read = end;
    } else {
      const end = Math.min(count, read + 8 * runLength);
      for (let bit = 8 * at; read < end; bit += width) numbers[read++] = bitsAt(bytes, bit, width);
      at += runLength * width;
    }
  }
  return numbers;
}

/** A number of seven bits a byte. */
function readHead(next: () => number): number {
  let head = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = next();
    head += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return head;
  }
  throw new Error('is damaged: a page has a run of too many values');
}

function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  let value = 0;
  for (let got = 0; got < width; ) {
    const [byte, shift] = [bytes[Math.floor((bit + got) / 8)], (bit + got) % 8];
    if (byte === undefined) throw new Error('is damaged: a page is cut short');
    const taken = Math.min(8 - shift, width - got);
    value += ((byte >> shift) & (2 ** taken - 1)) * 2 ** got;
    got += taken;
  }
  return value;
}
