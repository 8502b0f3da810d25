/** The most files that are opened at once. */
const mostAtOnce = 32;

/** The most problems that are listed; the others are only counted. */
const mostShown = 20;

/** The outcome for each of several files, in their order. */
export type Outcomes<T> = readonly PromiseSettledResult<T>[];

/** Processes many files, a limited number at once. It ends with the reason of an aborted signal. */
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

/** The values of all files. Throws an AggregateError with the problem of each file that has one. */
export function valuesOf<T>(name: string, outcomes: Outcomes<T>): T[] {
  throwProblems(
    name,
    outcomes.length,
    outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
  );
  return outcomes.map((one) => (one as PromiseFulfilledResult<T>).value);
}

/**
 * Throws an AggregateError of the problems with the files of a raster, unless there are none. Each
 * error names raster and file.
 */
export function throwProblems(name: string, files: number, problems: readonly Error[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, mostShown);
  if (problems.length > shown.length) {
    const more = problems.length - shown.length;
    shown.push(new Error(`raster ${name}: ${more} more of its ${files} files cannot be used`));
  }
  throw new AggregateError(shown, shown.map(({ message }) => message).join('; '));
}
