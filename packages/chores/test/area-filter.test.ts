import fc from 'fast-check';
import { areaFilter } from '../src/area-filter.ts';

const ids = ['020402031008', '020402031009', '020403010101', '990101010101', 'New York', "O'Hare (IL)", '.x/y', 'x\ny'];
const chosen = (...patterns: string[]) => ids.filter(areaFilter(patterns).matches);

const filters: [patterns: string[], matching: string[]][] = [
  [[], ids],
  [['*'], ids],
  [['0204*'], ['020402031008', '020402031009', '020403010101']],
  [['02040203100?'], ['020402031008', '020402031009']],
  [['*[0-2]?01'], ['020403010101', '990101010101']],
  [['{0204,9901}*01'], ['020403010101', '990101010101']],
  [
    ['?x*', 'x?y'],
    ['.x/y', 'x\ny'],
  ],
  [['0204'], []],
  [['new*'], []],
  [
    ['0204*', 'New York', 'nobody'],
    ['020402031008', '020402031009', '020403010101', 'New York'],
  ],
  [['!0*'], ['990101010101', 'New York', "O'Hare (IL)", '.x/y', 'x\ny']],
  [['0204*', '!*8', '!*01'], ['020402031009']],
];

it.each(filters)('%j choose exactly the ids that they say', (patterns, matching) => {
  expect(chosen(...patterns)).toEqual(matching);
});

it('the same patterns in another order are the same text', () => {
  expect(areaFilter(['b*', '!a', 'b*']).text).toBe(areaFilter(['!a', 'b*']).text);
  expect(areaFilter(['!a']).text).not.toBe(areaFilter(['a']).text);
});

it('every id fits itself as a pattern, and its own beginning before a star', () => {
  const sign = fc.constantFrom('a', 'b', '0', '.', '/', '(', ']', '\\', ' ', '|', '+', '$', "'", '😀');
  fc.assert(
    fc.property(fc.array(sign, { minLength: 1, maxLength: 8 }), (signs) => {
      expect(areaFilter([signs.join('')]).matches(signs.join(''))).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^\d{2,12}$/), fc.nat(12), (id, length) => {
      expect(areaFilter([`${id.slice(0, length)}*`]).matches(id)).toBe(true);
      expect(areaFilter([`!${id.slice(0, length)}*`]).matches(id)).toBe(false);
    }),
  );
});
