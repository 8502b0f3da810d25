/** Numbers by chance that are the same for the same seed. */
export interface Random {
  /** A number from 0, below 1. */
  next(): number;
  /** A whole number from 0, below a limit. */
  below(limit: number): number;
  pick<One>(of: readonly One[]): One;
  /** The same ones in another order. */
  shuffled<One>(of: readonly One[]): One[];
}

/** Marsaglia's xorshift of 32 bits. */
export function openRandom(seed: number): Random {
  let state = seed | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // Small seeds begin with small numbers.
  for (let i = 0; i < 16; i++) next();
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (of) => of[below(of.length)] as (typeof of)[number],
    shuffled: (of) => {
      const order = of.map((one) => ({ one, place: next() }));
      return order.toSorted((a, b) => a.place - b.place).map(({ one }) => one);
    },
  };
}
