import type { Random } from './random.ts';

const scalars = ['0', '-1.5', '1e400', 'null', 'true', '""', '"a\\u0000b"', '"é"', '9'.repeat(400), '1e-400'];

/** JSON of so many levels at most, mostly right. */
export function jsonText(random: Random, levels: number): string {
  if (levels === 0 || random.once(3)) return random.once(100) ? random.pick(['', '{', '"', 'x']) : random.pick(scalars);
  const items = random.list(3, () => jsonText(random, levels - 1));
  if (random.once(2)) return `[${items.join(',')}]`;
  return `{${items.map((item, i) => `"${random.pick(['a', 'type', '__proto__', `k${i}`])}":${item}`).join(',')}}`;
}
