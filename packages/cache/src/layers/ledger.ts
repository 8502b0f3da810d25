import { expectAtLeast, expectObject } from '@cellshed/expected';
import { recentlyUsed } from '@cellshed/recent';

/**
 * The book of a bounded store, which several processes may use: which values there are, how many
 * bytes each takes, and which of them was used longest ago. It may name values that are no longer
 * stored; then the store keeps a little less than it could.
 */
export interface Ledger {
  /**
   * Enters a value, as used last. Strikes off and answers the others that must be deleted for all
   * to stay within the limit. `undefined`: the value alone is larger, and was itself struck off.
   */
  admit(key: string, bytes: number): Promise<readonly string[] | undefined>;
  /** The value was used just now. */
  use(key: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A book for the users of this object alone. */
export function memoryLedger(options: { readonly maxBytes: number }): Ledger {
  expectObject('the options of a ledger', options);
  const { maxBytes } = options;
  expectAtLeast(0)('maxBytes of a ledger', maxBytes);
  let dropped: string[] = [];
  const sizes = recentlyUsed<number>({
    limit: maxBytes,
    sizeOf: (bytes) => bytes,
    onDrop: (_bytes, key) => dropped.push(key),
  });
  return {
    admit: async (key, bytes) => {
      sizes.delete(key);
      if (bytes > maxBytes) return undefined;
      dropped = [];
      sizes.set(key, bytes);
      return dropped;
    },
    use: async (key) => {
      sizes.get(key);
    },
    remove: async (key) => {
      sizes.delete(key);
    },
  };
}
