/** Values that a caller without types may hand over in place of any other. */
export const wrong: readonly unknown[] = [
  undefined,
  null,
  5,
  Number.NaN,
  'text',
  true,
  Symbol('s'),
  7n,
  [],
  {},
  () => 1,
  new Map(),
];

/** Arguments of a function: their name, a call with one, and wrong values that it takes. */
export type Calls = readonly [what: string, call: (argument: never) => unknown, ...fine: unknown[]][];

export interface WrongTypes {
  /** The public functions of a package, and whatever else it exports. */
  readonly exported: object;
  /** The names of those that take no argument, and of exports that nobody calls. */
  readonly without?: readonly string[];
  readonly calls: Readonly<Record<string, Calls>>;
}

/** Tests that each public function refuses arguments of wrong types with a sentence. */
export function wrongTypesSuite({ exported, without = [], calls }: WrongTypes): void {
  it('each public function is in this test', () => {
    const functions = Object.entries(exported).flatMap(([name, value]) => (typeof value === 'function' ? name : []));
    expect(functions.filter((name) => !without.includes(name)).sort()).toEqual(Object.keys(calls).sort());
  });

  const cases = Object.entries(calls).flatMap(([name, all]) =>
    all.map(([what, call, ...fine]) => [name, what, call, fine] as const),
  );
  it.each(cases)('%s refuses what is no %s with a sentence of its own', async (_name, _what, call, fine) => {
    for (const value of wrong) {
      if (fine.some((one) => Object.is(one, value) || sameEmpty(one, value))) continue;
      const outcome = await Promise.resolve()
        .then(() => call(value as never))
        .then(
          () => `took ${String(value)}`,
          (error: unknown) => error,
        );
      const { message = String(outcome) } = outcome as Partial<Error>;
      const shown = `${message} (for ${typeof value === 'object' ? JSON.stringify(value) : String(value)})`;
      expect(shown).toMatch(/ (is|are|has|begins|contains) .*(, expected|only|stands for nothing)/);
      // Those are the messages of JavaScript itself.
      expect(shown).not.toMatch(/is not a function|Cannot|is not iterable|not valid|must be/);
    }
  });
}

function sameEmpty(one: unknown, value: unknown): boolean {
  return (
    typeof one === 'object' &&
    typeof value === 'object' &&
    JSON.stringify(one) === JSON.stringify(value) &&
    Array.isArray(one) === Array.isArray(value) &&
    !(value instanceof Map)
  );
}
