import fc from 'fast-check';
import { fingerprint, parseResultKey, type ResultKeyParts, resultKey } from '../../src/results/key.ts';

const wellKnown = { area: { table: 'huc12', id: '020402031008' }, operation: 'nlcd_soil', fingerprint: '0f' };
const drawn = { ...wellKnown, area: { drawn: 'ab12' } };

/** Areas of all kinds, from such texts. */
function anyArea(text: fc.Arbitrary<string>, table = text) {
  const group = { by: text, value: text };
  return fc.oneof(
    fc.record({ table, id: text }),
    fc.record({ table, upstream: text }),
    fc.record({ table, ...group }),
    fc.record({ table, ...group, within: fc.record(group) }),
    fc.record({ drawn: text }),
  );
}

describe('a result’s key', () => {
  it('tells an operator what it is of', () => {
    expect(resultKey(wellKnown)).toBe('geop:huc12:020402031008:nlcd_soil:0f');
    expect(resultKey(drawn)).toBe('geop:drawn:ab12:nlcd_soil:0f');
    const keyOf = (area: ResultKeyParts['area']) => resultKey({ ...wellKnown, area });
    expect(keyOf({ table: 'huc12', upstream: '020402031008' })).toBe('geop:huc12:020402031008@upstream:nlcd_soil:0f');
    expect(keyOf({ table: 'county', by: 'state', value: 'PA' })).toBe('geop:county:PA@by.state:nlcd_soil:0f');
    expect(keyOf({ table: 'h', by: 'a', value: '1', within: { by: 'h:8', value: '2' } })).toBe(
      'geop:h:1@by.a@2@by.h%3A8:nlcd_soil:0f',
    );
  });

  it('differs when any part differs, whatever the parts contain', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ':', '%', '3', 'A', '*', 'é', '@'),
      minLength: 1,
      maxLength: 4,
    });
    const name = fc.oneof(text, fc.constantFrom('drawn', '%64rawn', '%2564rawn'));
    const area = anyArea(text, name);
    const parts = fc.record({ area, operation: text, fingerprint: text });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const equal = JSON.stringify(one) === JSON.stringify(other);
        expect(resultKey(one) === resultKey(other)).toBe(equal);
      }),
      { numRuns: 2000 },
    );
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(parts, (one) => {
        const key = resultKey(one);
        expect(seen.get(key) ?? JSON.stringify(one)).toBe(JSON.stringify(one));
        seen.set(key, JSON.stringify(one));
      }),
      { numRuns: 5000 },
    );
  });

  it('has five parts, and no character that a pattern, a path or a log line would take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (text) => {
        for (const area of [
          { table: text, id: text },
          { table: text, by: text, value: text },
        ]) {
          const key = resultKey({ area, operation: text, fingerprint: text });
          expect(key.split(':').length).toBe(5);
          expect(key).toMatch(/^[A-Za-z0-9:%\-_.!~'()@]+$/);
        }
      }),
    );
  });

  it('is written in full, whatever it is of', () => {
    const id = "a:b%c d*e?f[g]h{i}j\\k/l~m'n";
    expect(resultKey({ ...wellKnown, area: { table: 'é', id } })).toBe(
      "geop:%C3%A9:a%3Ab%25c%20d%2Ae%3Ff%5Bg%5Dh%7Bi%7Dj%5Ck%2Fl~m'n:nlcd_soil:0f",
    );
  });

  it('keeps a table called drawn apart from drawn areas', () => {
    expect(resultKey({ ...wellKnown, area: { table: 'drawn', id: 'ab12' } })).toBe('geop:%64rawn:ab12:nlcd_soil:0f');
  });

  it.each<readonly [ResultKeyParts, RegExp]>([
    [{ ...wellKnown, area: { table: '', id: 'a' } }, /^table of a key is ""/],
    [{ ...wellKnown, area: { table: 'a', id: '' } }, /^id of a key is ""/],
    [{ ...wellKnown, area: { drawn: '' } }, /^drawn of a key is ""/],
    [{ ...wellKnown, area: { table: 'a', upstream: '' } }, /^upstream of a key is ""/],
    [{ ...wellKnown, area: { table: 'a', by: '', value: 'b' } }, /^by of a key is ""/],
    [{ ...wellKnown, area: { table: 'a', by: 'b', value: '' } }, /^value of a key is ""/],
    [{ ...wellKnown, operation: '' }, /^operation of a key is ""/],
    [{ ...wellKnown, fingerprint: '' }, /^fingerprint of a key is ""/],
    [{ ...wellKnown, area: { table: 'a', id: '\udc00' } }, /^id of a key is "\\udc00"/],
    [{ ...wellKnown, area: { table: 'a', id: 'é'.repeat(400) } }, /characters, expected at most 1024/],
  ])('is not made of %j', (parts, message) => {
    expect(() => resultKey(parts)).toThrow(message);
  });
});

describe('a key that is read', () => {
  it('gives back the parts of which it was made, whatever they contain', () => {
    const text = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', ':', '%', '4', '6', 'A', '*', 'é', '🏞', ' ', '\0', '@', '.'),
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom('drawn', '%64rawn', 'huc12', 'a%', '%', '%25', 'upstream', 'by.a'),
    );
    fc.assert(
      fc.property(fc.record({ area: anyArea(text), operation: text, fingerprint: text }), (parts) => {
        expect(parseResultKey(resultKey(parts))).toEqual(parts);
      }),
      { numRuns: 2000 },
    );
  });

  it('is none that would not be made of its parts', () => {
    const likely = fc.string({
      unit: fc.constantFrom(':', 'geop', 'drawn', 'a', '%', '%64', '6', '1', 'é', '*', '@', '@upstream', '@by.'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          likely,
          likely.map((text) => `geop:a:b:${text}`),
        ),
        (text) => {
          const parts = parseResultKey(text);
          if (parts) expect(resultKey(parts)).toBe(text);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    '',
    'geop:',
    'geop:huc12:01:nlcd',
    'geop:huc12:01:nlcd:0f:0f',
    'geop:huc12:01:nlcd:',
    'geop:huc12::nlcd:0f',
    'Geop:huc12:01:nlcd:0f',
    'job:huc12:01:nlcd:0f',
    'geop:huc12:01@downstream:nlcd:0f',
    'geop:huc12:01@by.:nlcd:0f',
    'geop:huc12:01@by.a@upstream:nlcd:0f',
    'geop:huc12:01@upstream@by.a:nlcd:0f',
    'geop:huc12:%30:nlcd:0f',
    'geop:huc12:a%:nlcd:0f',
    'geop:huc12:%c3%a9:nlcd:0f',
    'geop:huc12:%C3:nlcd:0f',
    'geop:huc12:é:nlcd:0f',
    'geop:huc12:a*:nlcd:0f',
    'geop:%64raw%6E:01:nlcd:0f',
    `geop:huc12:${'1'.repeat(1010)}:nlcd:0f`,
  ])('is none when it is %j', (text) => {
    expect(parseResultKey(text)).toBeUndefined();
  });
});

describe('a fingerprint', () => {
  it('is 32 hexadecimal digits, the same today and tomorrow', () => {
    expect(fingerprint({ b: [1, 'x', null], a: true })).toBe('a144dac9657f9c4b949d89c845477e00');
  });

  it('is the same whatever the order of members', () => {
    expect(fingerprint({ a: 1, b: { c: 2, d: 3 } })).toBe(fingerprint({ b: { d: 3, c: 2 }, a: 1 }));
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(fingerprint(reversed(value))).toBe(fingerprint(value))));
  });

  it('is the same before and after a queue or a thread', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(fingerprint(JSON.parse(JSON.stringify(value)))).toBe(fingerprint(value)),
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect(fingerprint(structuredClone(value))).toBe(fingerprint(value))),
    );
    expect(fingerprint(-0)).toBe(fingerprint(0));
    expect(fingerprint(JSON.parse('{"__proto__":1}'))).not.toBe(fingerprint({}));
  });

  it('differs for different values', () => {
    const values = [
      ...[
        'a:b',
        ['a', 'b'],
        ['a:b'],
        'a',
        ['a'],
        [['a']],
        ['a', 'b', ''],
        'a,b',
        '["a","b"]',
        { a: 'b' },
        [['a', 'b']],
      ],
      ...[
        1,
        '1',
        [1],
        true,
        'true',
        null,
        'null',
        0,
        '',
        false,
        [],
        {},
        [[]],
        [{}],
        [null],
        '[]',
        '{}',
        1.5,
        1e21,
        '1e21',
      ],
      ...[{ a: 1, b: 2 }, { a: 2, b: 1 }, { 'a":1,"b': 2 }, { a: { b: 1 } }, { a: null }, { '': 1 }, 'é', 'e\u0301'],
    ];
    expect(new Set(values.map(fingerprint)).size).toBe(values.length);
    const small = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(small, small, (one, other) => {
        expect(fingerprint(one) === fingerprint(other)).toBe(sameJson(one, other));
      }),
    );
  });

  it.each([
    [undefined, 'parts is undefined, expected a JSON value'],
    [{ a: [1, Number.NaN] }, 'parts.a[1] is the number NaN, expected a JSON value'],
    [[Infinity], 'parts[0] is the number Infinity, expected a JSON value'],
    [{ a: undefined }, 'parts.a is undefined, expected a JSON value'],
    [Array(1), 'parts[0] is undefined, expected a JSON value'],
    [{ a: 1n }, 'parts.a is the bigint 1, expected a JSON value'],
    [{ a: Symbol('s') }, 'parts.a is the symbol Symbol(s), expected a JSON value'],
    [() => 1, 'parts is a function, expected a JSON value'],
    [{ at: new Date(0) }, 'parts.at is a Date, expected a JSON value'],
    [new Map(), 'parts is a Map, expected a JSON value'],
    [Uint8Array.of(1), 'parts is a Uint8Array, expected a JSON value'],
    ['\ud800', 'parts is text with half a surrogate pair, expected a JSON value'],
    [{ '\ud800': 1 }, 'parts is text with half a surrogate pair, expected a JSON value'],
  ])('is not made of %p', (value, message) => {
    expect(() => fingerprint(value)).toThrow(new TypeError(message));
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

function sameJson(one: unknown, other: unknown): boolean {
  try {
    // Told apart by a comparison of its own, not by text. JSON knows no -0.
    expect(JSON.parse(JSON.stringify(one))).toStrictEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
