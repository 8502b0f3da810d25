import { Command } from 'commander';
import fc from 'fast-check';
import { areaFilter } from '../../src/options/area-filter.ts';
import { type AskedOptions, askedOptions } from '../../src/options/asked-options.ts';

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

describe('the options by which areas are chosen', () => {
  const parse = (...args: string[]) => {
    const command = askedOptions(new Command('warm').argument('[table]')).exitOverride();
    command.configureOutput({ writeErr: () => undefined });
    return command.parse(args, { from: 'user' }).opts<AskedOptions>();
  };

  it('patterns follow --id, which may be repeated', () => {
    expect(parse('huc12', '--id', 'a*', '!ab', '--id', 'c', '--operation', 'x')).toEqual({
      id: ['a*', '!ab', 'c'],
      operation: ['x'],
    });
    expect(parse('huc12').id).toBeUndefined();
  });

  it('a pattern without a text is refused', () => {
    for (const text of ['', '!']) expect(() => parse('--id', text)).toThrow(/expected a pattern, such as 9901\*/);
  });

  it('the filter of before is refused with the pattern that replaces it', () => {
    expect(() => parse('--where', "id LIKE '0204%'")).toThrow(/write --id '9901\*' for id LIKE '9901%'/);
  });
});
