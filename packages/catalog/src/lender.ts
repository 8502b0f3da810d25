/** What is read from a file that may be replaced meanwhile: a raster, an area table. */
export interface Replaceable {
  /** What the catalog calls it. */
  readonly name: string;
  /** Identifies the bytes that were opened. */
  readonly version: string;
  /** The version that the file has now. */
  currentVersion(): Promise<string>;
  close(): Promise<void>;
}

/** Lends a resource, and opens it anew when its file was replaced. */
export interface Lender<Resource> {
  /**
   * Runs `work` with the resource as its file is now, or was at most `recheckMilliseconds` ago; it stays open until `work` ends.
   * Throws when the file cannot be looked at or opened anew.
   */
  use<Result>(work: (resource: Resource) => Promise<Result>): Promise<Result>;
  /** Ends lending. The resource is closed as soon as nobody uses it. */
  close(): Promise<void>;
}

export interface LenderOptions<Resource> {
  readonly reopen: () => Promise<Resource>;
  /** For how long the file is not looked at again; 0: it is looked at for each use. */
  readonly recheckMilliseconds: number;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** A lender of `opened`, which from now on it closes itself. */
export function createLender<Resource extends Replaceable>(
  opened: Resource,
  { reopen, recheckMilliseconds, now }: LenderOptions<Resource>,
): Lender<Resource> {
  let current = createHolding(opened);
  let lookedAt = now();
  let reopening: Promise<void> | undefined;
  let closed = false;

  async function look(): Promise<void> {
    const before = lookedAt;
    lookedAt = now();
    try {
      const version = await current.resource.currentVersion();
      if (version === current.resource.version) return;
      reopening ??= replace().finally(() => {
        reopening = undefined;
      });
      await reopening;
    } catch (error) {
      lookedAt = before;
      throw error;
    }
  }

  async function replace(): Promise<void> {
    const resource = await reopen();
    if (closed) return resource.close();
    const old = current;
    current = createHolding(resource);
    await old.end();
  }

  return {
    async use(work) {
      if (!closed && now() - lookedAt >= recheckMilliseconds) await look();
      if (closed) throw new Error(`${opened.name} is closed`);
      return current.use(work);
    },
    async close() {
      if (closed) return;
      closed = true;
      await current.end();
    },
  };
}

/** Runs `work` with the resources of all lenders, in their order. */
export async function useAll<Resource, Result>(
  [first, ...others]: readonly Lender<Resource>[],
  work: (resources: readonly Resource[]) => Promise<Result>,
): Promise<Result> {
  if (first === undefined) return work([]);
  return first.use((resource) => useAll(others, (resources) => work([resource, ...resources])));
}

/** A resource with its users; after `end` the last of them closes it. */
function createHolding<Resource extends Replaceable>(resource: Resource) {
  let users = 0;
  let ended = false;
  const closeIfIdle = async () => {
    if (ended && users === 0) await resource.close();
  };
  return {
    resource,
    async use<Result>(work: (resource: Resource) => Promise<Result>): Promise<Result> {
      users += 1;
      try {
        return await work(resource);
      } finally {
        users -= 1;
        await closeIfIdle();
      }
    },
    end(): Promise<void> {
      ended = true;
      return closeIfIdle();
    },
  };
}
