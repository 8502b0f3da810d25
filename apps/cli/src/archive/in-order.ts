export interface InOrderOptions {
  /** The count of items that are worked on at once; it may change. */
  readonly atOnce: () => number;
  /**
   * The most items that are begun and not yet yielded. An early item that takes long holds up those
   * after it.
   */
  readonly window: () => number;
}

/**
 * Works on several items at once and yields the results in the order of the items. Works on while
 * the caller is busy with a result. When an item fails, the results before it are yielded, then its
 * error is thrown and no other item is begun. The same happens when the caller stops.
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
    while (!isOver && running < atOnce() && begun.length < window()) {
      const next = iterator.next();
      if (next.done) return;
      running += 1;
      const result = run(next.value);
      // Nobody waits for the items after one that failed.
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
