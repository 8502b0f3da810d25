import fc from 'fast-check';

const ways = ['..', '../../etc/passwd', 'huc/../01', 'huc/', 'huc/\0', '%', '*', "' OR 1=1 --"];
const names = ['__proto__', 'constructor', 'toString', 'Point', 'NaN', '1e999', '{}', ''];

/** Texts that are hard to handle. */
export const hostileText = fc.oneof(
  fc.constantFrom(...ways, ...names, '\0', '\ud800', '\u202ex', 'x'.repeat(20_000)),
  fc.string({ unit: 'binary' }),
);

const deep = JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) as unknown;
const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, 0.5, 1e308, 2 ** 53, [], {}, [[]], deep, 'huc/01', 'a', 'count'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A change at one place of a body: `steps` are the path to it. */
export interface Change {
  readonly steps: readonly number[];
  readonly how: 'replace' | 'remove' | 'add';
  /** The name of a member that is added. */
  readonly name: string;
  readonly value: unknown;
}

export const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat(), { maxLength: 6 }),
  how: fc.constantFrom('replace', 'remove', 'add'),
  name: hostileText,
  value: hostileValue,
});

/** Makes a change in a body. */
export function changed(json: unknown, { steps, ...made }: Change): unknown {
  const [step, ...further] = steps;
  if (typeof json !== 'object' || json === null) return made.value;
  const members = Object.entries(json);
  const at = step === undefined ? -1 : step % Math.max(1, members.length);
  const after = members.flatMap(([name, member], i): [string, unknown][] => {
    if (i !== at) return [[name, member]];
    if (made.how === 'remove' && further.length === 0) return [];
    return [[name, changed(member, { ...made, steps: further })]];
  });
  if (step === undefined && made.how !== 'add') return made.value;
  if (step === undefined) after.push([made.name, made.value]);
  // Entries can make a member with the name __proto__.
  return Array.isArray(json) ? after.map(([, member]) => member) : Object.fromEntries(after);
}
