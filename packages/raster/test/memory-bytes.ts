import type { BytesSource } from '../src/bytes/bytes.ts';

/** Bytes in memory in the form of a file. It counts the bytes that are read. */
export interface MemoryBytes extends BytesSource {
  readonly read: BytesSource['read'];
  readonly bytesRead: number;
}

export function memoryBytes(bytes: Uint8Array, location = '/memory.tif'): MemoryBytes {
  let bytesRead = 0;
  return {
    location,
    version: '1',
    isRemote: false,
    async read(offset, length) {
      const part = new Uint8Array(bytes.subarray(offset, offset + length));
      bytesRead += part.length;
      return part;
    },
    currentVersion: async () => '1',
    close: async () => undefined,
    get bytesRead() {
      return bytesRead;
    },
  };
}
