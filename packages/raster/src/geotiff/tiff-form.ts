/** The bytes that contain the place of the first directory. */
export const headerBytes = 16;

/** The form of numbers and directories in a TIFF, and the place of the first directory. */
export interface Form {
  readonly littleEndian: boolean;
  readonly number: (bytes: Uint8Array, at: number, size: number) => number;
  readonly directory: number;
  /** The bytes of the number of entries, of an entry, and of the values or their offset. */
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly valueBytes: number;
}

/** Reads the first bytes of a file; undefined if they are not a TIFF's. */
export function formOf(header: Uint8Array): Form | undefined {
  if (header.length < 8) return undefined;
  const littleEndian = header[0] === 0x49;
  if (header[0] !== header[1] || (!littleEndian && header[0] !== 0x4d)) return undefined;
  const number = (bytes: Uint8Array, at: number, size: number) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
    if (size === 2) return view.getUint16(0, littleEndian);
    return size === 4 ? view.getUint32(0, littleEndian) : Number(view.getBigUint64(0, littleEndian));
  };
  const version = number(header, 2, 2);
  if (version === 42)
    return { littleEndian, number, directory: number(header, 4, 4), countBytes: 2, entryBytes: 12, valueBytes: 4 };
  if (version === 43 && header.length >= headerBytes)
    return { littleEndian, number, directory: number(header, 8, 8), countBytes: 8, entryBytes: 20, valueBytes: 8 };
  return undefined;
}
