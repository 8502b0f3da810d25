import type { Network } from './network.ts';
import { type ByteRange, type Part, type RemoteObject, ReplacedError } from './remote-object.ts';

export interface VersionOptions {
  readonly network: Network;
  /** The caller's own version of the content. */
  readonly version?: string | undefined;
}

type Get = (range: ByteRange, signal?: AbortSignal) => Promise<Part>;

/**
 * Reads ranges of an object in the version that it was opened in. Throws a ReplacedError for any
 * other. Some servers send different ETags for the same file. Then the caller's own version counts,
 * as long as the length stays; without one a sentence is thrown.
 */
export function oneVersion(object: RemoteObject, { network, version: own }: VersionOptions, opened: Part): Get {
  let { version } = opened;
  let differing: Promise<boolean> | undefined;
  const get: Get = async (range, signal) => {
    const part = await network.get(object, range, { version, signal });
    if (!hasLengthOf(opened, part) || (opened.total !== undefined && part.bytes.length < range.length))
      throw new ReplacedError(object);
    return part;
  };
  return async (range, signal) => {
    try {
      return await get(range, signal);
    } catch (error) {
      if (!(error instanceof ReplacedError) || opened.version === undefined) throw error;
      differing ??= versionsDiffer(object, network, opened);
      if (!(await differing.finally(() => signal?.throwIfAborted()))) throw error;
      if (own === undefined) throw unversioned(object, `different ETags or times for the same file`);
      version = undefined;
      return get(range, signal);
    }
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
