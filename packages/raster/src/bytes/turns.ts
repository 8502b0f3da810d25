/** Runs a limited number of tasks at once; the others wait in their order. */
export function turns(atOnce: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      // The next task takes this place over.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
