import { runInNewContext } from 'node:vm';
import { expectAtLeast, expectMembers, expectText, inWords, isPlainList, isPlainObject } from '../src/index.ts';

class Raster {}

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [5, 'the number 5'],
  [7n, 'the bigint 7'],
  ['a', 'the text "a"'],
  ['a'.repeat(70), `the text "${'a'.repeat(60)}…"`],
  [[], 'a list'],
  [Object.assign([1], { name: 'a' }), 'a list with a member "name"'],
  [{}, 'a plain object'],
  [new Raster(), 'a Raster'],
  [new Error('a'), 'an Error'],
  [() => 1, 'a function'],
  [expectText, 'the function expectText'],
])('%j is put in words', (value, words) => {
  expect(inWords(value)).toBe(words);
});

it('a wrong value is refused with a sentence', () => {
  expect(() => expectText('name', 5)).toThrow(new TypeError('name is the number 5, expected text'));
  expect(() => expectAtLeast(1)('limit', 0)).toThrow(new RangeError('limit is 0, expected 1 or more'));
  expect(() => expectMembers('options', { nmae: 1 }, ['name'])).toThrow(
    new TypeError('options has a member "nmae", expected only name'),
  );
});

it('lists and objects of another realm are plain, too, and those of a class are not', () => {
  const [list, object] = runInNewContext('[[1], { a: 1 }]') as [unknown, unknown];
  expect([list, []].map(isPlainList)).toEqual([true, true]);
  expect([object, {}, Object.create(null)].map(isPlainObject)).toEqual([true, true, true]);
  expect([new Raster(), new Map(), [], null, 'a'].map(isPlainObject)).toEqual([false, false, false, false, false]);
  expect([{}, 'a', Object.assign([1], { name: 'a' })].map(isPlainList)).toEqual([false, false, false]);
});
