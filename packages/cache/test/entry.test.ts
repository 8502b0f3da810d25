import { decodeEntry, decodeHeader, encodeEntry, entryHeaderBytes } from '@catchment/cache';
import fc from 'fast-check';

const header = {
  computedAt: 1_700_000_000_000,
  freshUntil: null,
  hardUntil: 1_800_000_000_000,
  costMs: 12.5,
  schemaVersion: 3,
};

it('an entry comes back as it was written, its header also from its first bytes alone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (value) => {
      const bytes = encodeEntry({ ...header, value });
      const decoded = decodeEntry(bytes)!;
      expect(decoded).toMatchObject(header);
      expect(Buffer.from(decoded.value).equals(value)).toBe(true);
      expect(decodeHeader(bytes.subarray(0, entryHeaderBytes))).toEqual(
        expect.objectContaining({ ...header, etag: decoded.etag }),
      );
    }),
  );
});

it('garbage is a miss, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodeEntry(bytes)).toBeUndefined();
    }),
  );
});

it('an entry that was cut off, or in which a bit was turned over, is a miss', () => {
  const bytes = encodeEntry({ ...header, value: Buffer.from('{"cells":7}') });
  for (let length = 0; length < bytes.length; length++) expect(decodeEntry(bytes.subarray(0, length))).toBeUndefined();
  const valueStart = bytes.length - 11;
  for (let at = valueStart; at < bytes.length; at++) {
    const turned = Uint8Array.from(bytes);
    turned[at]! ^= 1;
    expect(decodeEntry(turned)).toBeUndefined();
  }
});
