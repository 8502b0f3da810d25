import fc from 'fast-check';
import { areaFilter } from '../src/area-filter.ts';

const ids = ['020402031008', '020402031009', '020403010101', '990101010101', 'New York', "O'Hare", 'a%b', 'IN', 'x\ny'];
const chosen = (where: string) => ids.filter(areaFilter(where).matches);

const filters: [where: string, matching: string[]][] = [
  ["id LIKE '0204%'", ['020402031008', '020402031009', '020403010101']],
  ['id like 0204%', ['020402031008', '020402031009', '020403010101']],
  ['ID LIKE 02040203100_', ['020402031008', '020402031009']],
  ['id LIKE %_01', ['020403010101', '990101010101']],
  ["id LIKE 'x_y'", ['x\ny']],
  ['id LIKE 0204', []],
  ['id LIKE new%', []],
  ['id NOT LIKE 0204%', ['990101010101', 'New York', "O'Hare", 'a%b', 'IN', 'x\ny']],
  ['id = 990101010101', ['990101010101']],
  ['id="New York"', ['New York']],
  ["id = 'O''Hare'", ["O'Hare"]],
  ['id = a%b', ['a%b']],
  ['id = new', []],
  ["id = 'IN'", ['IN']],
  ['id LIKE 0204% AND id != 020402031008', ['020402031009', '020403010101']],
  ['  id LIKE 0204%  and id not like %1 and id!=020402031008 ', ['020402031009']],
  ["id IN (020402031008,'IN' , nobody)", ['020402031008', 'IN']],
];

it.each(filters)('%s chooses exactly the ids that it says', (where, matching) => {
  expect(chosen(where)).toEqual(matching);
});

it('a filter written otherwise is the same text, and its text is the same filter', () => {
  const text = "id LIKE '0204%' AND id IN ('a', 'b''c') AND id != 'x' AND id NOT LIKE '%_' AND id = 'IN'";
  expect(areaFilter('ID like  "0204%" and id in(a,"b\'c")\nAND id!=x AND id not LIKE %_ and id = "IN"').text).toBe(
    text,
  );
  expect(areaFilter(text).text).toBe(text);
});

const refusals: [where: string, sentence: string][] = [
  ['', 'expected id at position 1, but it ends there'],
  ['name = x', 'expected id at position 1, but found "name"'],
  ["'id' = x", 'expected id at position 1, but found "id"'],
  ['id', 'expected LIKE, NOT LIKE, =, != or IN at position 3, but it ends there'],
  ['id < 5', 'expected LIKE, NOT LIKE, =, != or IN at position 4, but found "<"'],
  ['id <> 5', 'expected LIKE, NOT LIKE, =, != or IN at position 4, but found "<"'],
  ['id NOT IN (5)', 'expected LIKE at position 8, but found "IN"'],
  ['id = ', 'expected a value at position 6, but it ends there'],
  ['id = AND id = x', 'expected a value (one of the words needs quotes) at position 6, but found "AND"'],
  ['id = New York', 'expected AND or the end at position 10, but found "York"'],
  ['id = x OR id = y', 'expected AND or the end at position 8, but found "OR"'],
  ['id = x AND', 'expected id at position 11, but it ends there'],
  ['id IN 5', 'expected "(" at position 7, but found "5"'],
  ['id IN ()', 'expected a value at position 8, but found ")"'],
  ['id IN (5 6)', 'expected "," or ")" at position 10, but found "6"'],
  ['id IN (5,', 'expected a value at position 10, but it ends there'],
  ["id = 'x", 'expected a closing quote after the one at position 6, but found "\'x"'],
  ["id = x'; DROP TABLE areas; --'", 'expected AND or the end at position 7, but found "; DROP TABLE areas; --"'],
  ['id = x; DROP TABLE areas', 'expected AND or the end at position 7, but found ";"'],
];

it.each(refusals)('%s is refused with one sentence that names the position', (where, sentence) => {
  expect(() => areaFilter(where)).toThrow(new RangeError(sentence));
});

/** The definition: what is left of a pattern against what is left of an id. */
function isLike(id: readonly string[], pattern: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return id.length === 0;
  if (first === '%') return isLike(id, rest) || (id.length > 0 && isLike(id.slice(1), pattern));
  return id.length > 0 && (first === '_' || first === id[0]) && isLike(id.slice(1), rest);
}

it('LIKE is what its definition says, whatever signs of other languages the pattern holds', () => {
  const character = fc.constantFrom(
    'a',
    'b',
    '%',
    '_',
    '.',
    '*',
    '\\',
    '$',
    '^',
    '[',
    ']',
    '(',
    '-',
    '+',
    '?',
    '|',
    "'",
    '\n',
    '😀',
  );
  const text = fc.array(character, { maxLength: 7 });
  fc.assert(
    fc.property(text, text, (id, pattern) => {
      const { matches } = areaFilter(`id LIKE '${pattern.join('').replaceAll("'", "''")}'`);
      expect(matches(id.join(''))).toBe(isLike(id, pattern));
    }),
    { numRuns: 2000 },
  );
});

it('any value comes back whole from its quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom("'", '"'), (value, quote) => {
      const { matches } = areaFilter(`id = ${quote}${value.replaceAll(quote, quote + quote)}${quote}`);
      expect([matches(value), matches(`${value}x`)]).toEqual([true, false]);
    }),
  );
});
