import type { Network } from './network.ts';
import { type ByteRange, type Part, type RemoteObject, ReplacedError } from './remote-object.ts';

export interface VersionOptions {
  readonly network: Network;
  /** The caller's own version of the content. */
  readonly version?: string | undefined;
}

/** An object in the version that it was opened in. */
export interface OneVersion {
  /**
   * Reads a range. Throws a ReplacedError if the object has another version.
   */
  get(range: ByteRange, signal?: AbortSignal): Promise<Part>;
  /** Throws a sentence if `now` is another version only because the server has several at once. */
  expectReplaced(now: string | undefined): Promise<void>;
}

/**
 * Reads an object in the version that it was opened in. Some servers send different ETags for the
 * same file. Then the caller's own version counts, as long as the length stays; without one a
 * sentence is thrown.
 */
export function oneVersion(object: RemoteObject, { network, version: own }: VersionOptions, opened: Part): OneVersion {
  let { version } = opened;
  let looking: Promise<boolean> | undefined;
  const areSeveral = () => {
    looking ??= versionsDiffer(object, network, opened).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const several = () => unversioned(object, 'different ETags or times for the same file');
  const get: OneVersion['get'] = async (range, signal) => {
    const part = await network.get(object, range, { version, signal });
    if (!hasLengthOf(opened, part) || (opened.total !== undefined && part.bytes.length < range.length))
      throw new ReplacedError(object);
    return part;
  };
  return {
    async get(range, signal) {
      try {
        return await get(range, signal);
      } catch (error) {
        if (!(error instanceof ReplacedError) || opened.version === undefined) throw error;
        const isReplaced = version !== undefined && !(await areSeveral());
        signal?.throwIfAborted();
        if (isReplaced) throw error;
        if (own === undefined) throw several();
        version = undefined;
        return get(range, signal);
      }
    },
    async expectReplaced(now) {
      const isOther = opened.version !== undefined && now !== opened.version;
      if (isOther && own === undefined && (await areSeveral())) throw several();
    },
  };
}

/** Objects that differ in their lengths are different, as far as the lengths are known. */
function hasLengthOf({ total }: Part, other: Part): boolean {
  return total === undefined || other.total === undefined || other.total === total;
}

/** The number of requests that tell a replaced object from one with several versions at once. */
const looks = 4;

/** Tells whether an object has several versions at the same time, or its first one again. */
async function versionsDiffer(object: RemoteObject, network: Network, opened: Part): Promise<boolean> {
  // At the same time, they go over different connections, which may lead to different servers.
  const parts = await Promise.all(
    Array.from({ length: looks }, () => network.get(object, { offset: 0, length: 2 }, {})),
  );
  const versions = new Set(parts.map(({ version }) => version));
  return parts.every((part) => hasLengthOf(opened, part)) && (versions.size > 1 || versions.has(opened.version));
}

/** The refusal of an object whose server sends nothing that changes exactly when it is replaced. */
export function unversioned({ location }: Pick<RemoteObject, 'location'>, what: string, whose = 'it'): Error {
  return new Error(
    `cannot use ${location}: its server sends ${what}, so nobody could see that it was replaced: ` +
      `give ${whose} a version in the catalog, and another one with each new file`,
  );
}

/** What a server sends without a version. */
export const noValidator = 'neither an ETag nor a Last-Modified';
