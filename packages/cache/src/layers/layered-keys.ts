import type { Layer } from './layers.ts';

/** The number of keys that are looked up at once while listing. */
const lookUpsAtOnce = 32;

/**
 * The keys of all layers, each once: of the first, then of each other those that none before has.
 */
export async function* unitedKeys(layers: readonly Layer[], prefix: string): AsyncIterable<string> {
  for (const [index, { store }] of layers.entries()) {
    const before = layers.slice(0, index);
    const isKnown = async (key: string) => {
      for (const layer of before) if (await layer.store.head(key, 1)) return true;
      return false;
    };
    for await (const keys of batches(store.keys(prefix), before.length > 0 ? lookUpsAtOnce : 1)) {
      const known = await Promise.all(keys.map(isKnown));
      yield* keys.filter((_, at) => !known[at]);
    }
  }
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
