/** The words of PROJ text by their names, without `+`; `true` for a word without value. */
export type ProjWords = ReadonlyMap<string, string | true>;

export function projWords(text: string): ProjWords {
  const words = text
    .trim()
    .split(/\s+(?=\+)|\s+/)
    .map((word) => word.replace(/^\+/, ''))
    .filter(Boolean);
  return new Map(
    words.map((word): [string, string | true] => {
      const at = word.indexOf('=');
      return at < 0 ? [word, true] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

export function projText(words: ProjWords): string {
  return [...words].map(([name, value]) => (value === true ? `+${name}` : `+${name}=${value}`)).join(' ');
}

/**
 * The value of a word as a number, or `otherwise` without the word. Throws if the value is no
 * number.
 */
export function numberOf(words: ProjWords, name: string, otherwise: number): number {
  const value = words.get(name);
  if (value === undefined) return otherwise;
  const number = value === true ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw new Error(`+${name} is ${value}, expected a number`);
  return number;
}
