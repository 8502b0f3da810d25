export interface HalvedWork<Item, Done> {
  /** Works on several items; undefined if they cannot be worked on together. */
  readonly together: (items: readonly Item[]) => Promise<Done | undefined>;
  readonly alone: (item: Item) => Promise<Done>;
}

/**
 * Works on items together. If that fails, it works on both halves, down to single items. So each
 * failure is found with its item.
 */
export async function* inHalves<Item, Done>(
  items: readonly Item[],
  work: HalvedWork<Item, Done>,
): AsyncGenerator<Done> {
  const [first, second] = items;
  if (first === undefined) return;
  const done = second === undefined ? await work.alone(first) : await work.together(items);
  if (done !== undefined) {
    yield done;
    return;
  }
  const middle = Math.ceil(items.length / 2);
  for (const half of [items.slice(0, middle), items.slice(middle)]) yield* inHalves(half, work);
}
