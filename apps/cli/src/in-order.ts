export interface InOrderOptions {
  /** So many are worked on. */
  readonly atOnce: number;
  /**
   * So many are begun and not given on, at most: an early one that takes long holds up those after
   * it.
   */
  readonly window: number;
}

/**
 * Works on several items at once and gives the results on in the order of the items. Goes on while
 * the caller is busy with a result. When one fails, those before it are given on, then its error is
 * thrown and no other is begun; so it is when the caller stops.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  { atOnce, window }: InOrderOptions,
): AsyncGenerator<Result> {
  const iterator = items[Symbol.iterator]();
  const begun: Promise<Result>[] = [];
  let running = 0;
  let isOver = false;
  const run = async (item: Item) => {
    try {
      return await work(item);
    } catch (error) {
      isOver = true;
      throw error;
    } finally {
      running -= 1;
      beginMore();
    }
  };
  const beginMore = () => {
    while (!isOver && running < atOnce && begun.length < window) {
      const next = iterator.next();
      if (next.done) return;
      running += 1;
      const result = run(next.value);
      // Whoever comes after one that failed is not waited for.
      result.catch(() => undefined);
      begun.push(result);
    }
  };
  try {
    beginMore();
    for (let first = begun[0]; first !== undefined; first = begun[0]) {
      const result = await first;
      void begun.shift();
      beginMore();
      yield result;
    }
  } finally {
    isOver = true;
  }
}
