import { budgetOf, OverBudget, unlimited } from '@cellshed/budget';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json-text.ts';

const parse = (text: string) => parseJson(Buffer.from(text), { what: 'the body', budget: unlimited });

it('JSON is what JSON.parse says that it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
      fc.pre(!JSON.stringify(value).includes('__proto__'));
      expect(parse(JSON.stringify(value, undefined, 1))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

describe('depth is looked at before anything is parsed', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const sentence = 'the body: is nested more than 64 levels deep, the most that is accepted';

  it.each([
    ['lists', nested(64), nested(65)],
    ['objects', `${'{"a":'.repeat(64)}1${'}'.repeat(64)}`, `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
    ['both', `[${'{"a":['.repeat(31)}${']}'.repeat(31)}]`, `[${'{"a":['.repeat(32)}${']}'.repeat(32)}]`],
    ['after other values', `[[],{},${nested(63)}]`, `[[],{},${nested(64)}]`],
    ['after a text that ends with a backslash', `["\\\\",${nested(63)}]`, `["\\\\",${nested(64)}]`],
    ['after a text with a quotation mark', `["\\"[",${nested(63)}]`, `["\\"[",${nested(64)}]`],
    ['after a letter whose code ends with that of a quotation mark', `["Ģ",${nested(63)}]`, `["Ģ",${nested(64)}]`],
  ])('in %s', (_, allowed, refused) => {
    expect(() => parse(allowed)).not.toThrow();
    expect(() => parse(refused)).toThrow(sentence);
  });

  it('of what ends before it is closed, too: five million lists are not made', () => {
    expect(() => parse('['.repeat(5_000_000))).toThrow(sentence);
  });

  it('brackets in texts nest nothing', () => {
    expect(parse(JSON.stringify(['['.repeat(100), `"${'{'.repeat(100)}`]))).toHaveLength(2);
  });
});

it('JSON of more than three million lists and objects is refused before anything is parsed', () => {
  const lists = (count: number) => `[${'[],'.repeat(count - 2)}{}]`;
  expect(parse(lists(3_000_000))).toHaveLength(2_999_999);
  expect(() => parse(lists(3_000_001))).toThrow('the body: has more than 3,000,000 lists and objects, the most');
});

it('each byte takes a step', () => {
  const budget = budgetOf(100);
  parseJson(Buffer.from('[1,2,3]'), { what: 'the body', budget });
  expect(budget.left).toBe(93);
  expect(() => parseJson(Buffer.from(`[${' '.repeat(100)}]`), { what: 'the body', budget })).toThrow(OverBudget);
});

it.each([
  ['', 'the body is not JSON: '],
  ['[1', 'the body is not JSON: '],
  ['{}\n{}', 'it is several JSON texts (newline-delimited?), expected one'],
  ['{"__proto__": 1}', 'the body is not JSON: '],
])('%j is refused with a sentence', (text, sentence) => {
  expect(() => parse(text)).toThrow(sentence);
});
