/** A resource whose file may be replaced while it is read: a raster, an area table. */
export interface Replaceable {
  /** Its name in the catalog. */
  readonly name: string;
  /** Identifies the bytes that were opened. */
  readonly version: string;
  /** The version that the file has now. */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Lends a resource, and opens it anew when its file was replaced. */
export interface Lender<Resource> {
  /**
   * The resource as its file is now, or was at most `recheckMilliseconds` ago; it stays open until
   * it is given back, once. Throws when the file cannot be looked at or opened anew.
   */
  borrow(): Promise<Lent<Resource>>;
  /** Runs `work` with the resource, and gives it back. */
  use<Result>(work: (resource: Resource) => Promise<Result>): Promise<Result>;
  /** Ends lending. The resource is closed as soon as nobody uses it. */
  close(): Promise<void>;
}

interface Lent<Resource> {
  readonly resource: Resource;
  giveBack(): Promise<void>;
}

export interface LenderOptions<Resource> {
  readonly reopen: () => Promise<Resource>;
  /**
   * For how long a look at the file is good; 0: it is looked at for each use. Who comes in the
   * second half of that time has it looked at while he works, so that those after him need not
   * wait.
   */
  readonly recheckMilliseconds: number;
  /** The time in milliseconds. */
  readonly now: () => number;
}

/** A lender of `opened`, which from now on it closes itself. */
export function createLender<Resource extends Replaceable>(
  opened: Resource,
  { reopen, recheckMilliseconds, now }: LenderOptions<Resource>,
): Lender<Resource> {
  const closing = new AbortController();
  let current = createHolding(opened);
  let lookedAt = now();
  let looking: Promise<void> | undefined;
  let reopening: Promise<void> | undefined;

  async function look(): Promise<void> {
    const begun = now();
    const version = await current.resource.currentVersion(closing.signal);
    if (version !== current.resource.version) {
      reopening ??= replace().finally(() => {
        reopening = undefined;
      });
      await reopening;
    }
    lookedAt = Math.max(lookedAt, begun);
  }

  function lookTogether(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function replace(): Promise<void> {
    const resource = await reopen();
    if (closing.signal.aborted) return resource.close();
    const old = current;
    current = createHolding(resource);
    await old.end();
  }

  async function lookInTime(): Promise<void> {
    const age = now() - lookedAt;
    if (recheckMilliseconds === 0) await look();
    else if (age >= recheckMilliseconds) await lookTogether();
    // Should it fail, it is tried again, and told, when there is no more time.
    else if (age >= recheckMilliseconds / 2) void lookTogether().catch(() => undefined);
  }

  const borrow = async () => {
    closing.signal.throwIfAborted();
    await lookInTime();
    closing.signal.throwIfAborted();
    return current.borrow();
  };
  return {
    borrow,
    use: (work) => useAll([{ borrow }], ([resource]) => work(resource as Resource)),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error(`${opened.name} is closed`));
      await current.end();
    },
  };
}

/**
 * Runs `work` with the resources of all lenders, in their order. Their files are looked at all at
 * once.
 */
export async function useAll<Resource, Result>(
  lenders: readonly Pick<Lender<Resource>, 'borrow'>[],
  work: (resources: readonly Resource[]) => Promise<Result>,
): Promise<Result> {
  const borrowed = await Promise.allSettled(lenders.map(({ borrow }) => borrow()));
  try {
    return await work(
      borrowed.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value.resource;
      }),
    );
  } finally {
    for (const one of borrowed) if (one.status === 'fulfilled') await one.value.giveBack();
  }
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
    borrow(): Lent<Resource> {
      users += 1;
      return {
        resource,
        giveBack: () => {
          users -= 1;
          return closeIfIdle();
        },
      };
    },
    end(): Promise<void> {
      ended = true;
      return closeIfIdle();
    },
  };
}
