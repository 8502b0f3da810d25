import { jsonShape, refuseShape } from '../src/json-shape.ts';

const unlimited = { levels: Number.POSITIVE_INFINITY, lists: Number.POSITIVE_INFINITY };

describe('the shape of a JSON text', () => {
  it.each([
    ['1', 0, 0],
    ['[]', 1, 1],
    ['{"a": [1, {"b": []}], "c": {}}', 4, 5],
    ['["[[[", "\\"[", "\\\\", []]', 2, 2],
    ['["\\\\\\"[", [', 2, 2],
    ['["open [[[', 1, 1],
    ['[[[', 3, 3],
    [']]]', 0, 0],
  ])('is told of %s', (text, levels, lists) => {
    expect(jsonShape(text, unlimited)).toEqual({ levels, lists });
  });

  it('is looked at no further than needed', () => {
    expect(jsonShape('['.repeat(1_000_000), { levels: 10, lists: 100 })).toEqual({ levels: 11, lists: 11 });
    expect(jsonShape('[],'.repeat(1_000_000), { levels: 10, lists: 100 })).toEqual({ levels: 1, lists: 101 });
  });

  it('takes no longer for a string of backslashes', () => {
    expect(jsonShape(`["${'\\"'.repeat(500_000)}", []]`, unlimited)).toEqual({ levels: 2, lists: 2 });
  });

  it('is refused in a sentence', () => {
    const most = { levels: 2, lists: 3 };
    expect(() => refuseShape('[[], []]', most)).not.toThrow();
    expect(() => refuseShape('[[[]]]', most)).toThrow('is nested more than 2 levels deep, expected fewer');
    expect(() => refuseShape('[[], [], []]', most)).toThrow('has more than 3 lists and objects, expected fewer');
  });
});
