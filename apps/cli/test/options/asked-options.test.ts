import { Command } from 'commander';
import { type AskedOptions, askedOptions } from '../../src/options/asked-options.ts';

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
