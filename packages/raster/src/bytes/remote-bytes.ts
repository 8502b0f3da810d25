import type { BytesSource } from './bytes.ts';
import type { Network } from './network.ts';
import { noValidator, oneVersion, unversioned } from './one-version.ts';
import { mergingReader } from './range-merging.ts';
import type { ByteRange, Part, RemoteObject } from './remote-object.ts';

/**
 * The bytes that are read when an object is opened: the directory of most files, and all of a small
 * one.
 */
export const headBytes = 65_536;

const limits = { gapBytes: 65_536, mostBytes: 4 * 2 ** 20 };

export interface RemoteOptions {
  readonly network: Network;
  /**
   * The caller's own version of the content. It is needed if a server sends nothing that reveals a
   * replacement.
   */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an object on a server, which is read through a network and its cache. All bytes are of the
 * version that the object had when it was opened: after a replacement, a read that needs the server
 * throws. An object without a version is refused unless the caller gives one; otherwise a
 * replacement would be answered with the counts of the old object.
 */
export async function remoteBytes(object: RemoteObject, options: RemoteOptions): Promise<BytesSource> {
  const { network } = options;
  const opened = await opening(object, options);
  const { bytes: head, version, total = Number.POSITIVE_INFINITY } = opened;
  const one = oneVersion(object, options, opened);
  const read = mergingReader(async (range, signal) => (await one.get(range, signal)).bytes, limits);
  // Only a strong ETag changes with every byte.
  const cache = version?.startsWith('"') ? network.cache?.of(object.identity, version) : undefined;
  const isInHead = ({ offset, length }: ByteRange) => offset + length <= head.length || head.length < headBytes;
  return {
    location: object.location,
    version: versionOf(opened, object, options),
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
      const now = await versionNow(object, { ...options, signal });
      await one.expectReplaced(now);
      return now;
    },
    close: async () => object.close(),
  };
}

/** Reads the version that an object has now, in one small request, and closes the object. */
export async function remoteVersion(object: RemoteObject, options: RemoteOptions): Promise<string> {
  try {
    return await versionNow(object, options);
  } finally {
    object.close();
  }
}

async function versionNow(object: RemoteObject, options: RemoteOptions): Promise<string> {
  // The range has two bytes: some servers take 0-0 for the whole file.
  const now = await options.network.get(object, { offset: 0, length: 2 }, { signal: options.signal });
  return versionOf(now, object, options);
}

async function opening(object: RemoteObject, options: RemoteOptions): Promise<Part> {
  const { network, signal } = options;
  try {
    const part = await network.get(object, { offset: 0, length: headBytes }, { signal });
    versionOf(part, object, options);
    return part;
  } catch (error) {
    object.close();
    throw error;
  }
}

function versionOf(part: Part, object: RemoteObject, given: Pick<RemoteOptions, 'version'>): string {
  const version = part.version ?? given.version;
  if (version !== undefined) return version;
  throw unversioned(object, noValidator);
}
