/**
 * The place for the bytes of job caches: one drawer for each scope, which is found, listed, emptied
 * and forgotten as a whole. `test/job-cache/job-cache-suite.ts` says what all of them promise,
 * through the job cache.
 */
export interface Drawers {
  /**
   * The drawer of that name, which need not have anything in it. Asks nothing of the server yet.
   */
  drawer(name: string): Drawer;
}

export interface DrawerSetOptions {
  readonly ttlMilliseconds: number;
  readonly verify?: boolean;
}

/**
 * Bytes under paths, kept flat: that a path begins with another one means nothing here. What the
 * drawer cannot do (server away, disk full) rejects with a `StoreError`. Names and paths have been
 * checked by the job cache.
 */
export interface Drawer {
  get(path: string): Promise<Uint8Array | undefined>;
  /** The values of all paths, in their order. */
  getMany(paths: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /**
   * Sets a value. It can be read for at least this time. It expires at the latest when nothing has
   * been set in the drawer for this time. Answers whether it was kept, as the store's `set` does.
   */
  set(path: string, bytes: Uint8Array, options: DrawerSetOptions): Promise<boolean>;
  /** Answers whether there is a value, without reading it. */
  has(path: string): Promise<boolean>;
  /** Answers whether there was something to delete. */
  delete(path: string): Promise<boolean>;
  /**
   * The paths that begin with `start` (`''` for all), in no order. While others write, one may be
   * listed twice.
   */
  paths(start: string): AsyncIterable<string>;
  /** Deletes all that `paths` would list. */
  clear(start: string): Promise<void>;
}
