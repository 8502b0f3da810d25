import { fingerprint, resultKey } from '@catchment/cache';
import fc from 'fast-check';

it('a key reads as table, id, operation and fingerprint', () => {
  const parts = { operation: 'nlcd_soil', fingerprint: 'abc' };
  expect(resultKey({ area: { table: 'huc12', id: '0204' }, ...parts })).toBe('geop:huc12:0204:nlcd_soil:abc');
  expect(resultKey({ area: { drawn: 'ff' }, ...parts })).toBe('geop:drawn:ff:nlcd_soil:abc');
});

const part = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom('a', ':', '%', '*', '/', '.', ' ', 'é', '{', '3A'),
});

it('different parts make different keys, whatever they contain', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 8, maxLength: 8 }), ([a, b, c, d, e, f, g, h]) => {
      const one = { area: { table: a!, id: b! }, operation: c!, fingerprint: d! };
      const other = { area: { table: e!, id: f! }, operation: g!, fingerprint: h! };
      const same = a === e && b === f && c === g && d === h;
      expect(resultKey(one) === resultKey(other)).toBe(same);
      expect(resultKey(one).split(':')).toHaveLength(5);
    }),
  );
});

it('a table called drawn is no drawn area', () => {
  const parts = { operation: 'o', fingerprint: 'f' };
  expect(resultKey({ area: { table: 'drawn', id: 'x' }, ...parts })).not.toBe(
    resultKey({ area: { drawn: 'x' }, ...parts }),
  );
});

it('the order of members does not matter to a fingerprint; everything else does', () => {
  expect(fingerprint({ a: 1, b: [2, 3] })).toBe(fingerprint({ b: [2, 3], a: 1 }));
  const different = [['a:b'], ['a', 'b'], [1], ['1'], [[1]], { a: 1 }, { a: null }, {}, [], null, 0, '', false];
  expect(new Set(different.map(fingerprint)).size).toBe(different.length);
  expect(fingerprint(-0)).toBe(fingerprint(0));
});

it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, new Date(0), { a: undefined }])(
  '%p is refused',
  (value) => {
    expect(() => fingerprint(value)).toThrow(TypeError);
  },
);
