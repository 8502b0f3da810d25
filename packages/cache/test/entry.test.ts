import fc from 'fast-check';
import { decodeEntry, decodeHeader, type Entry, encodeEntry, entryHeaderBytes } from '../src/entry.ts';

const time = fc.integer({ min: -1e15, max: 1e15 });
const content = fc.record({
  value: fc.uint8Array({ maxLength: 300 }),
  computedAt: time,
  freshUntil: fc.option(time),
  hardUntil: fc.option(time),
  costMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  schemaVersion: fc.nat(0xffffffff),
});
const plain = { computedAt: 1, freshUntil: null, hardUntil: null, costMs: 2, schemaVersion: 3 };
const encodeText = (text: string) => encodeEntry({ ...plain, value: Buffer.from(text) });
/** At an odd place of a larger buffer, where what a network client reads lies too. */
const elsewhere = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.alloc(3, 7), bytes, Buffer.alloc(5, 7)]).subarray(3, 3 + bytes.length);

describe('an entry', () => {
  it('decodes to what was encoded, and its header alone too', () => {
    fc.assert(
      fc.property(content, ({ value, ...header }) => {
        const bytes = elsewhere(encodeEntry({ value, ...header }));
        const { value: decoded, ...rest } = decodeEntry(bytes) as Entry;
        expect([...decoded]).toEqual([...value]);
        expect(rest).toEqual({ ...header, valueBytes: value.length, etag: expect.stringMatching(/^[0-9a-f]{32}$/) });
        expect(decodeHeader(bytes.subarray(0, entryHeaderBytes))).toEqual(rest);
      }),
    );
  });

  it.each(['{}', '[]', '0', '""', 'null', 'false', ''])('holds %j, and nothing is inferred from it', (text) => {
    const entry = decodeEntry(encodeText(text));
    expect(entry && Buffer.from(entry.value).toString()).toBe(text);
  });

  it('holds the value as it is, after a header of 72 bytes', () => {
    expect(entryHeaderBytes).toBe(72);
    expect(Buffer.from(encodeText('{"groups":[]}')).toString('latin1', 72)).toBe('{"groups":[]}');
  });

  it('has the etag of its value, whenever and at whatever cost it was computed', () => {
    const etag = (text: string, computedAt: number) =>
      decodeHeader(encodeEntry({ ...plain, computedAt, costMs: computedAt, value: Buffer.from(text) }))?.etag;
    expect(etag('a', 1)).toBe(etag('a', 2));
    expect(etag('a', 1)).not.toBe(etag('b', 1));
    // The beginning of SHA-256('a').
    expect(etag('a', 1)).toBe('ca978112ca1bbdcafac231b39a23dc4d');
  });

  it.each([
    ['schemaVersion', -1],
    ['schemaVersion', 1.5],
    ['schemaVersion', 2 ** 32],
    ['computedAt', Number.NaN],
    ['freshUntil', Infinity],
    ['hardUntil', -Infinity],
    ['costMs', Number.NaN],
  ])('is not made with %s %d', (name, number) => {
    expect(() => encodeEntry({ ...plain, value: new Uint8Array(), [name]: number })).toThrow(
      `${name} is ${number}, expected`,
    );
  });
});

describe('bytes that are no entry', () => {
  it('are undefined, never an exception: random ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, likely) => {
        if (likely) bytes.set([...'CTE1'].map((letter) => letter.charCodeAt(0)).slice(0, bytes.length));
        expect(decodeHeader(bytes)).toBeUndefined();
        expect(decodeEntry(bytes)).toBeUndefined();
      }),
    );
  });

  it('are undefined: an entry cut off anywhere, or with something behind it', () => {
    const bytes = encodeText('{"groups":[]}');
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeEntry(bytes.subarray(0, length))).toBeUndefined();
      expect(decodeHeader(bytes.subarray(0, length)) === undefined).toBe(length < entryHeaderBytes);
    }
    expect(decodeEntry(Buffer.concat([bytes, Buffer.from(' ')]))).toBeUndefined();
    // These four bytes have the CRC-32 of none.
    expect(decodeEntry(Buffer.concat([encodeText(''), Buffer.from('9d0ad96d', 'hex')]))).toBeUndefined();
  });

  it('are undefined: an entry with any one bit flipped', () => {
    const bytes = encodeText('{"groups":[]}');
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeEntry(flipped)).toBeUndefined();
      expect(decodeHeader(flipped) === undefined).toBe(bit < 8 * entryHeaderBytes);
    }
  });
});
