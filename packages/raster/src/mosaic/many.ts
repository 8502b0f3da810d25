/** Files that are opened at once. */
const mostAtOnce = 32;

/** Problems that are told; of the others their number. */
const mostTold = 20;

/** What became of each of several files, in their order. */
export type Outcomes<T> = readonly PromiseSettledResult<T>[];

/**
 * Does something with each of many files, so many at once. It ends with the reason of an aborted
 * signal.
 */
export async function withEach<Item, T>(
  items: readonly Item[],
  work: (item: Item) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<Outcomes<T>> {
  const outcomes: PromiseSettledResult<T>[] = [];
  let next = 0;
  const take = async () => {
    for (let i = next++; i < items.length; i = next++) {
      signal?.throwIfAborted();
      [outcomes[i]] = (await Promise.allSettled([work(items[i]!)])) as [PromiseSettledResult<T>];
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, take));
  return outcomes;
}

/** The values of all files. Throws an AggregateError with the problem of each that has one. */
export function valuesOf<T>(name: string, outcomes: Outcomes<T>): T[] {
  throwProblems(
    name,
    outcomes.length,
    outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
  );
  return outcomes.map((one) => (one as PromiseFulfilledResult<T>).value);
}

/**
 * Throws an AggregateError of problems with the files of a raster, each an error that names raster
 * and file, unless there are none.
 */
export function throwProblems(name: string, files: number, problems: readonly Error[]): void {
  if (problems.length === 0) return;
  const told = problems.slice(0, mostTold);
  if (problems.length > told.length) {
    const more = problems.length - told.length;
    told.push(new Error(`raster ${name}: ${more} more of its ${files} files cannot be used`));
  }
  throw new AggregateError(told, told.map(({ message }) => message).join('; '));
}
