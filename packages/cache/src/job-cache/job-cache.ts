import { expectBytes, expectFunctionsOf, expectNumber, expectObject, expectText } from '@cellshed/expected';
import type { Drawer, Drawers } from './drawers.ts';
import { groupsIn, itemsIn, keysIn } from './listing.ts';
import { seal, unseal } from './seal.ts';

/**
 * Bytes that the jobs of one scope (a request, a computation) leave for each other under paths:
 * names joined by `/`, such as `part/7`. The names before the last one are **groups**; they need
 * not be made, and are gone with what is in them. A name may be a key and a group at once.
 *
 * A path has 1 to 800 UTF-16 code units, well-formed and without NUL, and no name in it is empty,
 * `.` or `..`; any other rejects with a `RangeError`. What the store beneath cannot do rejects with
 * a `StoreError`, so that the job fails and is tried again.
 */
export interface JobCache {
  /**
   * An array, and a buffer, of the caller's own. Rejects with a `KeyNotFoundError` where there is
   * no value, or only a damaged one.
   */
  get(path: string): Promise<Uint8Array>;
  /**
   * Keeps any bytes, also none at all, and replaces what was there: readers see the old value or
   * the new one, whole. Answers whether it was kept: false for a value that alone is larger than
   * all that the store may hold; with `verify` also where it is not there, or another one is, when
   * it is read back. Rejects with a `TypeError` for what is no bytes: text must be encoded first.
   */
  set(path: string, bytes: Uint8Array, options?: JobCacheSetOptions): Promise<boolean>;
  /** Answers whether there was a value to delete. A group stays as it is: see `clear`. */
  delete(path: string): Promise<boolean>;
  /** Answers whether there is a value, without reading it; false for a group. */
  has(path: string): Promise<boolean>;
  /**
   * The keys that are stored here and not in a group, each once, in no order. Keys that are set or
   * deleted meanwhile may or may not be listed.
   */
  keys(): AsyncIterable<string>;
  /**
   * The keys and values that are stored here and not in a group, each once, in no order, a few read
   * at a time. Values that are deleted meanwhile, or damaged, are left out.
   */
  items(): AsyncIterable<readonly [key: string, value: Uint8Array]>;
  /** The groups that are here and not in another group, likewise. */
  groups(): AsyncIterable<string>;
  /**
   * A view of the group: `group('a').get('b')` is `get('a/b')`. Throws a `RangeError` for a wrong
   * path.
   */
  group(path: string): JobCache;
  /**
   * Deletes all that is stored here and in groups, and nothing else. Values that others set
   * meanwhile may stay.
   */
  clear(): Promise<void>;
}

export interface JobCacheSetOptions {
  readonly verify?: boolean;
}

export interface JobCacheOptions {
  /**
   * The id of a request or a computation, whose jobs share the cache. Two scopes never see each
   * other; a job that is tried again finds its own.
   */
  readonly scope: string;
  /** The kind of thing that the scope is an id of; default `request`. */
  readonly prefix?: string;
  /**
   * A value can be read for so long after it was set, at least; nothing is left when nothing has
   * been set in the scope for so long.
   */
  readonly ttlMilliseconds: number;
}

/** There is no value under a path of a job cache. */
export class KeyNotFoundError extends Error {
  override readonly name = 'KeyNotFoundError';
}

/** A job cache is used where none is configured. */
export class NoJobCacheError extends Error {
  override readonly name = 'NoJobCacheError';
}

/** The longest path, in UTF-16 code units: every store can keep a key of scope, prefix and path. */
const maxPathLength = 800;
const maxNameLength = 100;

/**
 * Opens the job cache of a scope; there is nothing to close. Throws a `RangeError` when scope or
 * prefix is not one name of 1 to 100 characters, as in a path, or the time to live is not above 0.
 */
export function openJobCache(drawers: Drawers, options: JobCacheOptions): JobCache {
  expectFunctionsOf('the drawers of a job cache', drawers, ['drawer']);
  expectObject('the options of a job cache', options);
  const { scope, prefix = 'request', ttlMilliseconds } = options;
  checkName('scope', scope);
  checkName('prefix', prefix);
  expectNumber('ttlMilliseconds of a job cache', ttlMilliseconds);
  if (!(ttlMilliseconds > 0 && ttlMilliseconds <= Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`ttlMilliseconds is ${ttlMilliseconds}, expected a number above 0`);
  }
  const drawer = drawers.drawer(`${prefix}/${scope}`);
  return viewOf({ drawer, owner: `${prefix} ${scope}`, ttlMilliseconds }, '');
}

/**
 * Stands where no job cache is configured: every use rejects with a `NoJobCacheError`, in groups
 * too.
 */
export function noJobCache(): JobCache {
  const refuse = async (): Promise<never> => {
    throw new NoJobCacheError('no job cache is configured, so jobs cannot leave bytes for each other');
  };
  const none: JobCache = {
    get: refuse,
    set: refuse,
    delete: refuse,
    has: refuse,
    keys: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    items: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    groups: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
    group: () => none,
    clear: refuse,
  };
  return none;
}

interface Kept extends Pick<JobCacheOptions, 'ttlMilliseconds'> {
  readonly drawer: Drawer;
  /** The name of the owner in messages. */
  readonly owner: string;
}

/** The values under paths that begin with `start`: `''`, or a group's path and a slash. */
function viewOf(kept: Kept, start: string): JobCache {
  const { drawer, owner, ttlMilliseconds } = kept;
  const pathOf = (path: string) => {
    checkPath(path, start);
    return start + path;
  };
  return {
    get: async (path) => {
      const sealed = await drawer.get(pathOf(path));
      const value = sealed && unseal(sealed);
      if (!value)
        throw new KeyNotFoundError(`the job cache of ${owner} has no value at ${JSON.stringify(start + path)}`);
      return value;
    },
    set: async (path, bytes, options = {}) => {
      const whole = pathOf(path);
      expectBytes(`the value for ${JSON.stringify(whole)} in the job cache of ${owner}`, bytes);
      expectObject('the options of a write', options);
      const { verify = false } = options;
      return drawer.set(whole, await seal(bytes), { ttlMilliseconds, verify });
    },
    delete: async (path) => drawer.delete(pathOf(path)),
    has: async (path) => drawer.has(pathOf(path)),
    keys: () => keysIn(drawer, start),
    items: () => itemsIn(drawer, start),
    groups: () => groupsIn(drawer, start),
    group: (path) => viewOf(kept, `${pathOf(path)}/`),
    clear: () => drawer.clear(start),
  };
}

function checkPath(path: string, start: string): void {
  checkText('path', path);
  if (start.length + path.length > maxPathLength) {
    throw new RangeError(
      `a path has ${start.length + path.length} characters, expected at most ${maxPathLength}: ${path.slice(0, 60)}…`,
    );
  }
  if (path.split('/').some(isNoName)) {
    throw new RangeError(
      `the path ${JSON.stringify(path)} of a job cache is not names joined by single slashes, of which none is '.' or '..'`,
    );
  }
}

function checkName(what: 'scope' | 'prefix', name: string): void {
  checkText(what, name);
  if (name.length > maxNameLength || name.includes('/') || isNoName(name)) {
    throw new RangeError(
      `the ${what} of a job cache is ${JSON.stringify(name.slice(0, 200))}, expected one name of 1 to ${maxNameLength} characters without a slash`,
    );
  }
}

function isNoName(text: string): boolean {
  return text === '' || text === '.' || text === '..';
}

function checkText(what: string, text: string): void {
  expectText(`a ${what} of a job cache`, text);
  if (text.includes('\0')) throw new RangeError(`a ${what} of a job cache contains NUL: ${JSON.stringify(text)}`);
  if (!text.isWellFormed()) {
    throw new RangeError(`a ${what} of a job cache contains half a surrogate pair: ${JSON.stringify(text)}`);
  }
}
