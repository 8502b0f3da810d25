export interface RecentlyUsedOptions<Value> {
  /** The limit for the sizes of all values together. */
  readonly limit: number;
  /** The size of a value, the same whenever it is asked; default: 1, so that `limit` is a count. */
  readonly sizeOf?: (value: Value, key: string) => number;
  /** The number of values that are kept even if they are too large; default 0. */
  readonly least?: number;
  /** Called for each value that is dropped because of the limit, after it was removed. */
  readonly onDrop?: (value: Value, key: string) => void;
}

/** A map in the order of use. When it is too large, the values used longest ago are dropped. */
export interface RecentlyUsed<Value> {
  /** Answers a value, and counts that as a use. */
  get(key: string): Value | undefined;
  /** Answers a value without a use. */
  peek(key: string): Value | undefined;
  /**
   * Sets a value, as used last, then drops others. A value that alone is larger than the limit is
   * dropped, too.
   */
  set(key: string, value: Value): void;
  /** Answers whether there was a value. */
  delete(key: string): boolean;
  clear(): void;
  /** The keys, least recently used first. */
  keys(): IterableIterator<string>;
  /** The number of values. */
  readonly count: number;
}

export function recentlyUsed<Value>(options: RecentlyUsedOptions<Value>): RecentlyUsed<Value> {
  const { limit, sizeOf = () => 1, least = 0, onDrop } = options;
  // A map lists its keys in the order in which they were set.
  const values = new Map<string, Value>();
  let size = 0;

  const remove = (key: string): boolean => {
    const value = values.get(key);
    if (!values.delete(key)) return false;
    size -= sizeOf(value as Value, key);
    return true;
  };
  const dropOldest = () => {
    for (const [key, value] of values) {
      if (size <= limit || values.size <= least) break;
      remove(key);
      onDrop?.(value, key);
    }
  };
  return {
    get(key) {
      const value = values.get(key);
      if (values.delete(key)) values.set(key, value as Value);
      return value;
    },
    peek: (key) => values.get(key),
    set(key, value) {
      remove(key);
      values.set(key, value);
      size += sizeOf(value, key);
      if (size > limit) dropOldest();
    },
    delete: remove,
    clear() {
      values.clear();
      size = 0;
    },
    keys: () => values.keys(),
    get count() {
      return values.size;
    },
  };
}
