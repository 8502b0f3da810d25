export interface AtOnceOptions {
  /** The most tasks that run at the same time. */
  readonly most: number;
  /** The most that wait for their turn. */
  readonly mostWaiting: number;
  /** The error for one beyond these. */
  readonly refuse: () => Error;
}

export type AtOnce = <Result>(task: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

/**
 * Runs tasks in the order in which they come, some at a time. A task whose signal is aborted before
 * its turn never runs.
 */
export function atOnce({ most, mostWaiting, refuse }: AtOnceOptions): AtOnce {
  const waiting = new Set<() => void>();
  let running = 0;

  function turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      waiting.delete(begin);
      reject(signal.reason);
    };
    const begin = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.add(begin);
    return promise;
  }

  return async (task, signal) => {
    signal.throwIfAborted();
    if (running >= most) {
      if (waiting.size >= mostWaiting) throw refuse();
      // The one that ends hands its place on.
      await turn(signal);
    } else running += 1;
    try {
      return await task();
    } finally {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next();
      } else running -= 1;
    }
  };
}
