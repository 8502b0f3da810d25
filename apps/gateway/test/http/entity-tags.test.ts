import { isUnchanged } from '../../src/http/entity-tags.ts';

const request = (had?: string) => ({ headers: had === undefined ? {} : { 'if-none-match': had } });

it('a client that names the tag among others has the answer', () => {
  for (const had of ['"a"', 'W/"a"', '"b", "a"', 'W/"b" , W/"a"', '*', ' * ', '"b","a","c"']) {
    expect([had, isUnchanged(request(had), '"a"')]).toEqual([had, true]);
    expect([had, isUnchanged(request(had), 'W/"a"')]).toEqual([had, true]);
  }
});

it('a client that names none, others or nonsense does not', () => {
  for (const had of [undefined, '', 'a', '"b"', '"ab"', '"A"', '"a', 'a"', '"b*"', "'a'"])
    expect([had, isUnchanged(request(had), '"a"')]).toEqual([had, false]);
});
