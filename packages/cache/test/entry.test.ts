import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import {
  compressFromBytes,
  decodeEntry,
  decodeHeader,
  type Entry,
  encodeEntry,
  encodeEntryGently,
  entryHeaderBytes,
} from '../src/entry.ts';

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
  it.each([0, 1, 1_048_575, 1_048_576, 1_048_577, 3_500_000])(
    'of %i bytes is the same when it is encoded gently',
    async (length) => {
      for (const value of [randomBytes(length), Buffer.alloc(length, 'cells')]) {
        const [entry, gentle] = [encodeEntry({ ...plain, value }), await encodeEntryGently({ ...plain, value })];
        expect(decodeHeader(gentle)).toEqual(decodeHeader(entry));
        expect(value.equals((decodeEntry(gentle) as Entry).value)).toBe(true);
      }
    },
  );

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

describe('a large entry', () => {
  const magicOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1', 0, 4);
  const counts = (length: number) => Buffer.alloc(length, '{"values":[41,2],"cells":31234},');
  const encode = (value: Uint8Array) => encodeEntry({ ...plain, value });
  const same = (one: Uint8Array | undefined, other: Uint8Array) =>
    one !== undefined && Buffer.compare(one, other) === 0;

  it('is compressed from 16 KiB up, which nobody sees', () => {
    expect(compressFromBytes).toBe(16 * 1024);
    const small = encode(counts(compressFromBytes - 1));
    expect([magicOf(small), small.length]).toEqual(['CTE1', entryHeaderBytes + compressFromBytes - 1]);
    const large = encode(counts(compressFromBytes));
    expect(magicOf(large)).toBe('CTEZ');
    expect(large.length).toBeLessThan(1000);
    expect(decodeHeader(large)).toMatchObject({ ...plain, valueBytes: compressFromBytes });
    expect(same(decodeEntry(large)?.value, counts(compressFromBytes))).toBe(true);
  });

  it('that does not become smaller stays as it is', () => {
    const value = randomBytes(compressFromBytes);
    const bytes = encode(value);
    expect([magicOf(bytes), bytes.length]).toEqual(['CTE1', entryHeaderBytes + value.length]);
    expect(same(decodeEntry(bytes)?.value, value)).toBe(true);
  });

  it('decodes to what was encoded, and its header alone too', () => {
    const value = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 120_000 }),
      fc.nat(40_000),
    );
    fc.assert(
      fc.property(content, value, ({ value: _, ...header }, [pattern, length, noise]) => {
        const value = Buffer.concat([Buffer.alloc(length, pattern), randomBytes(noise)]);
        const bytes = elsewhere(encodeEntry({ ...header, value }));
        const { value: decoded, ...rest } = decodeEntry(bytes) as Entry;
        expect(same(decoded, value)).toBe(true);
        expect(rest).toEqual({ ...header, valueBytes: value.length, etag: expect.any(String) });
        expect(decodeHeader(bytes.subarray(0, entryHeaderBytes))).toEqual(rest);
      }),
    );
  });

  it('has the etag of its value, not of what is stored', () => {
    // sha256sum of 16,384 letters a.
    expect(decodeHeader(encode(Buffer.alloc(16_384, 'a')))?.etag).toBe('f3336bea752b5a28743033dd2c844a4a');
  });

  it('is undefined when cut off anywhere, or with any one bit flipped', () => {
    const bytes = encode(counts(20_000));
    for (let length = 0; length < bytes.length; length++)
      expect(decodeEntry(bytes.subarray(0, length))).toBeUndefined();
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeEntry(flipped)).toBeUndefined();
    }
  });

  it('never throws, nor says to be longer or shorter than it is, when damaged by who mends the checksums', () => {
    const bytes = encode(counts(20_000));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 73), fc.nat(255)), { maxLength: 8 }),
        fc.nat(),
        (changes, cut) => {
          const damaged = Buffer.from(bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % 50 : 0)));
          for (const [at, byte] of changes) if (72 + at < damaged.length) damaged[72 + at] = byte;
          const value = decodeEntry(mended(damaged))?.value;
          expect([undefined, 20_000]).toContain(value?.length);
        },
      ),
      { numRuns: 2000 },
    );
    expect(same(decodeEntry(mended(Buffer.from(bytes)))?.value, counts(20_000))).toBe(true);
  });

  it.each([Number.NaN, -1, 0, 0.5, 19_999, 20_001, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Infinity])(
    'is undefined when it says to have %d bytes',
    (valueBytes) => {
      for (const value of [counts(20_000), randomBytes(20_000)]) {
        const bytes = Buffer.from(encode(value));
        bytes.writeDoubleBE(valueBytes, 16);
        expect(decodeHeader(mended(bytes))).toBeDefined();
        expect(decodeEntry(mended(bytes))).toBeUndefined();
      }
    },
  );
});

/** With the checksums that it would have, had it been made like that. */
function mended(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32(bytes.subarray(entryHeaderBytes)), 12);
  bytes.writeUInt32BE(crc32(bytes.subarray(8, entryHeaderBytes)), 4);
  return bytes;
}

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
