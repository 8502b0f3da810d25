import { widthOf, wordWrapped } from '../../src/text/terminal-text.ts';

it('a soft hyphen takes no column', () => {
  expect(widthOf('Wasser\u00adscheide')).toBe('Wasserscheide'.length);
});

it('each line loses the spaces around it, however wide the terminal is', () => {
  for (const columns of [5, 80, Number.POSITIVE_INFINITY])
    expect(wordWrapped(' one \n two ', columns)).toBe('one\ntwo');
});
