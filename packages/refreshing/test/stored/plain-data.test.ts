import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import { fingerprint } from '@cellshed/cache';
import fc from 'fast-check';
import { fromJson, type Json, plainDataCodec, toJson } from '../../src/stored/plain-data.ts';

/** Values that look like each other, or like what stands for another. */
const tricky: unknown[] = [
  ...[null, undefined, true, false, 0, -0, 1, '', '0', '-0', '1', 'null', 'undefined', 'true', 0n, 1n, -1n, '1n'],
  ...[Number.NaN, 'NaN', Infinity, -Infinity, 1e21, 5e-324, 2 ** 53, 2n ** 53n, 2n ** 64n, '$', '$$', '\0', '\ud800'],
  ...['\udfff', '\ufffd', '2026-11-21T00:00:00.000Z', new Date('2026-11-21'), new Date(0), new Date(8.64e15)],
  ...[new Date(-8.64e15), new Uint8Array(), Uint8Array.of(0), Uint8Array.of(255, 0), 'AA==', [], {}, [[]], [undefined]],
  ...[{ $: 1 }, { $$: 1 }, { $: ['bigint', '1'] }, { $: { $: 1 } }, { a: undefined }, { 1: 1, 0: 0 }, ['bigint', '1']],
  ...['6f1c2a4e-0b5d-4c5e-9a64-0d0f7a1c9b11', { toJSON: 1 }, JSON.parse('{"__proto__":{"a":1}}')],
];

const name = fc.constantFrom('a', 'b', '$', '$$', '$$$', '$a', 'a$', '0', '1', '', '__proto__', 'constructor', 'é');
const data: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    { weight: 4, arbitrary: fc.constantFrom(...tricky) },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('data')), { maxLength: 3 }).map((members) => Object.fromEntries(members)),
    // An encoded text may itself be a value.
    tie('data').map((value) => toJson(value)),
  ),
})).data;

describe('plain data', () => {
  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(data, (value) => {
        const back = fromJson(JSON.parse(JSON.stringify(toJson(value))));
        expect(isDeepStrictEqual(back, value)).toBe(true);
        expect(isDeepStrictEqual(plainDataCodec.decode(plainDataCodec.encode(value)), value)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('has a fingerprint that is equal for equal values alone', () => {
    const seen = new Map<string, unknown>();
    const check = (value: unknown) => {
      const print = fingerprint(toJson(value));
      if (seen.has(print)) expect(isDeepStrictEqual(seen.get(print), value)).toBe(true);
      seen.set(print, value);
      expect(fingerprint(toJson(fromJson(toJson(value))))).toBe(print);
    };
    for (const value of tricky) check(value);
    expect(seen.size).toBe(tricky.length);
    fc.assert(fc.property(data, check), { numRuns: 5000 });
  });

  it('has the same fingerprint whatever the order of object members', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, data), { maxLength: 5 }), (members) => {
        const value = Object.fromEntries(members);
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(fingerprint(toJson(turned))).toBe(fingerprint(toJson(value)));
      }),
    );
  });

  it.each<readonly [unknown, Json]>([
    [
      { town: 'Ghent', ids: [1, null, true] },
      { town: 'Ghent', ids: [1, null, true] },
    ],
    [-0, { $: ['number', '-0'] }],
    [12n, { $: ['bigint', '12'] }],
    [new Date(0), { $: ['date', '1970-01-01T00:00:00.000Z'] }],
    [Uint8Array.of(1, 2), { $: ['bytes', 'AQI='] }],
    ['\ud800', { $: ['utf16', 'ANg='] }],
    [undefined, { $: ['undefined'] }],
    [
      { $: 1, $$: 2, $a: 3 },
      { $$: 1, $$$: 2, $a: 3 },
    ],
  ])('that is %j is %j in JSON, so that a queue shows it', (value, json) => {
    expect(toJson(value)).toEqual(json);
  });

  it('is also a date without a time, a Buffer, an object without a prototype, and what another realm made', () => {
    expect((fromJson(toJson(new Date(Number.NaN))) as Date).getTime()).toBeNaN();
    const there = Buffer.from('abc').subarray(1);
    expect(fromJson(toJson(there))).toStrictEqual(Uint8Array.of(98, 99));
    expect(fromJson(toJson(Object.assign(Object.create(null), { a: 1 })))).toStrictEqual({ a: 1 });
    const other = runInNewContext('({ date: new Date(5), bytes: Uint8Array.of(7), list: [{}] })');
    expect(fromJson(toJson(other))).toEqual({ date: new Date(5), bytes: Uint8Array.of(7), list: [{}] });
    const shared = { a: 1 };
    expect(fromJson(toJson([shared, shared]))).toEqual([shared, shared]);
  });

  it.each<readonly [string, unknown, string]>([
    ['a function', { a: [() => 1] }, 'args.a[0] is a function, expected plain data'],
    ['a symbol', [Symbol('s')], 'args[0] is the symbol Symbol(s), expected plain data'],
    ['a map', { a: new Map() }, 'args.a is a Map, expected plain data'],
    ['an instance of a class', [new URL('http://localhost')], 'args[0] is a URL, expected plain data'],
    ['a list of a class', [new (class Row extends Array {})(1)], 'args[0] is a Row, expected plain data'],
    ['a date of a class', [new (class Day extends Date {})()], 'args[0] is a Day, expected plain data'],
    ['a list with a name in it', [/(b)/.exec('abc')], 'args[0] is a list with a member "index", expected plain data'],
    ['a list with a symbol in it', [Object.assign([], { [Symbol('s')]: 1 })], 'a list with a member "Symbol(s)"'],
    ['a hidden member', [Object.defineProperty({}, 'h', { value: 1 })], 'args[0] has a hidden member h, expected'],
    ['a boxed number', [Object(5)], 'args[0] is a Number, expected plain data'],
    ['a promise', { a: Promise.resolve(1) }, 'args.a is a Promise, expected plain data'],
    ['a regular expression', [/a/], 'args[0] is a RegExp, expected plain data'],
    ['a class', [class Town {}], 'args[0] is the function Town, expected plain data'],
    ['an ArrayBuffer', [new ArrayBuffer(1)], 'args[0] is an ArrayBuffer, expected plain data'],
    ['an array of longer numbers', [new Uint16Array(1)], 'args[0] is a Uint16Array, expected plain data'],
    ['a member called by a symbol', { [Symbol('s')]: 1 }, 'args has a member that is called by a symbol'],
    ['half a pair in a name', { '\ud800': 1 }, 'args has a member with half a surrogate pair in its name'],
  ])('is not %s', (_, value, message) => {
    expect(() => toJson(value, 'args')).toThrow(TypeError);
    expect(() => toJson(value, 'args')).toThrow(message);
  });

  it('is not what contains itself', () => {
    const list: unknown[] = [1];
    list.push({ again: list });
    expect(() => toJson(list)).toThrow(new TypeError('value[1].again contains itself, expected plain data'));
    const object: Record<string, unknown> = {};
    object['self'] = object;
    expect(() => toJson(object)).toThrow(new TypeError('value.self contains itself, expected plain data'));
  });

  it('is not what lies 500 deep, and is what lies less deep', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(fromJson(toJson(nested(500)))).toEqual(nested(500));
    expect(() => toJson(nested(501))).toThrow(/^value(\[0\])+\[?0?… lies 500 deep, expected less$/);
  });

  it.each<Json>([{ $: 1 }, { $: ['bigint'] }, { $: ['regexp', 'a'] }, { $: [] }, { $: { $: ['undefined'] } }])(
    'is not made of %j',
    (json) => {
      expect(() => fromJson(json)).toThrow(`plain data contains ${JSON.stringify(json)}, which stands for nothing`);
    },
  );
});
