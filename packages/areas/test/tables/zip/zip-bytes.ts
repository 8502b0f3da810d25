import { crc32, deflateRawSync } from 'node:zlib';

/** A file for an archive of a test; `says` is the size that the archive says it has. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly says?: number;
  readonly isEncrypted?: boolean;
}

/** The bytes of a ZIP archive of compressed files. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, says = content.length, isEncrypted = false } of entries) {
    const packed = deflateRawSync(content);
    const bytes = Buffer.from(name);
    // Bit 0: the content is encrypted. Bit 11: the name is UTF-8.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800 | Number(isEncrypted), 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(says, 18);
    shared.writeUInt16LE(bytes.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, place, bytes);
    const head = [Buffer.from('PK\x03\x04', 'latin1'), shared, bytes, packed];
    pieces.push(...head);
    at += head.reduce((sum, { length }) => sum + length, 0);
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, listed, end]);
}
