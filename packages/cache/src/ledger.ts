import { expectAtLeast, expectObject } from './expected.ts';

/**
 * Which values there are, how many bytes each takes, and which of them was used longest ago: the
 * book by which a store that others use too is kept within a limit. It may name values that are
 * gone by now; then a little less is kept than could be.
 */
export interface Ledger {
  /**
   * Enters a value, as used last. Answers which others must go for all to stay within the limit,
   * and has struck them off; `undefined` when the value alone is larger: then it has struck off
   * that one.
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
  // In the order of use, oldest first.
  const sizes = new Map<string, number>();
  let total = 0;
  const strike = (key: string) => {
    total -= sizes.get(key) ?? 0;
    sizes.delete(key);
  };
  return {
    admit: async (key, bytes) => {
      strike(key);
      if (bytes > maxBytes) return undefined;
      sizes.set(key, bytes);
      total += bytes;
      const going: string[] = [];
      for (const oldest of sizes.keys()) {
        if (total <= maxBytes) break;
        going.push(oldest);
        strike(oldest);
      }
      return going;
    },
    use: async (key) => {
      const bytes = sizes.get(key);
      if (bytes === undefined) return;
      sizes.delete(key);
      sizes.set(key, bytes);
    },
    remove: async (key) => strike(key),
  };
}
