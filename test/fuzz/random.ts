/** Numbers that one seed gives, always the same. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** Whether something happens that does so once in `times`. */
  once(times: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** A list of at most so many items. */
  list<Item>(most: number, make: () => Item): Item[];
  /** A number that readers get wrong: around 0, the ends of types, a size. */
  odd(size: number): bigint;
}

/** The generator "mulberry32": fast, and good enough for cases of tests. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  return {
    below,
    once: (times) => below(times) === 0,
    pick,
    list: (most, make) => Array.from({ length: below(most + 1) }, make),
    odd: (size) => BigInt(size) * BigInt(below(2)) + pick(ends) + BigInt(below(5) - 2),
  };
}

const ends = [0n, 8n, 2n ** 8n, 2n ** 16n, 2n ** 24n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 2n];
