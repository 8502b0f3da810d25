import type { BytesSource } from './bytes.ts';
import type { Network } from './network.ts';
import { mergingReader } from './range-merging.ts';
import type { ByteRange, Part, RemoteObject } from './remote-object.ts';

/** What is read of an object when it is opened: the directory of most files, and all of a small one. */
export const headBytes = 65_536;

const limits = { gapBytes: 65_536, mostBytes: 4 * 2 ** 20 };

/**
 * The bytes of an object on a server, read through a network and its cache. All are of the version that the object had when it was
 * opened: once it has been replaced, a read that needs the server throws.
 */
export async function remoteBytes(object: RemoteObject, network: Network, signal?: AbortSignal): Promise<BytesSource> {
  const { bytes: head, version, total = Number.POSITIVE_INFINITY } = await opening(object, network, signal);
  const read = mergingReader(async (range, signal) => {
    const { bytes } = await network.get(object, range, { version, signal });
    return bytes;
  }, limits);
  // Only a strong ETag changes with every byte.
  const cache = /^"/.test(version) ? network.cache?.of(object.identity, version) : undefined;
  const isInHead = ({ offset, length }: ByteRange) => offset + length <= head.length || head.length < headBytes;
  return {
    location: object.location,
    version,
    isRemote: true,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      const range = { offset, length: Math.min(length, Math.max(0, total - offset)) };
      if (range.length === 0 || isInHead(range)) return new Uint8Array(head.subarray(offset, offset + length));
      const known = cache?.get(range);
      if (known) return known;
      const bytes = await read(range, signal);
      cache?.put(range, bytes);
      return bytes;
    },
    async currentVersion(signal) {
      // Not one byte: there are servers that take 0-0 for everything.
      const { version } = await network.get(object, { offset: 0, length: 2 }, { signal });
      return version;
    },
    close: async () => object.close(),
  };
}

async function opening(object: RemoteObject, network: Network, signal: AbortSignal | undefined): Promise<Part> {
  try {
    return await network.get(object, { offset: 0, length: headBytes }, { signal });
  } catch (error) {
    object.close();
    throw error;
  }
}
