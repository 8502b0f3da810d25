import fc from 'fast-check';
import { decodeLzw } from '../../src/codecs/lzw.ts';

describe('LZW', () => {
  it('decodes what a plain encoder makes of any bytes, through full tables too', () => {
    const letters = fc
      .constantFrom(2, 30, 256)
      .chain((alphabet) => fc.uint8Array({ max: alphabet - 1, maxLength: 30_000, size: 'max' }));
    fc.assert(
      // TIFF tells encoders to clear the table at 4094 entries; not all do.
      fc.property(letters, fc.constantFrom(4094, Number.POSITIVE_INFINITY), (bytes, clearAt) => {
        const decoded = decodeLzw(packed(encode(bytes, clearAt)), bytes.length);
        expect(Buffer.from(decoded).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('decodes what writers before TIFF 6 made, from the least significant bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 29, minLength: 1, maxLength: 30_000, size: 'max' }), (bytes) => {
        const decoded = decodeLzw(packedAsBefore(encode(bytes)), bytes.length);
        expect(Buffer.from(decoded).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('decodes a run that is its own prefix', () => {
    const bytes = new Uint8Array(20_000).fill(7);
    expect(decodeLzw(packed(encode(bytes)), bytes.length)).toEqual(bytes);
  });

  it('stops at the length asked for, and at the end of what there is', () => {
    const stored = packed(encode(Uint8Array.of(1, 1, 1, 1, 1, 1)));
    expect([...decodeLzw(stored, 4)]).toEqual([1, 1, 1, 1]);
    expect([...decodeLzw(stored, 9)]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...decodeLzw(stored.subarray(0, 3), 9)]).toEqual([1]);
  });

  it('refuses a code that nothing has been said about', () => {
    expect(() => decodeLzw(packed([256, 65, 259]), 9)).toThrow('code 259');
    expect(() => decodeLzw(packed([256, 258]), 9)).toThrow('code 258');
    expect(() => decodeLzw(packedAsBefore([256, 65, 259]), 9)).toThrow('code 259');
  });
});

/** The encoder of the TIFF 6 specification (section 13), on strings: slow and plain. */
function encode(bytes: Uint8Array, clearAt = 4094): number[] {
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
  return codes;
}

/**
 * Codes as bits: 9 wide after a clear code, a bit wider as soon as the writer's table has entry
 * 511, 1023 or 2047.
 */
function packed(codes: readonly number[]): Uint8Array {
  const bits = bitsOf(codes, [511, 1023, 2047]).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** Codes as bits, the least significant first, which become wider one entry later. */
function packedAsBefore(codes: readonly number[]): Uint8Array {
  const bits = bitsOf(codes, [512, 1024, 2048]).map(reversed).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(reversed(byte), 2));
}

function bitsOf(codes: readonly number[], widerAt: readonly number[]): string[] {
  let entries = 0;
  return codes.map((code) => {
    const width = 9 + widerAt.filter((entry) => 257 + entries >= entry).length;
    entries = code === 256 ? 0 : entries + 1;
    return code.toString(2).padStart(width, '0');
  });
}

function reversed(bits: string): string {
  return [...bits].reverse().join('');
}
