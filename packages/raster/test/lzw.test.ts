import fc from 'fast-check';
import { decodeLzw } from '../src/lzw.ts';

describe('LZW', () => {
  it('decodes what a plain encoder makes of any bytes, through full tables too', () => {
    const letters = fc
      .constantFrom(2, 30, 256)
      .chain((alphabet) => fc.uint8Array({ max: alphabet - 1, maxLength: 30_000, size: 'max' }));
    fc.assert(
      // TIFF has encoders clear the table at 4094 entries; not all do.
      fc.property(letters, fc.constantFrom(4094, Number.POSITIVE_INFINITY), (bytes, clearAt) => {
        const decoded = decodeLzw(encode(bytes, clearAt), bytes.length);
        expect(Buffer.from(decoded).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('decodes a run that is its own prefix', () => {
    const bytes = new Uint8Array(20_000).fill(7);
    expect(decodeLzw(encode(bytes), bytes.length)).toEqual(bytes);
  });

  it('stops at the length asked for, and at the end of what there is', () => {
    const stored = encode(Uint8Array.of(1, 1, 1, 1, 1, 1));
    expect([...decodeLzw(stored, 4)]).toEqual([1, 1, 1, 1]);
    expect([...decodeLzw(stored, 9)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...decodeLzw(stored.subarray(0, 3), 9)]).toEqual([1]);
  });

  it('refuses a code that nothing has been said about, and the kind of LZW before TIFF 6', () => {
    expect(() => decodeLzw(packed([256, 65, 259]), 9)).toThrow('code 259');
    expect(() => decodeLzw(packed([256, 258]), 9)).toThrow('code 258');
    expect(() => decodeLzw(Uint8Array.of(0x00, 0x01, 0xff), 9)).toThrow('1992');
  });
});

/** The encoder of the TIFF 6 specification (section 13), on strings: slow and plain. */
function encode(bytes: Uint8Array, clearAt = 4094): Uint8Array {
  const codes: number[] = [256];
  let table = new Map<string, number>();
  let string = '';
  const codeOf = (key: string) => (key.length === 1 ? key.charCodeAt(0) : table.get(key));
  for (const byte of bytes) {
    const longer = string + String.fromCharCode(byte);
    if (codeOf(longer) !== undefined) {
      string = longer;
      continue;
    }
    codes.push(codeOf(string)!);
    if (table.size < 4096 - 258) table.set(longer, 258 + table.size);
    if (table.size === clearAt - 258) {
      codes.push(256);
      table = new Map();
    }
    string = String.fromCharCode(byte);
  }
  if (string !== '') codes.push(codeOf(string)!);
  codes.push(257);
  return packed(codes);
}

/** Codes as bits: 9 wide after a clear code, a bit wider as soon as the writer's table has entry 511, 1023 or 2047. */
function packed(codes: readonly number[]): Uint8Array {
  let bits = '';
  let entries = 0;
  for (const code of codes) {
    const last = 257 + entries;
    bits += code.toString(2).padStart(last < 511 ? 9 : last < 1023 ? 10 : last < 2047 ? 11 : 12, '0');
    entries = code === 256 ? 0 : entries + 1;
  }
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}
